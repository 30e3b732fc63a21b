"""Steps of models beside those of layers, few of them."""

from __future__ import annotations

from benchmarks.stream import result_of, row_of


def test_a_model_beside_its_layer() -> None:
    rows = [row_of("GRU", 64, kind, rounds=1, steps=5) for kind in ("plain", "default")]
    assert [row["input"] for row in rows] == ["plain", "default"]
    # The state of the cell; beside it a count of rows, and what is read out of all steps: a sum, its rest, a maximum.
    assert [row["state, bytes"] for row in rows] == [str(4 * 64 + 8), str(4 * 64 + 8 + 4 * 8 + 12 * 64)]
    result = result_of(rows)
    assert "| GRU" in result.table()
    assert len(result.targets) == 2
