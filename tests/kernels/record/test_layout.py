"""Who gets which sequences."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gatewise.kernels.record.layout import deal, take
from gatewise.kernels.record.sizes import HEADER, Sizes


def dealt(time: int, batch: int, lengths: list[int] | None, parts: int) -> tuple:
    sizes = Sizes(time, batch, 3, 4, 3, 4)
    table = np.full(sizes.layout, -1)
    given_lengths = None if lengths is None else np.array(lengths)
    layout = deal(table, sizes, given_lengths, parts)
    bounds = table[HEADER : HEADER + parts + 1].tolist()
    order = table[HEADER + batch + 1 :][:batch].tolist()
    ends = table[HEADER + 2 * batch + 1 :][:batch].tolist()
    assert take(table) == layout
    return layout, bounds, order, ends


def test_whole_rows_are_dealt_evenly_and_in_order() -> None:
    layout, bounds, order, ends = dealt(7, 5, None, 2)
    assert layout == (2, 35, 3, 2)
    assert (bounds, order, ends) == ([0, 2, 5], [0, 1, 2, 3, 4], [7] * 5)


def test_the_longest_come_first_and_steps_are_shared() -> None:
    layout, bounds, order, ends = dealt(9, 5, [1, 9, 2, 3, 3], 2)
    assert layout == (2, 18, 4, 2)
    assert (bounds, order, ends) == ([0, 1, 5], [1, 3, 4, 2, 0], [9, 3, 3, 2, 1])


@settings(max_examples=300, deadline=None, derandomize=True)
@given(lengths=st.lists(st.integers(1, 50), min_size=1, max_size=40), parts=st.integers(1, 40))
def test_everybody_gets_a_share(lengths: list[int], parts: int) -> None:
    parts = min(parts, len(lengths))
    layout, bounds, order, ends = dealt(50, len(lengths), lengths, parts)
    assert sorted(order) == list(range(len(lengths)))
    assert ends == sorted(lengths, reverse=True) == [lengths[row] for row in order]
    assert bounds[0] == 0
    assert bounds[-1] == len(lengths)
    shares = np.diff(bounds)
    assert shares.min() >= 1
    assert layout == (parts, sum(lengths), shares.max(), parts)
    # Nobody has more than an even share and one sequence, unless he has but one.
    steps = [sum(ends[first:last]) for first, last in pairwise(bounds)]
    assert max(steps) <= sum(lengths) / parts + max(lengths)


def test_what_is_saved_serves_once() -> None:
    sizes = Sizes(2, 2, 3, 4, 3, 4)
    table = np.zeros(sizes.layout, np.int64)
    layout = deal(table, sizes, None, 1)
    assert take(table) == layout
    assert take(table) is None
