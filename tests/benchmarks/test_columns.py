"""What columns of noise cost, of small networks."""

from __future__ import annotations

import pytest

from benchmarks import columns
from benchmarks.columns import result_of, row_of


def test_what_is_left_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "SERIES", 5)
    rows = [row_of(roles, 1, updates=40) for roles in ({}, {"known": ["noise"]})]
    assert rows[0]["all kept"] == rows[0]["what helps"]
    assert rows[1]["left out"] == "noise"
    assert rows[1]["all kept"] != rows[1]["what helps"]
    assert "known noise" in result_of(rows).table()
