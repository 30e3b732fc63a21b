"""The claims: the rule, and a tiny run of every measurement."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from benchmarks.claims.adding import Adding, gate_claim, measure_adding
from benchmarks.claims.cost import cost_claims
from benchmarks.claims.memory import LONG, SHORT, Recall, measure_recall, memory_claims
from benchmarks.claims.page import COPY, PAGE, from_stored, result_of
from benchmarks.claims.quality import SHARES, amount_claim, measure_vowels, part_of, quality_claim
from benchmarks.claims.rules import (
    CANNOT_BE_TOLD,
    DOES_NOT_HOLD,
    HOLDS,
    Claim,
    Measurement,
    Region,
    interval_of,
)
from benchmarks.claims.run import rows_of
from benchmarks.results import RESULTS, Circumstances, Page, write
from gatewise.data.sequences import SequenceSet


@pytest.mark.parametrize(
    ("values", "region", "expected"),
    [
        ((1.0, 1.1, 0.9), Region(above=0), HOLDS),
        ((-1.0, -1.1, -0.9), Region(above=0), DOES_NOT_HOLD),
        ((-1.0, 1.1, 0.9), Region(above=0), CANNOT_BE_TOLD),
        ((0.0, 0.0, 0.0), Region(above=0), DOES_NOT_HOLD),
        ((0.1, 0.2, 0.1), Region(-1, 1), HOLDS),
        ((2.1, 2.2, 2.1), Region(-1, 1), DOES_NOT_HOLD),
        ((0.9, 1.2, 1.1), Region(-1, 1), CANNOT_BE_TOLD),
        ((0.75,), Region(below=1), HOLDS),
        ((1.25,), Region(below=1), DOES_NOT_HOLD),
    ],
)
def test_the_rule(values: tuple[float, ...], region: Region, expected: str) -> None:
    assert Measurement("it", values, region).verdict == expected


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ((HOLDS, HOLDS), HOLDS),
        ((HOLDS, CANNOT_BE_TOLD), CANNOT_BE_TOLD),
        ((DOES_NOT_HOLD, CANNOT_BE_TOLD), DOES_NOT_HOLD),
    ],
)
def test_a_statement_needs_all_of_its_measurements(verdicts: tuple[str, ...], expected: str) -> None:
    values = {HOLDS: (1.0, 1.1), DOES_NOT_HOLD: (-1.0, -1.1), CANNOT_BE_TOLD: (-1.0, 1.0)}
    claim = Claim("it is so", tuple(Measurement("it", values[one], Region(above=0)) for one in verdicts))
    assert claim.verdict == expected


def test_the_interval_is_students() -> None:
    found = interval_of((1.0, 2.0, 3.0))
    assert (found.mean, found.count) == (2, 3)
    assert found.high - found.mean == pytest.approx(4.3027 / np.sqrt(3), rel=1e-4)
    assert found.text("%", 1) == "2.0 (-0.5 to 4.5) %"
    assert interval_of((0.75,)).text("", 2) == "0.75"
    assert (str(Region(-1, 1)), str(Region(above=99)), str(Region(below=1))) == (
        "between -1 and 1",
        "above 99",
        "below 1",
    )


@pytest.mark.slow
@pytest.mark.deep
def test_recall_and_the_reach_of_the_gradient() -> None:
    gru, rnn = (measure_recall(cell, 30, 0, training=64, hidden_size=8, steps=2) for cell in ("GRU", "RNN"))
    assert 0 <= gru.accuracy <= 100
    assert rnn.plain == rnn.initial  # there are no gates to set
    assert rnn.plain < gru.plain < gru.initial < 0.5


def test_memory_claims() -> None:
    def recalls(accuracy: float, gradient: float) -> list[Recall]:
        return [Recall(accuracy, gradient, gradient, gradient) for _ in range(3)]

    found = {("RNN", SHORT): recalls(100, -1), ("RNN", LONG): recalls(20, -9)}
    found |= {(cell, far): recalls(100, -0.5) for cell in ("GRU", "LSTM") for far in (SHORT, LONG)}
    assert [claim.verdict for claim in memory_claims(found)] == [HOLDS] * 4
    found["LSTM", LONG] = [Recall(100, -1.5, -0.5, -0.5)] * 3
    assert [claim.verdict for claim in memory_claims(found)] == [HOLDS, DOES_NOT_HOLD, HOLDS, HOLDS]


def test_the_update_gate_is_read_at_marked_steps() -> None:
    found = measure_adding("GRU", 0, training=64, hidden_size=8, steps=2)
    assert 0 < found.unmarked < 1
    assert 0 < found.marked < 1
    assert found.error > 0.01
    assert np.isnan(measure_adding("LSTM", 0, training=64, hidden_size=8, steps=2).marked)
    opened = gate_claim([Adding(1e-4, 0.3, 0.1), Adding(1e-4, 0.31, 0.1)])
    assert opened.verdict == HOLDS
    assert gate_claim([Adding(1e-4, 0.1, 0.3), Adding(1e-4, 0.1, 0.31)]).verdict == DOES_NOT_HOLD


def test_costs_are_ratios_of_both_cells() -> None:
    parameters, seconds, memory = cost_claims(sizes=(32,), steps=4, rounds=3, updates=1)
    gru, lstm = (blocks * 32 * (16 + 32 + 2) + 32 * 8 + 8 for blocks in (3, 4))
    assert parameters.measurements[0].values == (gru / lstm,)
    assert len(seconds.measurements[0].values) == 3
    assert 0.5 < memory.measurements[0].values[0] < 1


def test_a_share_keeps_every_class() -> None:
    labels = np.repeat(["a", "b"], [16, 2])
    data = SequenceSet([np.full((2, 1), k, np.float32) for k in range(18)], labels, task="classification")
    part = part_of(data, 0.25, seed=0)
    assert np.unique(part.target, return_counts=True)[1].tolist() == [4, 1]
    assert len(part_of(data, 1.0, seed=0)) == 18


@pytest.mark.slow
def test_vowels(data_folder: Path) -> None:
    assert (data_folder / "uea").is_dir()
    assert 0 <= measure_vowels("GRU", SHARES[0], 0) < 50


def test_quality_and_amount() -> None:
    recalled = {(cell, LONG): [Recall(99.9, 0, 0, 0)] * 3 for cell in ("GRU", "LSTM")}
    added = {cell: [Adding(1e-4, 0, 0)] * 3 for cell in ("GRU", "LSTM")}
    vowels = {(cell, share): [2.0, 2.1, 2.2] for cell in ("GRU", "LSTM") for share in SHARES}
    weather = {cell: [1.0, 1.01, 1.02] for cell in ("GRU", "LSTM")}
    assert quality_claim(recalled, added, vowels, weather).verdict == HOLDS
    assert amount_claim(vowels).verdict == DOES_NOT_HOLD  # equal is not better
    for behind, share in enumerate(SHARES[::-1]):
        vowels["LSTM", share] = [2.0 + behind, 2.1 + behind, 2.3 + behind]
    assert quality_claim(recalled, added, vowels, weather).verdict == HOLDS
    assert amount_claim(vowels).verdict == HOLDS


def test_table_page_and_files(tmp_path: Path) -> None:
    claim = Claim("it is so", (Measurement("its size", (1.0, 1.2), Region(above=0), "%"),))
    result = result_of(rows_of([claim]), 2)
    assert "| it is so | its size    | 1.10 (-0.17 to 2.37) % | above 0   | cannot be told |" in result.text()
    assert "- it is so: **cannot be told**." in result.text()
    assert result.page is not None
    page = Page(tmp_path / "claims.md", result.page.text)
    here = Circumstances("python -m benchmarks claims --write", 2, commit="abc", processor="one")
    written = write(type(result)(**{**vars(result), "page": page}), here, tmp_path)
    assert json.loads(written.with_suffix(".json").read_text())["rows"][0]["holds or not"] == "cannot be told"
    text = page.path.read_text()
    assert "## it is so: cannot be told\n\n| measurement | found | asked for | holds or not |" in text
    assert text.endswith("Written by `python -m benchmarks claims --write`; do not edit by hand.\n")


STORED = max(RESULTS.glob("*-claims.json"))


def test_the_page_is_what_the_stored_numbers_say(tmp_path: Path) -> None:
    result = from_stored(STORED, 5)
    assert result.page is not None
    assert result.measured is not None
    picture = tmp_path / "claims.svg"
    beside = dict.fromkeys([picture], *result.page.beside.values())
    page = Page(tmp_path / "claims.md", result.page.text, beside, tmp_path / "copy.json")
    written = write(type(result)(**{**vars(result), "page": page}), result.measured, tmp_path)
    assert page.path.read_bytes() == PAGE.read_bytes()
    assert written.with_suffix(".json").read_bytes() == STORED.read_bytes()
    assert written.read_bytes() == STORED.with_suffix(".md").read_bytes()
    assert (tmp_path / "copy.json").read_bytes() == COPY.read_bytes() == STORED.read_bytes()
    assert words(picture) == words(PAGE.parent / "images" / "claims.svg")


def test_the_picture_shows_every_measurement_and_verdict() -> None:
    shown = words(PAGE.parent / "images" / "claims.svg")
    for row in json.loads(STORED.read_text(encoding="utf-8"))["rows"]:
        assert row["measurement"] in shown
        assert any(word.startswith(row["found"].partition(" ")[0]) for word in shown)
    assert {HOLDS, DOES_NOT_HOLD, CANNOT_BE_TOLD} <= set(shown)


def words(picture: Path) -> list[str]:
    """The texts of a drawing, whatever the place that fonts leave them."""
    return re.findall(r"<text[^>]*>([^<]+)</text>", picture.read_text(encoding="utf-8"))
