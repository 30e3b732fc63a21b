"""Where results go: checked before the work begins, written whole or not at all."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

from gatewise.errors import ConfigurationError

__all__ = ["check_folder", "check_path", "check_table", "in_folder"]


def check_folder(folder: Path) -> Path:
    """Make sure that ``folder`` can be made and written to, before anything is trained; nothing is left there."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not there.is_dir():
        raise ConfigurationError(
            f"{there}: expected a folder to write to, found a file; name another with --output"
        )
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        raise ConfigurationError(
            f"{folder}: cannot be written to ({error.strerror}); name another folder with --output"
        ) from None
    return folder


def check_path(path: Path) -> Path:
    """Make sure that a file can be written at ``path``."""
    if path.is_dir():
        raise ConfigurationError(
            f"{path}: expected a file to write, found a folder; name a file with --output"
        )
    check_folder(path.parent)
    return path


def check_table(path: Path | None) -> None:
    """Make sure that a table can be written at ``path``, if there is one."""
    if path is not None:
        if path.suffix.lower() not in (".csv", ".parquet"):
            raise ConfigurationError(f"{path}: expected a name that ends in .csv or .parquet")
        check_path(path)


def in_folder(path: Path) -> Path:
    """Make the folder that a file is to stand in; where it cannot be made, writing the file says so."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
    return path
