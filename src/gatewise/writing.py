"""Files that are replaced at once or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gatewise.errors import ConfigurationError

__all__ = ["whole", "write_whole"]


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A path to write to, which becomes ``path`` when the block ends well and vanishes when it does not.

    Raises
    ------
    ConfigurationError
        ``path`` cannot be written; what stood there stays.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield unfinished
        unfinished.replace(path)
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be written ({error.strerror}); name another path") from None
    finally:
        with suppress(OSError):
            unfinished.unlink()


def write_whole(path: str | Path, text: str) -> Path:
    """Write a text file whole, see :func:`whole`."""
    path = Path(path)
    with whole(path) as unfinished:
        # A path that is told of may hold bytes that are no text.
        unfinished.write_text(text, encoding="utf-8", errors="replace", newline="\n")
    return path
