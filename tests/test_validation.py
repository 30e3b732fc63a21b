"""Times as options say them."""

from __future__ import annotations

import pytest

from gatewise.validation import sayable, seconds_from


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (8, "8s"),
        (60, "1m"),
        (90, "90s"),
        (120, "2m"),
        (540, "9m"),
        (3600, "1h"),
        (5400, "90m"),
        (0.5, "0.5s"),
    ],
)
def test_a_time_is_said_as_it_is_typed(seconds: float, said: str) -> None:
    assert sayable(seconds) == said
    assert seconds_from(said) == seconds
