"""Several networks in one model."""

from __future__ import annotations

import pytest

from gatewise.estimators import members
from gatewise.training.history import Progress


def test_the_time_left_is_that_of_all_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter((0.0, 3.0, 4.0))
    monkeypatch.setattr(members, "perf_counter", lambda: next(clock))
    told: list[Progress] = []
    # The first of three; each takes four seconds.
    tell = members._overall_progress(told.append, 0, 3)
    tell(Progress(30, 40, 0.5, 1.0))
    tell(Progress(40, 40, 0.4, 0.0))
    assert told == [Progress(30, 120, 0.5, 1.0 + 2 * 4.0), Progress(40, 120, 0.4, 2 * 4.0)]
