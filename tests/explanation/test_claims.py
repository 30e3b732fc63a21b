"""What was measured, as the package carries it: read back to the digit, and the same as the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatewise.explanation.claims import claims_of, known_claims, together

ROOT = Path(__file__).parents[2]
ROW = {
    "claim": "It is so",
    "measurement": "its size",
    "found": "-0.54 (-1.40 to 0.32) points",
    "asked for": "between -1 and 1",
    "holds or not": "cannot be told",
}


def test_a_row_is_read_to_the_digit() -> None:
    (claim,) = claims_of([ROW])
    (one,) = claim.measurements
    assert (claim.statement, claim.verdict) == ("It is so", "cannot be told")
    assert (one.mean, one.low, one.high, one.unit) == (-0.54, -1.4, 0.32, "points")
    assert (one.above, one.below) == (-1, 1)


@pytest.mark.parametrize(
    ("found", "asked", "numbers"),
    [
        ("0.76", "below 1", (0.76, 0.76, 0.76, "", None, 1.0)),
        ("100.0 (99.5 to 100.0) %", "above 99", (100.0, 99.5, 100.0, "%", 99.0, None)),
    ],
)
def test_counts_and_open_regions(found: str, asked: str, numbers: tuple[object, ...]) -> None:
    one = claims_of([{**ROW, "found": found, "asked for": asked}])[0].measurements[0]
    assert (one.mean, one.low, one.high, one.unit, one.above, one.below) == numbers


def test_what_cannot_be_read_is_named() -> None:
    with pytest.raises(ValueError, match=r"^its size: not as the benchmark writes it: 'much', 'below 1'$"):
        claims_of([{**ROW, "found": "much", "asked for": "below 1"}])


def test_verdicts_together() -> None:
    assert together(["holds", "holds"]) == "holds"
    assert together(["holds", "cannot be told"]) == "cannot be told"
    assert together(["cannot be told", "does not hold"]) == "does not hold"


def test_all_claims_are_those_of_the_page() -> None:
    page = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
    known = known_claims()
    assert f"- date: {known.date}," in page
    assert [line for line in page.splitlines() if line.startswith("## ")] == [
        *(f"## {claim.statement}: {claim.verdict}" for claim in known.claims),
        "## How it was measured",
    ]
    for claim in known.claims:
        for one in claim.measurements:
            assert f"| {one.what} | {one.found} | {one.asked_for} | {one.verdict} |" in page


def test_a_cell_gets_what_names_it_and_the_verdict_of_the_whole_statement() -> None:
    known = known_claims()
    for cell in ("RNN", "LSTM", "GRU"):
        for claim in known.of(cell):
            assert claim.verdict == next(
                one.verdict for one in known.claims if one.statement == claim.statement
            )
            assert all(cell in one.what or cell in claim.statement for one in claim.measurements)
    distance = known.named("The RNN is enough")
    assert [one.what.partition(",")[0] for one in distance.measurements] == ["RNN", "RNN", "LSTM", "GRU"]
    assert known.of("CIFG") == ()
