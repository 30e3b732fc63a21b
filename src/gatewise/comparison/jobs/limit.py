"""Ending what takes too long, in whatever library it is."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["OutOfTime", "time_limit"]


class OutOfTime(BaseException):
    """Time is up. Not an ``Exception``, so that nobody on the way takes it for an error of theirs."""


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Raise :class:`OutOfTime` in the body after so many seconds; never where there are no timers or in a thread."""
    if (
        seconds is None
        or sys.platform == "win32"
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def stop(*_: object) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, stop)
    # Again every second: what is raised inside a call back from compiled code may be dropped there.
    signal.setitimer(signal.ITIMER_REAL, max(1e-3, seconds), 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
