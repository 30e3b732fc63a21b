"""Channels whose numbers are names of things."""

from __future__ import annotations

import numpy as np
import pytest

from gatewise.data.codes import Codes, channels_of_codes

RANDOM = np.random.default_rng(0)


def test_each_code_becomes_a_channel() -> None:
    sequences = [
        np.array([[0.5, 7, 1], [0.25, 2, 9], [0.0, 7, 9]], np.float32),
        np.array([[1, 3, 1]], np.float32),
    ]
    codes = Codes.of(sequences, [1])
    assert codes.values == {1: (2.0, 3.0, 7.0)}
    assert codes.expanded(sequences[0]).tolist() == [[0.5, 1, 0, 0, 1], [0.25, 9, 1, 0, 0], [0, 9, 0, 0, 1]]
    # A code that training sequences did not have, and what lies between two, are none of them.
    assert codes.expanded(np.array([[0, 4, 0], [0, 2.5, 0]], np.float32)).tolist() == [[0, 0, 0, 0, 0]] * 2
    assert codes.named(("x", "state", "z")) == ("x", "z", "state=2", "state=3", "state=7")
    assert Codes.from_json(codes.to_json()) == codes


@pytest.mark.parametrize(
    ("column", "are"),
    [
        (RANDOM.integers(8, size=60), True),
        (RANDOM.integers(0, 2, size=60), False),  # one channel of 0 and 1 already
        (RANDOM.integers(40, size=600), False),
        (RANDOM.integers(8, size=60) / 2, False),
        (RANDOM.integers(-1, 2, size=60).cumsum() % 30, False),  # a count goes up and down by one
        (np.arange(60) % 20, False),
        (RANDOM.normal(size=60), False),
    ],
)
def test_which_channels_may_be_codes(column: np.ndarray, are: bool) -> None:
    assert channels_of_codes([column[:, None].astype(np.float32)]) == ([0] if are else [])
