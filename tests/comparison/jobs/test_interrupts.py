"""An interrupt that somebody has dropped is not forgotten."""

from __future__ import annotations

import signal
from contextlib import suppress

import pytest

from gatewise.comparison.jobs.interrupts import interrupts_seen


def test_what_was_dropped_is_raised_when_it_is_asked_for() -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with interrupts_seen() as stop:
            stop()
            with suppress(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
            with pytest.raises(KeyboardInterrupt):
                stop()
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_what_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interrupts_seen() as stop:
            signal.raise_signal(signal.SIGINT)
            stop()
    finally:
        signal.signal(signal.SIGINT, before)
