"""Saved models: a directory of safetensors weights, JSON and a short card. Never pickle.

::

    model/
      config.json         class, parameters, preprocessing, columns, versions
      model.safetensors   weights, and the end of every series
      README.md           the card
      manifest.json       size and hash of each of these, which are checked when the model is loaded
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import platform
import re
import shlex
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import save_file

from gatewise.errors import SavedModelError
from gatewise.estimators.saving.manifest import MANIFEST, write_manifest
from gatewise.version import __version__
from gatewise.writing import new_folder

__all__ = [
    "CONFIG",
    "FORMAT",
    "WEIGHTS",
    "Savable",
    "SavedState",
    "check_replaceable",
    "model_bytes",
    "new_directory",
    "save",
    "saved_files",
    "write_arrays",
    "write_files",
]

FORMAT = 1
CONFIG, WEIGHTS, CARD = "config.json", "model.safetensors", "README.md"


@dataclass(frozen=True)
class SavedState:
    """An estimator as plain values.

    Attributes
    ----------
    config : dict
        JSON values.
    arrays : dict of str to array
    card : list of str
        Lines of the model card after its title.
    commands : tuple of str
        That the model answers; ``{path}`` stands for its directory.
    """

    config: dict[str, Any]
    arrays: dict[str, NDArray[Any]]
    card: list[str]
    commands: tuple[str, ...] = ()


class Savable(Protocol):
    """What saving and loading need of an estimator."""

    def _to_saved(self) -> SavedState: ...

    @classmethod
    def _from_saved(cls, saved: SavedState) -> Self: ...


def save(estimator: Savable, path: str | Path, *, later: Path | None = None) -> Path:
    """Write a fitted estimator to the directory ``path``, all of it or nothing.

    A model that stands there is replaced. The card names ``later`` where it is to be moved there.

    Raises
    ------
    SavedModelError
        ``path`` holds something that is not a saved model, or cannot be written.
    """
    saved = estimator._to_saved()
    config = {
        "format": FORMAT,
        "class": type(estimator).__name__,
        "manifest": MANIFEST,
        "versions": {
            "gatewise": __version__,
            "torch": torch.__version__,
            "python": platform.python_version(),
        },
        **saved.config,
    }
    with new_directory(Path(path), replaces=CONFIG) as folder:
        (folder / CONFIG).write_text(
            json.dumps(config, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        write_arrays(saved.arrays, folder / WEIGHTS)
        commands = [
            f"    {command.format(path=shlex.quote(str(later or path)))}" for command in saved.commands
        ]
        card = [f"# {type(estimator).__name__}", "", *saved.card, "", *_commands(commands), *_CARD_END]
        (folder / CARD).write_text("\n".join(card) + "\n", encoding="utf-8")
        write_manifest(folder)
    return Path(path)


def write_arrays(arrays: Mapping[str, NDArray[Any]], path: Path) -> None:
    """Write arrays as safetensors.

    Raises
    ------
    OSError
        As of any other file.
    """
    try:
        save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, path)
    except SafetensorError as error:
        number = re.search(r"os error (\d+)", str(error))
        raise OSError(
            int(number[1]) if number else errno.EIO, os.strerror(int(number[1])) if number else str(error)
        ) from None


def saved_files(estimator: Savable) -> dict[str, bytes]:
    """Return what :func:`save` would write, by the names of the files."""
    with tempfile.TemporaryDirectory() as folder:
        path = save(estimator, Path(folder) / "model")
        return {file.name: file.read_bytes() for file in sorted(path.iterdir())}


def write_files(files: Mapping[str, bytes], path: Path) -> Path:
    """Write a model that :func:`saved_files` took apart to the directory ``path``, all of it or nothing."""
    with new_directory(path, replaces=CONFIG) as folder:
        for name, content in files.items():
            (folder / name).write_bytes(content)
    return path


def model_bytes(estimator: Savable) -> int:
    """Bytes that :func:`save` would write, but for the card and the manifest."""
    saved = estimator._to_saved()
    return len(json.dumps(saved.config).encode()) + sum(array.nbytes for array in saved.arrays.values())


def _commands(commands: list[str]) -> list[str]:
    load = "Load it with `gatewise.load(path)`"
    return [f"{load}, or use it from the command line:", "", *commands, ""] if commands else [f"{load}."]


_CARD_END = [
    f"`{WEIGHTS}` holds the weights, `{CONFIG}` everything else; nothing in this folder is executed.",
]


def check_replaceable(path: Path, replaces: str = CONFIG) -> None:
    """Refuse a path where something else stands than what :func:`save` may replace."""
    if path.exists() and not (path.is_dir() and ((path / replaces).is_file() or not any(path.iterdir()))):
        raise SavedModelError(f"{path}: exists and is not a saved model; name another path or remove it")


@contextlib.contextmanager
def new_directory(path: Path, *, replaces: str) -> Iterator[Path]:
    """A directory that appears at ``path`` only when the block ends well.

    ``replaces`` is a file by which a directory that may be replaced is known.

    Raises
    ------
    SavedModelError
        ``path`` holds something else, or cannot be written; what stood there stays.
    """
    check_replaceable(path, replaces)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with new_folder(path) as folder:
            yield folder
    except OSError as error:
        reason = error.strerror or str(error)
        raise SavedModelError(f"{path}: cannot be written ({reason}); name another path") from None
