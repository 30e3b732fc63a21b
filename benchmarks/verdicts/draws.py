"""What a comparison might have found: seeds and test units drawn anew from those that were measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gatewise.comparison.assemble import all_differences
from gatewise.verdict.evidence import Candidate, Estimate, Evidence
from gatewise.verdict.units import Units

__all__ = ["Size", "draw", "draw_units", "truth"]

# Per fold, errors of shape (seeds, units).
Errors = list[NDArray[np.float64]]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Size:
    """How much is drawn; ``None``: as much as was measured.

    Attributes
    ----------
    units : int or None
        Independent test units of each fold: groups, or stretches of time without overlap.
    seeds : int or None
    """

    units: int | None = None
    seeds: int | None = None


def truth(evidence: Evidence, *, same: bool) -> dict[str, float]:
    """Mean error of each candidate where all that was measured is all there is.

    Draws are made from that, so that it is the truth of the draws. Cells that are the same share their seeds.
    """
    means = {one.name: _mean(_errors(one)) for one in evidence.candidates}
    if same:
        cells = [one.name for one in evidence.cells]
        means |= dict.fromkeys(cells, float(np.mean([means[name] for name in cells])))
    return means


def draw(evidence: Evidence, size: Size, random: np.random.Generator, *, same: bool) -> Evidence:
    """Evidence of other seeds, with replacement, on other test units, with replacement.

    Seeds are drawn for each cell and fold; of cells that are the same, from those of all of them.
    """
    rows, units = draw_units(evidence.units, size.units, random)
    pools = {one.name: _errors(one) for one in evidence.candidates}
    if same:
        shared = [
            np.concatenate(folds) for folds in zip(*(pools[c.name] for c in evidence.cells), strict=True)
        ]
        pools |= {one.name: shared for one in evidence.cells}
    errors = {
        one.name: [
            fold[_seeds(one, len(fold), size.seeds or evidence.plan.seeds, random)][:, taken]
            for fold, taken in zip(pools[one.name], rows, strict=True)
        ]
        for one in evidence.candidates
    }
    cells, baselines = ([one.name for one in some] for some in (evidence.cells, evidence.baselines))
    return evidence.model_copy(
        update={
            "units": units,
            "candidates": tuple(_drawn(one, errors[one.name]) for one in evidence.candidates),
            "differences": all_differences(
                cells, baselines, errors, units, share=evidence.metric.is_share, with_p=False
            ),
        }
    )


def draw_units(units: Units, count: int | None, random: np.random.Generator) -> tuple[list[Rows], Units]:
    """Draw test units of every fold; returns their places, and what they are.

    Whole groups with all that belongs to them. Of a single group stretches of time, neighbours together, in
    blocks that start anywhere and go on at the beginning where the end is reached (Politis & Romano 1992).
    """
    by_group = units.group_count > 1
    rows, groups, times, later = [], [], [], 0
    for number, fold in enumerate(units.groups):
        when = None if units.times is None else np.asarray(units.times[number])
        known = np.asarray(fold) if by_group or when is None else when
        drawn = _groups(known, count, random) if by_group else _stretches(known, units.overlap, count, random)
        members = [np.flatnonzero(known == one) for one in drawn]
        taken = np.concatenate(members)
        # What is drawn twice counts as two: each draw has a number of its own, through all folds.
        new = tuple(map(int, later + np.repeat(np.arange(len(drawn)), [len(one) for one in members])))
        rows.append(taken)
        groups.append(new if by_group else (0,) * len(taken))
        times.append(new if not by_group else () if when is None else tuple(map(int, when[taken])))
        later += len(drawn)
    update = {"groups": tuple(groups), "times": None if units.times is None else tuple(times), "names": ()}
    return rows, units.model_copy(update=update)


def _groups(known: Rows, count: int | None, random: np.random.Generator) -> Rows:
    """Draw groups."""
    names = np.unique(known)
    drawn: Rows = random.choice(names, count or len(names))
    return drawn


def _stretches(known: Rows, overlap: int, count: int | None, random: np.random.Generator) -> Rows:
    """Draw places in time, a block of neighbours at a time."""
    places = np.unique(known)
    wanted = len(places) if count is None else count * overlap
    block = min(max(2 * overlap, round(len(places) ** (1 / 3))), wanted)
    starts = random.integers(len(places), size=-(-wanted // block))
    drawn: Rows = places[((starts[:, None] + np.arange(block)) % len(places)).ravel()[:wanted]]
    return drawn


def _seeds(candidate: Candidate, known: int, count: int, random: np.random.Generator) -> Rows:
    """Baselines have no seed to draw."""
    return random.integers(known, size=count) if candidate.kind == "cell" else np.arange(known)


def _errors(candidate: Candidate) -> Errors:
    return [np.asarray(fold, np.float64) for fold in candidate.fit.units]


def _mean(errors: Errors) -> float:
    return float(np.concatenate([fold.mean(axis=0) for fold in errors]).mean())


def _drawn(candidate: Candidate, errors: Errors) -> Candidate:
    """The candidate with other errors; no interval of its own, as no verdict goes by it."""
    by_seed = np.mean([fold.mean(axis=1) for fold in errors], axis=0)
    changed = {"error": Estimate(mean=_mean(errors)), "by_seed": tuple(map(float, by_seed)), "units": ()}
    return candidate.model_copy(update={"fit": candidate.fit.model_copy(update=changed)})
