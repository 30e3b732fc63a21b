"""Fixtures of forecasters' tests."""

from __future__ import annotations

import pytest

from gatewise.estimators.forecast import statistical


@pytest.fixture(autouse=True)
def few_windows_of_slow_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calibrate AutoETS and AutoTheta on six windows: they fit every one anew."""
    monkeypatch.setattr(statistical, "MOST_HELD_OUT", 6)
