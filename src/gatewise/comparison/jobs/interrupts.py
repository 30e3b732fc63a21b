"""Who stops: Ctrl-C stops the process of a comparison, and that its workers."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["interrupts_held", "interrupts_seen"]


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back inside the block; processes that are started in it never see one.

    They, and threads that start further ones, inherit what is held. So no worker cuts its training short or prints a
    traceback: it is ended by the process that has started it.
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def interrupts_seen() -> Iterator[Callable[[], None]]:
    """Give a function that raises ``KeyboardInterrupt`` once one was raised inside the block.

    Libraries drop what is raised while they call back, and a training keeps what it has: neither is to make a result
    of a comparison, let alone its end, of what was stopped.
    """
    came: list[int] = []

    def look() -> None:
        if came:
            raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield look
        return
    before: dict[int, Any] = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def seen(number: int, frame: Any) -> None:
        came.append(number)
        before[number](number, frame)

    # What is ignored, or left to the system, stays so.
    wrapped = [number for number, handler in before.items() if callable(handler)]
    for number in wrapped:
        signal.signal(number, seen)
    try:
        yield look
    finally:
        for number in wrapped:
            signal.signal(number, before[number])
