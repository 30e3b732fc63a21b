"""Ctrl-C and terminations: what runs ends in order, and at once where that takes too long or is asked for twice.

Nothing is imported here that takes time: a command can be stopped while it is being imported.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

__all__ = ["STOPPED", "Signals", "interrupts"]

STOPPED = 130
# Seconds after which what does not end in order is ended.
PATIENCE = 3.0


class Signals:
    """Handles the signals of a command.

    Attributes
    ----------
    came : int
        How many there were.
    last_words : callable
        Gives the lines that are said where the process is ended.
    """

    def __init__(self) -> None:
        self.came = 0
        self._patient = self._held = False
        self._over: int | None = None
        self.last_words: Callable[[], Sequence[str]] = tuple

    def take_over(self) -> None:
        """Handle Ctrl-C from now on, unless it is ignored or somebody else's."""
        self.__init__()  # type: ignore[misc]  # one process may run several commands, as tests do
        if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) in (
            signal.default_int_handler,
            self.handle,
        ):
            signal.signal(signal.SIGINT, self.handle)

    def handle(self, *_: Any) -> None:
        """Raise ``KeyboardInterrupt`` at the first signal, and end the process at the second."""
        self.came += 1
        if self._over is not None:
            # All is done; only Python has not ended yet.
            os._exit(self._over)
        if self.came > 1:
            self.end()
        if not self._patient:
            # Not of threading: its locks may be held by what was interrupted.
            _thread.start_new_thread(self._wait, (PATIENCE,))
        if not self._held:
            raise KeyboardInterrupt

    def _wait(self, seconds: float) -> None:
        time.sleep(seconds)
        self.end()

    def end(self) -> None:
        """End the process where it is; its workers end with it."""
        if (writing := sys.modules.get("gatewise.writing")) is not None:
            writing.clear_away()
        with suppress(OSError):
            os.write(2, os.fsencode("\n".join([*self.last_words(), "stopped\n"])))
        os._exit(STOPPED)

    def over(self, code: int) -> None:
        """Say that all is done that this process was started for."""
        self._over = code

    @contextmanager
    def patient(self) -> Iterator[None]:
        """Give what is stopped in the block the time it takes: a training that is stopped is still made a model."""
        self._patient = True
        try:
            yield
        finally:
            self._patient = False

    @contextmanager
    def terminations(self) -> Iterator[None]:
        """Take a termination for Ctrl-C inside the block."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(signal.SIGTERM, self.handle)
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, before)

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Let Ctrl-C and terminations come after the block; a second one ends the process all the same."""
        came, self._held = self.came, True
        try:
            yield
        finally:
            self._held = False
        if self.came > came:
            raise KeyboardInterrupt

    @contextmanager
    def let_through(self) -> Iterator[None]:
        """Let them come inside the block, which stands in one that holds them back; also what came before."""
        self._held = False
        try:
            if self.came:
                raise KeyboardInterrupt
            yield
        finally:
            self._held = True

    @contextmanager
    def tidied(self) -> Iterator[None]:
        """Leave nothing half written where a termination ends this process inside the block."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def end(number: int, _: Any) -> None:
            sys.modules["gatewise.writing"].clear_away()
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

        before = signal.signal(signal.SIGTERM, end)
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, before)


interrupts = Signals()
