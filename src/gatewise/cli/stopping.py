"""Being stopped: a termination is handled as Ctrl-C is, and what is said after either."""

from __future__ import annotations

import shlex
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["as_interrupt", "resuming_line"]


@contextmanager
def as_interrupt() -> Iterator[None]:
    """Have SIGTERM raise ``KeyboardInterrupt`` inside the block, as SIGINT does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def resuming_line() -> str:
    """The command line that goes on with what this one has begun."""
    program, *arguments = sys.argv
    given = arguments if "--resume" in arguments else [*arguments, "--resume"]
    return shlex.join([Path(program).name, *given])
