"""Folders of exports: put in place whole, and never in place of something else."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from gatewise.errors import ConfigurationError
from gatewise.writing import new_folder

__all__ = ["export_folder"]


@contextmanager
def export_folder(path: Path, own: Collection[str]) -> Iterator[Path]:
    """A folder that appears at ``path`` when the block ends well; ``own`` are the files that may be replaced there.

    Raises
    ------
    ConfigurationError
        Something else stands there, or it cannot be written.
    """
    try:
        if path.exists() and not path.is_dir():
            raise ConfigurationError(f"{path}: is a file; name another path")
        foreign = sorted(one.name for one in path.iterdir() if one.name not in own) if path.is_dir() else []
        if foreign:
            raise ConfigurationError(f"{path}: holds {foreign[0]}, which no export wrote; name another path")
        path.parent.mkdir(parents=True, exist_ok=True)
        with new_folder(path) as folder:
            yield folder
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigurationError(f"{path}: cannot be written ({reason}); name another path") from None
