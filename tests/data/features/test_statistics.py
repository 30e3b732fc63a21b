"""Statistics of sequences, and of the steps so far."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gatewise.data.features.statistics import running_statistics, statistics


def test_statistics_of_a_line() -> None:
    row = statistics([np.array([[1], [3], [5], [7]], np.float32)])[0]
    mean, deviation, least, greatest, *rest = row
    assert (mean, least, greatest) == (4, 1, 7)
    np.testing.assert_allclose(deviation, np.sqrt(5))
    # Quantiles, first and last, slope, differences of which the first is none.
    np.testing.assert_allclose(rest[:10], [1.3, 2.5, 4, 5.5, 6.7, 1, 7, 2, np.sqrt(0.75), 1.5])
    np.testing.assert_allclose(rest[10:], [(3 - 1 + 3) / 20, -6 / 20, 0, 0, 4])


def test_one_step_has_statistics_too() -> None:
    rows = statistics([np.array([[2.0, 3.0]]), np.ones((40, 2))])
    assert rows.shape == (2, 18 * 2 + 1)
    assert np.isfinite(rows).all()


def test_running_statistics_are_those_of_every_beginning() -> None:
    values = (1e4 + np.random.default_rng(0).normal(size=(50, 2))).astype(np.float32)
    rows = running_statistics(values)
    assert rows.shape == (50, 13 * 2 + 1)
    for step in (0, 1, 20, 49):
        begun = values[: step + 1].astype(np.float64)
        faded = [
            pd.DataFrame(begun).ewm(halflife=span, adjust=False).mean().iloc[-1] for span in (2, 8, 32, 128)
        ]
        recent = [begun[max(0, step - back)] for back in range(4)]
        expected = [
            *recent, *faded, begun.mean(0), begun.std(0), begun.min(0), begun.max(0), begun[0], [step + 1]
        ]  # fmt: skip
        np.testing.assert_allclose(rows[step], np.concatenate(expected), rtol=1e-4, atol=1e-5)
        # Nothing that comes later moves them.
        np.testing.assert_array_equal(running_statistics(values[: step + 1])[step], rows[step])
