"""Comparisons on the public data sets, kept in a folder so that none is run twice."""

from __future__ import annotations

from pathlib import Path

import gatewise
from benchmarks.candidates import progress
from benchmarks.public import PublicSet
from gatewise.comparison.config import ComparisonConfig
from gatewise.comparison.results import Comparison
from gatewise.verdict.evidence import Evidence

__all__ = ["FOLDER", "compared"]

# Ignored by git, as what `gatewise compare` writes.
FOLDER = Path(__file__).parent.parent.parent / "gatewise-output" / "field"


def compared(one: PublicSet, config: ComparisonConfig, folder: Path = FOLDER) -> Evidence:
    """The evidence on one data set: read where it is there already, else measured and written."""
    budget = "" if config.budget is None else f"-{config.budget:.0f}s"
    path = folder / f"{one.name}{budget}.json"
    if path.is_file():
        return Comparison.from_json(path).evidence
    comparison = gatewise.compare(
        one.data(), test=None if one.test is None else one.test(), config=config, **one.options
    )
    folder.mkdir(parents=True, exist_ok=True)
    # Whole or not at all: a run may be stopped at any time.
    unfinished = path.with_suffix(".part")
    comparison.to_json(unfinished)
    unfinished.replace(path)
    progress(f"{one.name}, {comparison.evidence.plan.seconds:.0f} s: {comparison.recommend().sentence}")
    return comparison.evidence
