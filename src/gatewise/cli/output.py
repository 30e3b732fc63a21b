"""Where results go: checked before the work begins, written whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gatewise.errors import ConfigurationError

__all__ = ["check_folder", "check_path", "whole", "write_text"]


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


def write_text(path: Path, text: str) -> None:
    """Write a file that appears only when it is complete."""
    with whole(path) as part:
        part.write_text(text, encoding="utf-8")


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A path to write to, which becomes ``path`` when the block ends well and vanishes when it does not."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(path)
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be written ({error.strerror})") from None
    finally:
        with suppress(OSError):
            part.unlink()
