"""A new file or folder in the place of an old one, in one step where the system has such a step."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path

__all__ = ["put_in_place", "sync", "sync_all"]

# Of Linux' renameat2 and of macOS' renamex_np.
_HERE, _EXCHANGE, _SWAP = -100, 2, 2
# Somebody else was faster by a moment, again and again.
TRIES = 20


def put_in_place(new: Path, path: Path, aside: Path) -> None:
    """Let ``new`` stand at ``path``; what stood there is at ``new`` or ``aside`` afterwards.

    At no moment is there nothing at ``path``, but for systems that cannot exchange two names.

    Raises
    ------
    OSError
        It cannot be done; what stood at ``path`` stays.
    """
    for turn in range(TRIES):
        try:
            if not os.path.lexists(path):
                new.rename(path)
            elif not _exchange(new, path):
                _one_after_the_other(new, path, aside)
        except FileExistsError:
            pass
        except OSError as error:
            # Another process has put its own there, or taken it away.
            if error.errno not in (errno.ENOTEMPTY, errno.ENOENT) or turn == TRIES - 1 or not new.exists():
                raise
        else:
            return
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names at once; False where the system, or the file system, cannot."""
    if sys.platform not in ("linux", "darwin"):
        return False
    import ctypes

    names = os.fsencode(one), os.fsencode(other)
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "linux":
            failed = library.renameat2(_HERE, names[0], _HERE, names[1], ctypes.c_uint(_EXCHANGE))
        else:
            failed = library.renamex_np(*names, ctypes.c_uint(_SWAP))
    except (OSError, AttributeError):
        return False
    if failed and ctypes.get_errno() == errno.ENOENT:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(other))
    return not failed


def _one_after_the_other(new: Path, path: Path, aside: Path) -> None:
    path.rename(aside)
    try:
        new.rename(path)
    except OSError:
        aside.rename(path)
        raise


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk by the time that this returns."""
    folder = path.is_dir()
    if folder and sys.platform == "win32":  # where folders cannot be opened
        return
    number = os.open(path, os.O_RDONLY if folder or sys.platform != "win32" else os.O_RDWR)
    try:
        os.fsync(number)
    except OSError as error:
        # Some file systems do not know how; others say that the disk is broken, or full.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise
    finally:
        os.close(number)


def sync_all(folder: Path) -> None:
    """Have all files of a folder, and of those in it, on the disk."""
    for place, _, files in os.walk(folder):
        for name in files:
            sync(Path(place) / name)
        with suppress(PermissionError):
            sync(Path(place))
