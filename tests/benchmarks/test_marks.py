"""What the gate does at marks, in a network that has hardly been trained."""

from __future__ import annotations

from benchmarks.marks import AFTER, BEFORE, result_of, row_of


def test_a_row_and_the_count_of_seeds() -> None:
    row = row_of(0, training=64, hidden_size=8, steps=2)
    assert row["of"] == (8.0,)
    rows = [
        {**row, BEFORE: (before,), AFTER: (after,)}
        for before, after in ((0.0, 0.1), (0.2, 0.1), (-0.2, -0.1))
    ]
    found = result_of(rows)
    assert found.notes[0].startswith("In 1 of 3 seeds")
    assert found.targets[0].reached == 1 / 3
