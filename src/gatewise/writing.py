"""Files and folders that are replaced at once or not at all, and are on the disk when that is said.

What is being written lies beside its place under a name that begins with a dot, and is locked by its process. What a
process has left that was killed is known by its lock, which nobody holds, and is removed by the next one that writes
there.
"""

from __future__ import annotations

import itertools
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from gatewise.errors import ConfigurationError
from gatewise.exchanging import put_in_place, sync, sync_all

if sys.platform == "win32":
    fcntl: Any = None
else:
    import fcntl

__all__ = ["clear_away", "new_folder", "whole", "write_whole"]

# In a folder that is being written; its mode is what files are to have here.
LOCK = "lock"
PART, WORK = ".part", ".work"
# Of a name that is as long as names can be there has to be room for more.
LONGEST = 100
YOUNG = 0.5  # seconds
# Removing may fail once, as where somebody else looks into a folder.
REMOVALS = 3
_NUMBERS = itertools.count()
_UNFINISHED: set[Path] = set()


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A path to write to, which becomes ``path`` when the block ends well and vanishes when it does not.

    Raises
    ------
    ConfigurationError
        ``path`` cannot be written; what stood there stays.
    """
    try:
        with _unfinished(path, PART) as part:
            lock = _locked(part)
            try:
                yield part
                sync(part)
                part.replace(path)
                sync(path.parent)
            finally:
                _unlock(lock)
    except OSError as error:
        raise ConfigurationError(
            f"{path}: cannot be written ({error.strerror or error}); name another path"
        ) from None


def write_whole(path: str | Path, text: str) -> Path:
    """Write a text file whole, see :func:`whole`."""
    path = Path(path)
    with whole(path) as unfinished:
        # A path that is told of may hold bytes that are no text.
        unfinished.write_text(text, encoding="utf-8", errors="replace", newline="\n")
    return path


@contextmanager
def new_folder(path: Path, beside: Path | None = None) -> Iterator[Path]:
    """A folder to write to, which stands at ``path`` when the block ends well, and vanishes when it does not.

    All files in it may be read by whom files may be read here that one makes. With ``beside`` it is made there, and put
    nowhere: what is in it has to be moved by the block.

    Raises
    ------
    OSError
        It cannot be written; what stood there stays.
    """
    with _unfinished(path if beside is None else beside / path.name, WORK) as workshop:
        workshop.mkdir()
        lock = _locked(workshop / LOCK)
        try:
            new = workshop / "new"
            new.mkdir()
            if path.is_dir():
                shutil.copymode(path, new)
            yield new
            _alike(new, (workshop / LOCK).stat().st_mode)
            sync_all(new)
            if beside is None:
                put_in_place(new, path, workshop / "old")
                sync(path.parent)
        finally:
            _unlock(lock)


def clear_away() -> None:
    """Remove what this process is writing, as it is about to end where it is."""
    for path in tuple(_UNFINISHED):
        _remove(path)


@contextmanager
def _unfinished(path: Path, kind: str) -> Iterator[Path]:
    """A path beside ``path`` that is gone after the block."""
    name = f".{path.name[:LONGEST]}."
    _sweep(path.parent, name, kind)
    unfinished = path.with_name(f"{name}{os.getpid()}-{next(_NUMBERS)}{kind}")
    _UNFINISHED.add(unfinished)
    try:
        yield unfinished
    finally:
        _remove(unfinished)
        _UNFINISHED.discard(unfinished)


def _sweep(folder: Path, name: str, kind: str) -> None:
    """Remove what processes have left of the same that were killed while they wrote it."""
    if fcntl is None:
        return
    with suppress(OSError):
        for one in os.scandir(folder):
            if one.name.startswith(name) and one.name.endswith(kind):
                # One that was made this moment may not have been locked yet.
                if 0 <= time.time() - one.stat().st_mtime < YOUNG:
                    continue
                _sweep_one(Path(one.path), kind)


def _sweep_one(left: Path, kind: str) -> None:
    with suppress(OSError):
        try:
            lock = _locked(left / LOCK if kind == WORK else left, again=True)
        except FileNotFoundError:
            left.rmdir()
        else:
            _remove(left)
            _unlock(lock)


def _locked(path: Path, *, again: bool = False) -> int | None:
    """Lock a file, which is made unless it was there before; fails where another process has locked it."""
    if fcntl is None and again:
        return None
    number = os.open(path, os.O_RDWR if again else os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
    if fcntl is None:
        os.close(number)
        return None
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        if again:
            os.close(number)
            raise
        # A file system without locks.
    return number


def _unlock(number: int | None) -> None:
    if number is not None:
        os.close(number)


def _alike(folder: Path, mode: int) -> None:
    for place, _, files in os.walk(folder):
        for name in files:
            (Path(place) / name).chmod(mode & 0o777)


def _remove(path: Path) -> None:
    for _ in range(REMOVALS):
        with suppress(OSError):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
            return
