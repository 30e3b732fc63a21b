"""The manifest of a saved model: size and hash of every file, by which a changed or damaged one is known."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from gatewise.errors import SavedModelError
from gatewise.writing import write_whole

__all__ = ["MANIFEST", "FileCheck", "check", "files_of", "verify", "write_manifest"]

MANIFEST, FORMAT = "manifest.json", 1
# Of a manifest; those that are written have some hundred bytes.
LARGEST = 1 << 20
# Digits of a hash that are shown.
SHOWN = 12


@dataclass(frozen=True)
class FileCheck:
    """A file of a saved model, held against its manifest.

    Attributes
    ----------
    name : str
    state : {"whole", "changed", "missing", "unknown"}
        ``unknown`` is what the manifest does not name.
    expected, found : str
        Size and the beginning of the hash; empty where there is none.
    """

    name: str
    state: Literal["whole", "changed", "missing", "unknown"]
    expected: str = ""
    found: str = ""


def write_manifest(folder: Path, names: Iterable[str] | None = None) -> None:
    """Write the manifest of files in a folder: of those that are named, or of all that are there by now."""
    named = [path.name for path in folder.iterdir() if path.name != MANIFEST] if names is None else names
    files = {name: _measured(folder / name) for name in sorted(named)}
    text = json.dumps({"format": FORMAT, "files": files}, indent=1)
    write_whole(folder / MANIFEST, text + "\n")


def files_of(folder: Path) -> dict[str, dict[str, Any]] | None:
    """Return what the manifest says of each file; ``None`` where there is none.

    Raises
    ------
    SavedModelError
        It is no manifest.
    """
    path = folder / MANIFEST
    try:
        if not path.exists():
            return None
        if path.stat().st_size > LARGEST:
            raise ValueError
        found = json.loads(path.read_text(encoding="utf-8"))
        files: dict[str, dict[str, Any]] = found["files"]
        whole = found["format"] == FORMAT and all(
            Path(name).name == name and isinstance(one["bytes"], int) and len(one["sha256"]) == len(_NOTHING)
            for name, one in files.items()
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        whole = False
    if not whole:
        raise SavedModelError(
            f"{folder}: {MANIFEST}: expected size and SHA-256 of each file, found something else; copy or save the "
            "model again"
        )
    return files


def check(folder: Path, names: Iterable[str]) -> bool:
    """Make sure that files are what they were when the model was saved; False where no manifest says so.

    Raises
    ------
    SavedModelError
        One is not.
    """
    files = files_of(folder)
    if files is None:
        return False
    for name in names:
        found = _held_against(folder, name, files.get(name))
        if found.state != "whole":
            raise SavedModelError(
                f"{folder}: {name}: expected {found.expected or 'no such file'}, as {MANIFEST} says, found "
                f"{found.found or 'no file'}; copy or save the model again"
            )
    return True


def verify(path: str | Path) -> tuple[FileCheck, ...]:
    """Hold every file of a saved model against its manifest.

    Parameters
    ----------
    path : path
        The folder of a saved model.

    Returns
    -------
    tuple of FileCheck
        One for each file that the manifest names, and for each other one that lies beside; all are ``"whole"`` where
        the model is as it was saved.

    Raises
    ------
    SavedModelError
        There is no manifest, as of models that earlier versions saved, or it is damaged.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise SavedModelError(f"{folder}: expected the folder of a saved model, found no folder")
    files = files_of(folder)
    if files is None:
        raise SavedModelError(
            f"{folder}: expected {MANIFEST}, found none, as in models that earlier versions saved; save it "
            "again to have one"
        )
    beside = sorted(one.name for one in folder.iterdir() if one.name not in {*files, MANIFEST})
    return tuple(_held_against(folder, name, files.get(name)) for name in (*files, *beside))


def _held_against(folder: Path, name: str, said: dict[str, Any] | None) -> FileCheck:
    expected = "" if said is None else _in_words(said)
    path = folder / name
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return FileCheck(name, "changed", expected, "no file but something else")
        # What has another size needs no hash, however large it is.
        found = _measured(path) if said is None or path.stat().st_size == said["bytes"] else None
        size = path.stat().st_size
    except OSError:
        return FileCheck(name, "missing", expected)
    if said is None:
        return FileCheck(name, "unknown", "", _in_words(found or {}))
    words = f"{size:,} bytes" if found is None else _in_words(found)
    return FileCheck(name, "whole" if found == said else "changed", expected, words)


def _measured(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def _in_words(one: dict[str, Any]) -> str:
    return f"{one['bytes']:,} bytes of SHA-256 {str(one['sha256'])[:SHOWN]}…"


_NOTHING = hashlib.sha256().hexdigest()
