"""Windows: numbered origins, never copies."""

from __future__ import annotations

import numpy as np
from synthetic import series_set

from gatewise.data.windows import Windows, context_rows, horizon_rows


def ragged() -> Windows:
    series = series_set([np.arange(5.0), np.arange(3.0), np.arange(7.0)])
    # Origins 2 … 4, none, and 1 … 2 of the third series, which begins at row 8.
    return Windows.of(series, np.array([2, 3, 1]), np.array([4, 2, 2]))


def test_every_window_is_located_in_its_series() -> None:
    windows = ragged()
    assert len(windows) == 5
    series, origin = windows.locate(np.arange(5))
    assert series.tolist() == [0, 0, 0, 2, 2]
    assert origin.tolist() == [2, 3, 4, 9, 10]


def test_windows_are_located_in_any_order() -> None:
    series, origin = ragged().locate(np.array([4, 0, 4]))
    assert series.tolist() == [2, 0, 2]
    assert origin.tolist() == [10, 2, 10]


def test_no_windows_at_all() -> None:
    windows = Windows.of(series_set([np.arange(3.0)]), np.array([3]), np.array([2]))
    assert len(windows) == 0
    assert [part.tolist() for part in windows.locate(np.arange(0))] == [[], []]


def test_contexts_stay_in_their_series_and_repeat_its_first_row() -> None:
    windows = ragged()
    series, origin = windows.locate(np.arange(5))
    rows = context_rows(origin, windows.offsets[series], 3)
    assert rows.tolist() == [[0, 0, 1], [0, 1, 2], [1, 2, 3], [8, 8, 8], [8, 8, 9]]
    assert horizon_rows(origin, 2)[-1].tolist() == [10, 11]


def test_a_million_windows_take_no_memory() -> None:
    series = series_set([np.zeros(1_000_500)])
    windows = Windows.of(series, np.array([400]), np.array([1_000_399]))
    assert len(windows) == 1_000_000
    assert sum(part.nbytes for part in (windows.offsets, windows.first, windows.ends)) == 8 * 4
