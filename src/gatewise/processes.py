"""Processes that do not outlive the one that has started them."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

__all__ = ["end_with"]

EVERY = 0.5  # seconds
GONE = 1
# Of Linux' prctl.
_PARENT_DEATH_SIGNAL = 1
# What a handle of a process on Windows is to allow.
_SYNCHRONIZE = 0x00100000


def end_with(parent: int) -> None:
    """Let this process end as soon as its parent, whose number is given, is gone, whatever ended that.

    Else it would go on for nobody, on a core that is needed. On Linux the system sees to it, after ``kill -9`` of the
    parent too and whatever this process computes; elsewhere a thread watches.
    """
    if not _ask_the_system():
        threading.Thread(target=_watch, args=(parent,), name="end-with-parent", daemon=True).start()
    if sys.platform != "win32" and os.getppid() != parent:
        # It was gone before anybody watched.
        os._exit(GONE)


def _ask_the_system() -> bool:
    if sys.platform != "linux":
        return False
    import ctypes

    try:
        return bool(ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0) == 0)
    except (OSError, AttributeError):
        return False


def _watch(parent: int) -> None:
    if sys.platform == "win32":
        import _winapi

        handle = _winapi.OpenProcess(_SYNCHRONIZE, False, parent)
        _winapi.WaitForSingleObject(handle, _winapi.INFINITE)
    else:
        while os.getppid() == parent:
            time.sleep(EVERY)
    os._exit(GONE)
