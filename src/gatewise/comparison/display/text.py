"""A comparison as text: what ``print`` and a Python prompt show."""

from __future__ import annotations

import math
import textwrap

from gatewise.comparison.display.frames import best_first
from gatewise.report.text import MISSING, duration, error_format, interval, size
from gatewise.verdict.evidence import Candidate, Evidence
from gatewise.verdict.recommend import Recommendation

__all__ = ["as_rows", "as_text", "short_facts"]

WIDTH = 100
# What stands in a row, after the name.
_HEADER = ("{metric}", "95 % interval", "fitting", "one answer", "model")


def short_facts(evidence: Evidence) -> str:
    """Return what was compared on, in a line: ``"sample:weather: forecast; 1 series, 8,730 rows of 1 hour"``."""
    return f"{evidence.data.source}: {evidence.data.task}; {evidence.data.summary}"


def as_text(evidence: Evidence, verdict: Recommendation) -> str:
    """Return the verdict, what would settle it, and a table of the candidates, the best first."""
    lines = [short_facts(evidence)]
    if evidence.plan.partial:
        lines.append(f"Partial: {evidence.plan.jobs_done} of {evidence.plan.jobs} trainings; no verdict yet.")
    lines.append(verdict.sentence)
    if verdict.would_settle:
        lines.append(f"What would settle it: {' '.join(verdict.would_settle)}")
    # At words, as terminals break them anywhere.
    lines = [textwrap.fill(line, WIDTH) for line in lines]
    header, found = as_rows(evidence)
    rows = [("", *header)]
    for candidate, values in zip(best_first(evidence), found, strict=True):
        rows.append((f"{'→' if candidate.name == verdict.choice else ' '} {candidate.name}", *values))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines.append("")
    for first, *rest in rows:
        cells = [text.rjust(width) for text, width in zip(rest, widths[1:], strict=True)]
        lines.append("  ".join([first.ljust(widths[0]), *cells]).rstrip())
    # Narrow spaces are for pages: fonts of terminals often lack them.
    return "\n".join(lines).replace("\u202f", " ")


def as_rows(evidence: Evidence) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return names of columns, and a row for each candidate, the best first; columns without a value are left out."""
    rows = [_row(evidence, candidate) for candidate in best_first(evidence)]
    kept = [k for k in range(len(_HEADER)) if any(row[k] != MISSING for row in rows)]
    header = tuple(_HEADER[k].format(metric=evidence.metric.name) for k in kept)
    return header, [tuple(row[k] for k in kept) for row in rows]


def _row(evidence: Evidence, candidate: Candidate) -> tuple[str, ...]:
    error, cost = candidate.fit.error, candidate.cost
    shown = error_format(evidence.metric)(error.mean) if math.isfinite(error.mean) else "diverged"
    costs = (
        (duration(cost.fit_seconds), duration(cost.predict_seconds), size(cost.model_bytes))
        if cost
        else (MISSING,) * 3
    )
    return (shown, interval(error, evidence.metric) or MISSING, *costs)
