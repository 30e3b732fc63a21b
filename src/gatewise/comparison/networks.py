"""What a comparison keeps to look into: one trained network of each cell, and a few test sequences."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from safetensors import SafetensorError
from safetensors.numpy import load_file

from gatewise.data.saved import from_saved, to_saved
from gatewise.errors import SavedModelError
from gatewise.estimators.loading import load
from gatewise.estimators.saving.directory import new_directory, write_arrays, write_files

__all__ = ["EXAMPLES", "FOLDER", "Networks"]

# In the output folder of a comparison.
FOLDER = "cells"
# Names that can be those of folders everywhere; another one gets a number.
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
EXAMPLES, VALUES = "sequences.json", "sequences.safetensors"


@dataclass(frozen=True)
class Networks:
    """One trained network of each cell, of the first seed and fold, and a few sequences that it was tested on.

    Attributes
    ----------
    files : dict of name to dict of str to bytes
        Saved models, by the names of their files.
    few : SeriesSet, SequenceSet or Corpus
    """

    files: Mapping[str, Mapping[str, bytes]]
    few: Any

    def models(self) -> dict[str, Any]:
        """Return the fitted estimators by name."""
        with tempfile.TemporaryDirectory() as folder:
            return {
                name: load(write_files(files, Path(folder) / str(number)))
                for number, (name, files) in enumerate(self.files.items())
            }

    def save(self, path: str | Path) -> Path:
        """Write all to a folder, all of it or nothing: a saved model of each cell, and the sequences."""
        config, arrays = to_saved(self.few)
        with new_directory(Path(path), replaces=EXAMPLES) as folder:
            folders = {name: name if PLAIN.fullmatch(name) else str(k) for k, name in enumerate(self.files)}
            for name, files in self.files.items():
                write_files(files, folder / folders[name])
            kept = {"cells": folders, "data": config}
            (folder / EXAMPLES).write_text(json.dumps(kept, ensure_ascii=False) + "\n", encoding="utf-8")
            write_arrays(arrays, folder / VALUES)
        return Path(path)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read what :meth:`save` has written.

        Raises
        ------
        SavedModelError
            It is not there, or damaged.
        """
        path = Path(path)
        try:
            kept = json.loads((path / EXAMPLES).read_text(encoding="utf-8"))
            few = from_saved(kept["data"], load_file(path / VALUES))
            files = {
                name: {file.name: file.read_bytes() for file in sorted((path / folder).iterdir())}
                for name, folder in kept["cells"].items()
            }
        except OSError as error:
            raise SavedModelError(
                f"{path}: expected what a comparison keeps of its cells, found no {Path(error.filename or path).name}; "
                "run the comparison again"
            ) from None
        except (SafetensorError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise SavedModelError(f"{path}: damaged ({error}); run the comparison again") from None
        return cls(files, few)
