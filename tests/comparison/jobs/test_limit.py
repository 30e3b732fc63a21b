"""What takes too long is ended."""

from __future__ import annotations

import signal
import threading

import pytest

from gatewise.comparison.jobs.limit import OutOfTime, time_limit


def endless() -> None:
    with time_limit(0.01):
        while True:
            pass


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no timers")
def test_it_ends_what_does_not_end_and_leaves_no_timer() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(OutOfTime):
        endless()
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) is before


def test_what_is_quick_or_has_no_limit_goes_on() -> None:
    with time_limit(None), time_limit(1000.0):
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_in_a_thread_there_is_no_limit() -> None:
    found: list[float] = []

    def body() -> None:
        with time_limit(1000.0):
            found.append(signal.getitimer(signal.ITIMER_REAL)[0])

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    assert found == [0.0]
