"""From rows that were measured, now or then, to the table, the page of the documentation and its picture."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.claims.picture import draw
from benchmarks.claims.rules import RULE
from benchmarks.results import Circumstances, Page, Result, Row
from gatewise.explanation.claims import Claim, claims_of

__all__ = ["PAGE", "from_stored", "result_of"]

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "claims.md"
PICTURE = "images/claims.svg"
# What `gatewise explain` and the report read.
COPY = ROOT / "src" / "gatewise" / "explanation" / "claims.json"
KEY = (
    "Grey: what the statement asks for. ● holds, ✖ does not hold, ○ cannot be told; lines are the intervals."
)
TITLE = "What is said of RNN, LSTM and GRU"


def result_of(rows: Sequence[Row], seeds: int, measured: Circumstances | None = None) -> Result:
    """The table, the verdict on each statement, the picture of all, and the page.

    Parameters
    ----------
    rows : sequence of Row
        One per measurement.
    seeds : int
    measured : Circumstances, optional
        Where and when, if not here and now.
    """
    claims = claims_of([{name: str(value) for name, value in row.items()} for row in rows])
    verdicts = "\n".join(f"- {claim.statement}: **{claim.verdict}**." for claim in claims)
    protocol = f"Statements that tutorials make, measured with {seeds} seeds. {RULE}"
    return Result(
        name="claims",
        title=TITLE,
        protocol=protocol,
        checks=(),
        digits={},
        rows=tuple(rows),
        targets=(),
        notes=(verdicts, NOTES),
        page=Page(PAGE, _page(claims, protocol), beside={PAGE.parent / PICTURE: draw(claims)}, copy=COPY),
        measured=measured,
    )


def from_stored(path: Path, seeds: int) -> Result:
    """The same result again from its file of numbers; nothing is measured."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    circumstances = {name: stored[name] for name in Circumstances.__dataclass_fields__}
    return result_of(stored["rows"], seeds, Circumstances(**circumstances))


NOTES = (
    "Gradient: norm of the derivative of the last output by the state so many steps before, "
    "for random directions, the geometric mean over 64 sequences; 1 at lag 0, and vanished below a tenth, −1 in "
    "the table. Delayed recall: one of 8 symbols, distractors, a cue; 2,000 sequences to learn from, 500 to test, "
    "64 units, read in one direction and answered from the last state. Adding: 5,000 sequences of 100 steps, 1,000 "
    "updates, 64 units. JapaneseVowels: official parts, default settings. Weather: the shipped sample, default "
    "settings. Close in quality: within one point, or 5 % of MASE. Times: one update with AdamW in one process, "
    "both cells in turn on one thread; they are those of this package's kernels, and others may differ."
)


def _page(claims: Sequence[Claim], protocol: str) -> str:
    """The picture, then a section per statement."""
    parts = [f"# {TITLE}", protocol, f"![{_alt(claims)}]({PICTURE})", KEY]
    for claim in claims:
        lines = ["| measurement | found | asked for | holds or not |", "| --- | --- | --- | --- |"]
        lines += [
            f"| {one.what} | {one.found} | {one.asked_for} | {one.verdict} |" for one in claim.measurements
        ]
        parts += [f"## {claim.statement}: {claim.verdict}", "\n".join(lines)]
    return "\n\n".join([*parts, "## How it was measured", NOTES])


def _alt(claims: Sequence[Claim]) -> str:
    verdicts = "; ".join(f"{claim.statement}: {claim.verdict}" for claim in claims)
    return f"Every measurement with its interval and the region asked for. {verdicts}."
