"""Where results go: checked before the work begins, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from gatewise.errors import ConfigurationError

__all__ = ["check_folder", "check_path", "write_text"]


def check_folder(folder: Path) -> Path:
    """Make sure that ``folder`` can be written to, before anything is trained."""
    if folder.exists() and not folder.is_dir():
        raise ConfigurationError(
            f"{folder}: expected a folder to write to, found a file; name another with --output"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
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


def write_text(path: Path, text: str) -> None:
    """Write a file that appears only when it is complete."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise ConfigurationError(f"{path}: cannot be written ({error.strerror})") from None
