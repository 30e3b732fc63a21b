"""Seconds of looking inside, of small cells."""

from __future__ import annotations

from benchmarks.looking import result_of, row_of


def test_every_way_of_looking_is_timed() -> None:
    row = row_of("GRU", steps=5, distractors=3, rounds=1)
    found = result_of([row])
    assert float(row["all of ten"][0]) > 0
    assert len(found.targets) == 2
    assert "influence" in found.table()
