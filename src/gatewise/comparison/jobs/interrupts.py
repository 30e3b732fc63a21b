"""Who stops: Ctrl-C stops the process of a comparison, and that its workers; without it they stop by themselves."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

__all__ = ["end_with_parent", "interrupts_held"]

EVERY = 1.0  # seconds


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back inside the block; processes that are started in it never see one.

    They, and threads that start further ones, inherit what is held. So no worker cuts its training short or prints a
    traceback: it is ended by the process that has started it.
    """
    if not hasattr(signal, "pthread_sigmask"):  # on Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@cache
def end_with_parent() -> None:
    """Let this worker end as soon as the process is gone that has started it, as after ``kill -9``.

    Else it would finish its training, for nobody, while the comparison that was resumed needs its core. In a process
    that is no worker nothing happens.
    """
    if multiprocessing.parent_process() is None:
        return
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(EVERY)
        os._exit(1)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()
