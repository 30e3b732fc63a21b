"""``.keras``, the format of Keras 3: an archive of the configuration and of weights in HDF5."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

from gatewise.errors import ReadError
from gatewise.nn.foreign.files import check_zip, opened_as
from gatewise.nn.foreign.found import Readings, Unsaid
from gatewise.nn.foreign.keras.configured import layer_configs
from gatewise.nn.foreign.keras.layers import layers_found
from gatewise.nn.foreign.keras.library import h5py
from gatewise.nn.foreign.keras.stored import stored_cells

__all__ = ["read_keras"]

CONFIG, WEIGHTS = "config.json", "model.weights.h5"


def read_keras(path: Path, unsaid: Unsaid) -> Readings:
    """Read the layers of a file; nothing in it is run."""
    library = h5py()
    with opened_as(path, "a .keras file"), zipfile.ZipFile(path) as archive:
        check_zip(path, archive)
        names = archive.namelist()
        for name in (CONFIG, WEIGHTS):
            if name not in names:
                raise ReadError(f"{path}: expected {CONFIG} and {WEIGHTS} inside, found no {name}")
        model = json.loads(archive.read(CONFIG))
        with library.File(io.BytesIO(archive.read(WEIGHTS)), "r") as file:
            cells = stored_cells(path, file)
        return layers_found(path, cells, list(layer_configs(model)), unsaid)
