"""Reading the files of a saved model: nothing is believed of them, and nothing large is made of small ones."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from gatewise.errors import SavedModelError
from gatewise.estimators.saving.directory import CONFIG, FORMAT, WEIGHTS
from gatewise.estimators.saving.manifest import MANIFEST, check

__all__ = ["brief", "damaged", "read_files"]

# Of config.json, which holds names and no numbers of series or networks; and how deep it goes.
LARGEST, DEEPEST = 256 << 20, 24
# Characters of a reason.
REASON = 160


def read_files(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return what :func:`gatewise.estimators.saving.directory.save` wrote to ``config.json``, and the arrays.

    Raises
    ------
    SavedModelError
        There is none, it is damaged, or a newer gatewise wrote it.
    """
    for name in (CONFIG, WEIGHTS):
        _check_there(path, name)
    checked = check(path, (CONFIG, WEIGHTS))
    config = _config(path / CONFIG, float if checked else _not_nan)
    if not isinstance(config, dict) or not {"format", "class"} <= config.keys():
        raise SavedModelError(f"{path}: expected a model saved by gatewise, found another {CONFIG}")
    if config["format"] != FORMAT:
        raise SavedModelError(
            f"{path}: expected a model of format {FORMAT}, got {brief(config['format'])}; upgrade gatewise to read it"
        )
    if config.get("manifest") is not None and not checked:
        raise SavedModelError(
            f"{path}: expected {MANIFEST}, as {CONFIG} says, found none; copy or save the model again"
        )
    try:
        arrays = load_file(path / WEIGHTS)
    except OSError as error:
        raise SavedModelError(f"{path}: {WEIGHTS}: cannot be read ({error.strerror})") from None
    except (SafetensorError, ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
        raise damaged(path, error, WEIGHTS) from None
    return config, arrays


def damaged(path: Path, error: Exception, name: str = "") -> SavedModelError:
    """Return the error that says, in a line, why a model cannot be made of what was read."""
    where = f"{path}: {name}" if name else str(path)
    reason = brief(f"{type(error).__name__}: {error}", REASON)
    return SavedModelError(f"{where}: the saved model is damaged ({reason}); save it again")


def brief(value: object, most: int = 40) -> str:
    """Return a value in one short line that can be printed, whatever it is."""
    text = " ".join(str(value)[: 8 * most].split())
    text = "".join(one if one.isprintable() else "�" for one in text)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _check_there(path: Path, name: str) -> None:
    try:
        kind = (path / name).stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise SavedModelError(
            f"{path}: expected the directory of a saved model with {CONFIG} and {WEIGHTS}, found no {name}"
        ) from None
    except (OSError, ValueError) as error:
        raise SavedModelError(
            f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})"
        ) from None
    if not stat.S_ISREG(kind):
        # Reading from a pipe would never end.
        raise SavedModelError(f"{path}: {name}: expected a file, found something else")


def _config(file: Path, constant: Callable[[str], float]) -> Any:
    try:
        if (size := file.stat().st_size) > LARGEST:
            raise SavedModelError(f"{file}: expected at most {LARGEST:,} bytes, found {size:,}")
        found = json.loads(
            file.read_text(encoding="utf-8"), object_pairs_hook=_without_doubles, parse_constant=constant
        )
        _check_depth(found, DEEPEST)
    except OSError as error:
        raise SavedModelError(f"{file.parent}: {file.name}: cannot be read ({error.strerror})") from None
    except RecursionError:
        raise damaged(file.parent, ValueError(f"nested more than {DEEPEST} deep"), file.name) from None
    except (ValueError, OverflowError) as error:
        raise damaged(file.parent, error, file.name) from None
    return found


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{brief(next(name for name in names if names.count(name) > 1))} stands there twice")
    return found


def _not_nan(text: str) -> float:
    if text == "NaN":
        raise ValueError("NaN is no number")
    # The bound of what has none.
    return float(text)


def _check_depth(value: Any, deepest: int) -> None:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if inner and not deepest:
        raise RecursionError
    for one in inner:
        if isinstance(one, dict | list):
            _check_depth(one, deepest - 1)
