"""Evidence as rows of tables: the five dimensions by candidate."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from gatewise.comparison.evidence import Candidate, Evidence, GradientCurve
from gatewise.report.text import (
    MISSING,
    compact,
    duration,
    error_format,
    interval,
    metric_label,
    number,
    percent,
    quantity,
    size,
)

__all__ = ["Cell", "Group", "Row", "Table", "backends", "comparison", "half_lives", "structure"]

Value = Callable[[Candidate], float | None]
Show = Callable[[float | None], str]

_LOWER = {"mae", "mse", "rmse", "smape", "mape", "mase", "owa", "wape", "log loss", "error rate"}
_HIGHER = {"accuracy", "balanced accuracy", "f1"}


@dataclass(frozen=True)
class Cell:
    """One value; ``best`` where none in its row is better."""

    text: str
    note: str = ""
    best: bool = False


@dataclass(frozen=True)
class Row:
    """One quantity across the columns."""

    label: str
    unit: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Group:
    """Rows of one dimension; ``anchor`` is its section."""

    title: str
    anchor: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Table:
    """Groups of rows below common columns."""

    title: str
    columns: tuple[str, ...]
    groups: tuple[Group, ...]


def comparison(evidence: Evidence) -> Table:
    """The five dimensions; a row stands only where at least one candidate has its value."""
    candidates = (*evidence.cells, *evidence.baselines)
    groups = (
        Group("Fit to the task", "fit", _fit(evidence, candidates)),
        Group("Gradient", "gradient", _gradient(candidates)),
        Group("Training efficiency", "training", _training(candidates)),
        Group("Memory", "memory", _memory(candidates)),
        Group("Structure", "structure", _structure(candidates, evidence.plan.match)),
    )
    names = tuple(c.name for c in candidates)
    return Table("The five dimensions", names, tuple(group for group in groups if group.rows))


def half_lives(evidence: Evidence) -> Table | None:
    """Half-life and verdict at the start and after training."""
    cells = tuple(c for c in evidence.cells if c.gradient is not None)
    curves: tuple[tuple[str, Callable[[Candidate], GradientCurve | None]], ...] = (
        ("at initialisation", lambda c: c.gradient.initial if c.gradient else None),
        ("after training", lambda c: c.gradient.trained if c.gradient else None),
    )
    rows = tuple(
        Row(when, "", tuple(_half_life(curve_of(c)) for c in cells))
        for when, curve_of in curves
        if any(curve_of(c) for c in cells)
    )
    names = tuple(c.name for c in cells)
    return Table("Half-life of the gradient", names, (Group("", "", rows),)) if rows else None


def structure(evidence: Evidence) -> Table | None:
    """Structure by cell, as its own table."""
    cells = tuple(c for c in evidence.cells if c.structure is not None)
    rows = _structure(cells, evidence.plan.match)
    names = tuple(c.name for c in cells)
    return Table("Structure of the networks", names, (Group("", "", rows),)) if rows else None


def backends(evidence: Evidence) -> tuple[tuple[str, str], ...]:
    """Which implementation ran and why, by name; cells with the same one share a line."""
    by_reason: dict[str, list[str]] = {}
    for cell in evidence.cells:
        if cell.backend is not None:
            by_reason.setdefault(f"{cell.backend.name}: {cell.backend.reason}", []).append(cell.name)
    return tuple((", ".join(names), reason) for reason, names in by_reason.items())


def _fit(evidence: Evidence, candidates: tuple[Candidate, ...]) -> tuple[Row, ...]:
    metric = evidence.metric
    show = error_format(metric)
    errors = _row(metric.name, metric.unit, candidates, lambda c: c.fit.error.mean, show, min)
    noted = tuple(
        Cell(cell.text, interval(c.fit.error, metric), cell.best)
        if math.isfinite(c.fit.error.mean)
        else Cell("diverged")
        for c, cell in zip(candidates, errors.cells, strict=True)
    )
    names = dict.fromkeys(name for c in candidates for name in c.fit.metrics if name != metric.name)
    further = [_metric(name, candidates) for name in names]
    return (Row(errors.label, errors.unit, noted), *_filled(further))


def _metric(name: str, candidates: tuple[Candidate, ...]) -> Row:
    kind = name.casefold()
    better = min if kind in _LOWER else max if kind in _HIGHER else None
    share = kind in _HIGHER or kind.startswith(("coverage", "error rate"))
    return _row(
        metric_label(name),
        "",
        candidates,
        lambda c: c.fit.metrics.get(name),
        percent if share else number,
        better,
    )


def _gradient(candidates: tuple[Candidate, ...]) -> tuple[Row, ...]:
    curves: tuple[tuple[str, Callable[[Candidate], GradientCurve | None]], ...] = (
        ("half-life at initialisation", lambda c: c.gradient.initial if c.gradient else None),
        ("half-life after training", lambda c: c.gradient.trained if c.gradient else None),
    )
    rows = [
        Row(label, "steps back", tuple(_half_life(curve_of(c)) for c in candidates))
        for label, curve_of in curves
        if any(curve_of(c) for c in candidates)
    ]
    clipped = _row(
        "clipped",
        "share of updates",
        candidates,
        lambda c: c.gradient.clip_rate if c.gradient else None,
        percent,
    )
    saturated = _row("saturated gates", "mean over gates", candidates, _saturated, percent)
    return tuple(_filled([*rows, clipped, saturated]))


def _saturated(candidate: Candidate) -> float | None:
    shares = candidate.gradient.saturated.values() if candidate.gradient else ()
    return sum(shares) / len(shares) if shares else None


def _half_life(curve: GradientCurve | None) -> Cell:
    if curve is None:
        return Cell(MISSING)
    return Cell(number(curve.half_life) if curve.half_life is not None else "no fall", curve.verdict)


def _training(candidates: tuple[Candidate, ...]) -> tuple[Row, ...]:
    target = _row(
        "to the common loss",
        "",
        candidates,
        lambda c: c.training.seconds_to_target if c.training else None,
        duration,
        min,
    )
    reached = tuple(
        Cell("never") if c.training is not None and c.training.seconds_to_target is None else cell
        for c, cell in zip(candidates, target.cells, strict=True)
    )
    diverged = _row(
        "diverged trainings", "", candidates, lambda c: c.training.diverged if c.training else None, number
    )
    if not any(c.training and c.training.diverged for c in candidates):
        diverged = Row(diverged.label, "", ())
    return tuple(
        _filled(
            [
                Row(target.label, target.unit, reached),
                _row(
                    "one update",
                    "",
                    candidates,
                    lambda c: c.training.step_seconds if c.training else None,
                    duration,
                    min,
                ),
                _row(
                    "updates per second",
                    "",
                    candidates,
                    lambda c: c.training.steps_per_second if c.training else None,
                    number,
                    max,
                ),
                _row(
                    "one training",
                    "",
                    candidates,
                    lambda c: c.training.seconds if c.training else None,
                    duration,
                    min,
                ),
                _row(
                    "learning rate",
                    "tuned",
                    candidates,
                    lambda c: c.training.learning_rate if c.training else None,
                    _plain,
                ),
                diverged,
            ]
        )
    )


def _memory(candidates: tuple[Candidate, ...]) -> tuple[Row, ...]:
    return tuple(
        _filled(
            [
                _row(
                    "peak while training",
                    "",
                    candidates,
                    lambda c: c.memory.peak_training_bytes if c.memory else None,
                    size,
                    min,
                ),
                _row(
                    "weights on disk",
                    "",
                    candidates,
                    lambda c: c.memory.model_bytes if c.memory else None,
                    size,
                    min,
                ),
                _row(
                    "state per stream",
                    "",
                    candidates,
                    lambda c: c.memory.state_bytes if c.memory else None,
                    size,
                    min,
                ),
            ]
        )
    )


def _structure(candidates: tuple[Candidate, ...], match: str) -> tuple[Row, ...]:
    def part(name: str) -> Value:
        return lambda c: getattr(c.structure, name) if c.structure else None

    def names(label: str, attribute: str) -> Row:
        texts = (
            ", ".join(getattr(c.structure, attribute)) or "none" if c.structure else MISSING
            for c in candidates
        )
        return Row(label, "", tuple(map(Cell, texts)))

    # Where the budget makes parameters equal, a few less are no merit.
    fewest = None if match == "parameters" else min
    return tuple(
        _filled(
            [
                _row("hidden size", "", candidates, part("hidden_size"), number),
                names("gates", "gates"),
                names("states", "states"),
                _row("parameters", "whole network", candidates, part("parameters"), number, fewest),
                _row("parameters", "recurrent layer", candidates, part("cell_parameters"), number, fewest),
                _row("multiply-adds", "per step", candidates, part("multiply_adds_per_step"), number, min),
                _row("state", "between steps", candidates, part("state_bytes"), size, min),
                _row(
                    "latency",
                    "one step of one stream",
                    candidates,
                    lambda c: c.step_latency_us,
                    _microseconds,
                    min,
                ),
            ]
        )
    )


def _plain(value: float | None) -> str:
    return MISSING if value is None else compact(value)


def _microseconds(value: float | None) -> str:
    return quantity(value, "µs")


def _row(
    label: str,
    unit: str,
    candidates: tuple[Candidate, ...],
    value: Value,
    show: Show,
    better: Callable[[list[float]], float] | None = None,
) -> Row:
    """Values as shown; the best is marked together with all that are shown the same, unless all are."""
    values = [value(c) for c in candidates]
    texts = [show(v) for v in values]
    finite = [v for v in values if v is not None and math.isfinite(v)]
    best = show(better(finite)) if better is not None and len(set(texts) - {MISSING}) > 1 else None
    return Row(label, unit, tuple(Cell(text, best=text == best) for text in texts))


def _filled(rows: list[Row]) -> list[Row]:
    return [row for row in rows if any(cell.text != MISSING for cell in row.cells)]
