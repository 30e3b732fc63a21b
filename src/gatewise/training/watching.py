"""What ``progress=`` of an estimator means: one training shown where a person looks."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

from gatewise.training.history import Progress

__all__ = ["ShownProgress", "in_notebook", "in_tenths", "shown", "spoken", "tell_what_was_read"]

# ``True`` shows it; a function is called.
ShownProgress: TypeAlias = bool | Callable[[Progress], None] | None
LEAST_SECONDS, MINUTE = 0.3, 90


def in_notebook() -> bool:
    """Return whether what is displayed goes to the cell of a notebook, rather than to a terminal or nowhere."""
    module: Any = sys.modules.get("IPython")
    shell = None if module is None else module.get_ipython()
    # Kernels have one; the shell in a terminal has not.
    return shell is not None and hasattr(shell, "kernel")


@contextmanager
def shown(progress: ShownProgress) -> Iterator[Callable[[Progress], None] | None]:
    """What is to be called with the progress of a training, while the block lasts."""
    if progress is not True:
        yield progress or None
    elif in_notebook():
        yield _in_cell()
    else:
        with _in_terminal() as tell:
            yield tell


def _in_cell() -> Callable[[Progress], None]:
    """One line below the cell, written anew."""
    from IPython.display import Pretty, display

    handle: Any = None
    written = 0.0

    def tell(progress: Progress) -> None:
        nonlocal handle, written
        if time.monotonic() - written < LEAST_SECONDS and progress.step < progress.steps:
            return
        written = time.monotonic()
        if handle is None:
            handle = display(Pretty(_line(progress)), display_id=True)
        else:
            handle.update(Pretty(_line(progress)))

    return tell


def tell_what_was_read(progress: object, source: str, notes: Sequence[str]) -> None:
    """Say what was read, and what was done to it, where ``progress`` is ``True``."""
    if progress is True:
        for line in (f"read {source}", *(f"note: {note}" for note in notes)):
            print(line, file=sys.stderr)  # noqa: T201 - asked for


def in_tenths(say: Callable[[str], None]) -> Callable[[Progress], None]:
    """What says a line for every tenth of a training, for what cannot be written over."""
    told = 0

    def tell(progress: Progress) -> None:
        nonlocal told
        tenth = 10 * progress.step // max(1, progress.steps)
        if tenth > told:
            say(_line(progress))
        told = tenth

    return tell


@contextmanager
def _in_terminal() -> Iterator[Callable[[Progress], None]]:
    """One line of standard error that is written over; a line for every tenth where that is no terminal."""
    if not sys.stderr.isatty():
        yield in_tenths(lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201 - asked for
        return
    width, written = 0, 0.0

    def tell(progress: Progress) -> None:
        nonlocal width, written
        if time.monotonic() - written < LEAST_SECONDS:
            return
        written, line = time.monotonic(), _line(progress)
        sys.stderr.write("\r" + line.ljust(width))
        sys.stderr.flush()
        width = len(line)

    try:
        yield tell
    finally:
        if width:
            sys.stderr.write("\r" + " " * width + "\r")


def _line(progress: Progress) -> str:
    share = 100 * progress.step // max(1, progress.steps)
    left = f", {spoken(progress.seconds_left)}" if progress.step < progress.steps else ""
    return f"training: {progress.step:,} of {progress.steps:,} updates ({share} %), loss {progress.loss:.4g}{left}"


def spoken(seconds: float | None) -> str:
    """``"about 40 s left"``; never zero: what takes longer than reckoned says so."""
    if seconds is None:
        return ""
    if seconds < 1:
        return "a moment left" if seconds >= 0 else "longer than reckoned"
    whole = math.ceil(seconds)
    return f"about {whole} s left" if whole < MINUTE else f"about {whole // 60} min {whole % 60} s left"
