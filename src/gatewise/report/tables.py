"""The evidence as tables: the five dimensions by candidate."""

from __future__ import annotations

import math
from dataclasses import replace

from gatewise.report.quantities import Group, Quantity, ReportTable, Row, TableCell, filled, row
from gatewise.report.text import (
    MISSING,
    change_format,
    duration,
    error_format,
    interval,
    metric_label,
    microseconds,
    number,
    percent,
    plain,
    share_left,
    size,
)
from gatewise.verdict.evidence import Candidate, Evidence, GradientCurve, Past

__all__ = ["backends", "comparison", "networks", "parts"]

Candidates = tuple[Candidate, ...]

_LOWER = {
    "mae",
    "mse",
    "rmse",
    "smape",
    "mape",
    "mase",
    "median mase",
    "scaled pinball",
    "owa",
    "wape",
    "log loss",
    "error rate",
    "perplexity",
}
_HIGHER = {"accuracy", "balanced accuracy", "f1", "span f1", "sentence accuracy"}
_SCORES = {"r2"}

_GRADIENT_CURVES = (("initial", "at initialisation"), ("trained", "after training"))
_TARGET = Quantity("to the common loss", "", "training.seconds_to_target", duration, min)
_TRAINING = (
    Quantity("one update", "", "training.step_seconds", duration, min),
    Quantity("updates per second", "", "training.steps_per_second", number, max),
)
_FIT = Quantity("fitting one model", "", "cost.fit_seconds", duration, min)
_PREDICT = Quantity("one answer", "", "cost.predict_seconds", duration, min)
_SIZE = Quantity("model on disk", "", "cost.model_bytes", size)
# Of what there is one answer, where it is not a sequence.
_ANSWERS = {"forecast": "a forecast", "language": "a symbol"}
_RATE = Quantity("learning rate", "", "training.learning_rate", plain)
_UNSTABLE = Quantity("unstable trainings", "", "training.unstable", number)
_DIVERGED = Quantity("diverged trainings", "", "training.diverged", number)
_MEMORY = (
    Quantity("peak while training", "", "memory.peak_training_bytes", size, min),
    Quantity("state per stream", "", "memory.state_bytes", size, min),
)
_HIDDEN = Quantity("hidden size", "", "structure.hidden_size")
_STRUCTURE = (
    Quantity("parameters", "whole network", "structure.parameters", number, min),
    Quantity("parameters", "recurrent layer", "structure.cell_parameters", number, min),
    Quantity("multiply-adds", "per step", "structure.multiply_adds_per_step", number, min),
    Quantity("state", "between steps", "structure.state_bytes", size, min),
    Quantity("latency", "one step of one stream", "step_latency_us", microseconds, min),
)
# Where the budget makes these equal, a few less are no merit.
_MATCHED = {"structure.parameters", "structure.cell_parameters"}


def comparison(evidence: Evidence, first: str | None = None) -> ReportTable:
    """Return the table of the five dimensions and the cost; a row stands only where some candidate has its value.

    Cells come before baselines, and before them the candidate that is to be ``first``, so that it is in sight on a
    narrow screen.
    """
    candidates = tuple(sorted((*evidence.cells, *evidence.baselines), key=lambda c: c.name != first))
    groups = (
        Group("Fit to the task", "fit", _fit(evidence, candidates)),
        Group("Cost", "training", _cost(evidence, candidates)),
        Group("Gradient", "gradient", _gradient(evidence, candidates)),
        Group("Training efficiency", "training", _training(evidence, candidates)),
        Group("Memory", "memory", _measured(_MEMORY, candidates, evidence.plan.match)),
        Group("Structure", "structure", _structure(candidates, evidence.plan.match)),
    )
    names = tuple(c.name for c in candidates)
    return ReportTable("The five dimensions", names, tuple(group for group in groups if group.rows))


def parts(evidence: Evidence) -> ReportTable | None:
    """Return the parameters of each part of one network of each cell."""
    cells = tuple(c for c in evidence.cells if c.structure is not None and c.structure.parts)
    names = dict.fromkeys(name for c in cells if c.structure for name in c.structure.parts)
    rows = filled(
        row(
            Quantity(name, "parameters", ""),
            cells,
            [c.structure.parts.get(name) if c.structure else None for c in cells],
        )
        for name in names
    )
    columns = tuple(c.name for c in cells)
    return ReportTable("Parts of one network", columns, (Group("", "", rows),)) if rows else None


def networks(evidence: Evidence) -> tuple[tuple[str, str], ...]:
    """Return what was trained, and how, in words."""
    structures = [(c.name, c.structure) for c in evidence.cells if c.structure is not None]
    by_text: dict[str, list[str]] = {}
    for name, one in structures:
        if one.network:
            by_text.setdefault(one.network, []).append(name)
    plan = evidence.plan
    updates = f"{number(plan.steps)} updates at the most"
    batch = f" of {number(plan.batch_size)} sequences or windows" if plan.batch_size else ""
    trained = ((("trained by"), f"{plan.optimiser}; {updates}{batch}"),) if plan.optimiser else ()
    return (*((", ".join(names), text) for text, names in by_text.items()), *trained)


def backends(evidence: Evidence) -> tuple[tuple[str, str], ...]:
    """Return names of cells, and which implementation ran for them and why."""
    by_reason: dict[str, list[str]] = {}
    for cell in evidence.cells:
        if cell.backend is not None:
            by_reason.setdefault(f"{cell.backend.name}: {cell.backend.reason}", []).append(cell.name)
    return tuple((", ".join(names), reason) for reason, names in by_reason.items())


def _measured(quantities: tuple[Quantity, ...], candidates: Candidates, match: str) -> tuple[Row, ...]:
    return filled(
        row(replace(q, better=None) if match == "parameters" and q.place in _MATCHED else q, candidates)
        for q in quantities
    )


def _fit(evidence: Evidence, candidates: Candidates) -> tuple[Row, ...]:
    metric = evidence.metric
    errors = row(Quantity(metric.name, metric.unit, "fit.error.mean", error_format(metric), min), candidates)
    noted = tuple(
        replace(cell, note=interval(c.fit.error, metric))
        if math.isfinite(c.fit.error.mean)
        else TableCell("diverged")
        for c, cell in zip(candidates, errors.cells, strict=True)
    )
    names = dict.fromkeys(name for c in candidates for name in c.fit.metrics if name != metric.name)
    further = (
        row(_metric(name), candidates, (c.fit.metrics.get(name) for c in candidates)) for name in names
    )
    return (replace(errors, cells=noted), *filled(further))


def _metric(name: str) -> Quantity:
    kind = name.casefold()
    share = kind in _HIGHER or kind.startswith(("coverage", "error rate"))
    lower = kind in _LOWER or kind.startswith(("nats per", "bits per", "msis"))
    better = min if lower else max if kind in _HIGHER | _SCORES else None
    return Quantity(metric_label(name), "", "", percent if share else number, better)


def _gradient(evidence: Evidence, candidates: Candidates) -> tuple[Row, ...]:
    return filled(
        (
            *(
                _half_lives(evidence, candidates, name, f"half-life {when}")
                for name, when in _GRADIENT_CURVES
            ),
            *_without_past(evidence, candidates),
            row(Quantity("clipped", "share of updates", "gradient.clip_rate", percent), candidates),
            _gates(candidates, "open", "gates above 0.9"),
            _gates(candidates, "shut", "gates below 0.1"),
        )
    )


def _gates(candidates: Candidates, which: str, label: str) -> Row:
    shares = [tuple(getattr(c.gradient, which).values()) if c.gradient else () for c in candidates]
    means = [sum(some) / len(some) if some else None for some in shares]
    return row(Quantity(label, "mean over gates", "", percent), candidates, means)


def _half_lives(evidence: Evidence, candidates: Candidates, name: str, label: str) -> Row:
    curves: list[GradientCurve | None] = [getattr(c.gradient, name, None) for c in candidates]
    return Row(label, f"{evidence.data.step_unit} back", tuple(map(_half_life, curves)))


def _half_life(curve: GradientCurve | None) -> TableCell:
    if curve is None:
        return TableCell(MISSING)
    shown = "never half" if curve.half_life is None else number(curve.half_life)
    left = f"{share_left(curve.left)} left at {number(curve.lags[-1])}"
    return TableCell(shown, left, value=curve.half_life)


def _without_past(evidence: Evidence, candidates: Candidates) -> tuple[Row, ...]:
    """Errors where what is older is another sequence's, with the rise; the shortest lag first."""
    lags = sorted({past.steps for c in candidates for past in c.past})
    label = f"{evidence.metric.name} with another's past"
    return tuple(
        Row(
            label,
            f"beyond {evidence.data.steps(lag)}",
            tuple(
                _error_without(evidence, next((past for past in c.past if past.steps == lag), None))
                for c in candidates
            ),
        )
        for lag in lags
    )


def _error_without(evidence: Evidence, past: Past | None) -> TableCell:
    if past is None:
        return TableCell(MISSING)
    show, change = error_format(evidence.metric), change_format(evidence.metric)
    return TableCell(show(past.error), change(past.rise.mean), value=past.error)


def _training(evidence: Evidence, candidates: Candidates) -> tuple[Row, ...]:
    target = row(_TARGET, candidates)
    reached = tuple(
        TableCell("never") if c.training is not None and c.training.seconds_to_target is None else cell
        for c, cell in zip(candidates, target.cells, strict=True)
    )
    trainings = [c.training for c in candidates if c.training is not None]
    faults = [row(_UNSTABLE, candidates)] if any(one.unstable for one in trainings) else []
    faults += [row(_DIVERGED, candidates)] if any(one.diverged for one in trainings) else []
    rate = row(replace(_RATE, unit="tuned" if evidence.plan.trials > 1 else ""), candidates)
    measured = (row(quantity, candidates) for quantity in _TRAINING)
    return filled((replace(target, cells=reached), *measured, rate, *faults))


def _cost(evidence: Evidence, candidates: Candidates) -> tuple[Row, ...]:
    """What every candidate has, so that baselines stand beside cells."""
    # The first files have no costs, but these of cells.
    fit = (c.cost.fit_seconds if c.cost else c.training.seconds if c.training else None for c in candidates)
    kept = (c.cost.model_bytes if c.cost else c.memory.model_bytes if c.memory else None for c in candidates)
    predict = replace(_PREDICT, unit=_ANSWERS.get(evidence.data.task, "a sequence"))
    return filled(
        (row(_FIT, candidates, fit), row(predict, candidates), row(_SIZE, candidates, kept)),
    )


def _structure(candidates: Candidates, match: str) -> tuple[Row, ...]:
    parts = [c.structure for c in candidates]
    named = (
        Row("gates", "", tuple(TableCell(", ".join(s.gates) or "none" if s else MISSING) for s in parts)),
        Row("states", "", tuple(TableCell(", ".join(s.states) or "none" if s else MISSING) for s in parts)),
    )
    return (*filled((row(_HIDDEN, candidates), *named)), *_measured(_STRUCTURE, candidates, match))
