"""What is measured of the symbol, in cells that have hardly been trained."""

from __future__ import annotations

import pytest

from benchmarks.symbols import result_of, row_of


@pytest.mark.parametrize("cell", ["RNN", "LSTM", "GRU"])
def test_a_row_has_a_value_per_seed_and_gates_only_where_there_are_some(cell: str) -> None:
    row = row_of(cell, 4, 2, training=40, steps=2)
    assert len(row["right, %"]) == 2
    assert ("all kept: right, %" in row) == (cell != "RNN")
    assert result_of([row]).table().count("|") > 10
