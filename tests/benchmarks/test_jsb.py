"""The per-key Markov chain that the benchmark is checked with."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.jsb import Chorales, markov_nats


def test_a_key_depends_on_itself_one_frame_before() -> None:
    roll = np.array([[0], [1], [1], [0]], np.uint8)
    # Before the beginning stands silence. Pairs: 00, 01, 11, 10, each once, one more of each added: all halves.
    assert markov_nats([roll], [roll]) == pytest.approx(np.log(2))


def test_the_chorales_are_as_published(data_folder: object) -> None:  # noqa: ARG001 - skips without data
    data = Chorales.read()
    assert (len(data.training), len(data.test)) == (229, 77)
    assert markov_nats(data.training, data.test) == pytest.approx(10.49, abs=0.05)
