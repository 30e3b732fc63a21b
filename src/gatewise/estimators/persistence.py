"""Saved models: a directory of safetensors weights, JSON and a short card. Never pickle.

::

    model/
      config.json         class, parameters, preprocessing, columns, versions
      model.safetensors   weights, and the end of every series
      README.md           the card
"""

from __future__ import annotations

import contextlib
import json
import platform
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

import gatewise
from gatewise.errors import SavedModelError

__all__ = ["CONFIG", "Savable", "Saved", "check_replaceable", "load", "new_directory", "save"]

FORMAT = 1
CONFIG, WEIGHTS, CARD = "config.json", "model.safetensors", "README.md"


@dataclass(frozen=True)
class Saved:
    """An estimator as plain values.

    Attributes
    ----------
    config : dict
        JSON values.
    arrays : dict of str to array
    card : list of str
        Lines of the model card after its title.
    """

    config: dict[str, Any]
    arrays: dict[str, NDArray[Any]]
    card: list[str]


class Savable(Protocol):
    """What :func:`save` and :func:`load` need of an estimator."""

    def _to_saved(self) -> Saved: ...

    @classmethod
    def _from_saved(cls, saved: Saved) -> Self: ...


def save(estimator: Savable, path: str | Path) -> Path:
    """Write a fitted estimator to the directory ``path``, all of it or nothing.

    A model that stands there is replaced.

    Raises
    ------
    SavedModelError
        ``path`` holds something that is not a saved model, or cannot be written.
    """
    saved = estimator._to_saved()
    config = {
        "format": FORMAT,
        "class": type(estimator).__name__,
        "versions": {
            "gatewise": gatewise.__version__,
            "torch": torch.__version__,
            "python": platform.python_version(),
        },
        **saved.config,
    }
    with new_directory(Path(path), replaces=CONFIG) as folder:
        (folder / CONFIG).write_text(
            json.dumps(config, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        save_file(
            {name: np.ascontiguousarray(array) for name, array in saved.arrays.items()}, folder / WEIGHTS
        )
        card = [f"# {type(estimator).__name__}", "", *saved.card, "", *_CARD_END]
        (folder / CARD).write_text("\n".join(card) + "\n", encoding="utf-8")
    return Path(path)


_CARD_END = [
    "Load it with `gatewise.load(path)`, or use it from the command line: `gatewise predict path`.",
    f"`{WEIGHTS}` holds the weights, `{CONFIG}` everything else; nothing in this folder is executed.",
]


def load(path: str | Path) -> Any:
    """The estimator that was saved at ``path``.

    Raises
    ------
    SavedModelError
        There is no saved model, it is damaged, or a newer gatewise wrote it.
    """
    path = Path(path)
    try:
        config = json.loads((path / CONFIG).read_text(encoding="utf-8"))
        arrays = load_file(path / WEIGHTS)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SavedModelError(
            f"{path}: expected the directory of a saved model with {CONFIG} and {WEIGHTS}, "
            f"found no {Path(error.filename or WEIGHTS).name}"
        ) from None
    except (SafetensorError, ValueError) as error:
        raise _damaged(path, error) from None
    except OSError as error:
        raise SavedModelError(f"{path}: cannot be read ({error.strerror})") from None
    if not isinstance(config, dict) or not {"format", "class"} <= config.keys():
        raise SavedModelError(f"{path}: expected a model saved by gatewise, found another {CONFIG}")
    if config["format"] != FORMAT:
        raise SavedModelError(
            f"{path}: expected a model of format {FORMAT}, got {config['format']}; "
            "upgrade gatewise to read it"
        )
    kind = _classes().get(config["class"])
    if kind is None:
        raise SavedModelError(
            f"{path}: unknown estimator {config['class']!r}; expected one of {', '.join(_classes())}"
        )
    try:
        return kind._from_saved(Saved(config, arrays, []))
    except (AttributeError, LookupError, RuntimeError, TypeError, ValueError) as error:
        raise _damaged(path, error) from None


def _damaged(path: Path, error: Exception) -> SavedModelError:
    # torch's and pydantic's messages have many lines.
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    return SavedModelError(f"{path}: the saved model is damaged ({reason}); save it again")


def _classes() -> dict[str, type[Savable]]:
    from gatewise.estimators import registry

    return registry.ESTIMATORS


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
        with tempfile.TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as workshop:
            folder, old = Path(workshop) / "new", Path(workshop) / "old"
            folder.mkdir()
            yield folder
            if path.exists():
                path.replace(old)
            try:
                folder.replace(path)
            except OSError:
                if old.exists():
                    old.replace(path)
                raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise SavedModelError(f"{path}: cannot be written ({reason}); name another path") from None
