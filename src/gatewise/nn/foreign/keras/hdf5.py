"""Weights of Keras in HDF5: ``.weights.h5`` of Keras 3, and ``.h5`` of all versions before it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gatewise.nn.foreign.files import opened_as
from gatewise.nn.foreign.found import Readings, Unsaid
from gatewise.nn.foreign.keras.configured import layer_configs
from gatewise.nn.foreign.keras.layers import layers_found
from gatewise.nn.foreign.keras.library import h5py
from gatewise.nn.foreign.keras.stored import attribute, stored_cells

__all__ = ["read_hdf5"]


def read_hdf5(path: Path, unsaid: Unsaid) -> Readings:
    """Read the layers of a file; what a file of weights alone does not say is as ``unsaid`` has it."""
    library = h5py()
    with opened_as(path, "an HDF5 file of Keras"), library.File(path, "r") as file:
        cells = stored_cells(path, file)
        text = attribute(file, "model_config")
        model: Any = {} if text is None else json.loads(text)
        return layers_found(path, cells, list(layer_configs(model)), unsaid)
