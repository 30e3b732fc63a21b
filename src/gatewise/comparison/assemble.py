"""From results of jobs to evidence."""

from __future__ import annotations

import datetime
from itertools import combinations, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.comparison.curves import by_amount, by_length
from gatewise.comparison.details.common import rounded
from gatewise.comparison.jobs.job import CandidateFacts, Result
from gatewise.comparison.jobs.machine import machine
from gatewise.comparison.planning.plan import Plan
from gatewise.comparison.running.outcome import Outcome
from gatewise.comparison.tasks.base import Task
from gatewise.inspection.gradients import GradientFlow
from gatewise.verdict.evidence import (
    Absent,
    Candidate,
    Cost,
    Difference,
    Estimate,
    Evidence,
    Examples,
    Fit,
    Gradient,
    GradientCurve,
    LossCurve,
    Memory,
    PlanFacts,
    Request,
    Training,
    Trial,
    ValidationCurve,
)
from gatewise.verdict.statistics import differences, estimate
from gatewise.verdict.units import Units
from gatewise.version import __version__

__all__ = ["all_differences", "assemble"]

MOST_MOMENTS = 50
MOST_LOSSES = 30
# Per fold, errors of shape (seeds, units).
Errors = list[NDArray[np.float64]]
METHODS = {
    "structure": "counted from the layers of all networks of a model; multiply-adds are those of matrix products, per "
    "time step of one sequence; latency: median of single steps of a stream (gatewise.nn.Stream), called from Python",
    "gradient": "norm of the gradient of the last hidden state, projected on random unit vectors, with respect to all "
    "state carried k steps before; geometric mean over up to 64 test sequences, at initialisation and after "
    "training; half-life: the first lag at or below one half. Another's past: test error of one network of the first "
    "fold, every state made of at most so many of the sequence's own last steps and of another sequence's before "
    "them; 95 % intervals of the rise over test units",
    "training": "median wall clock of one update (forward, backward, optimiser) with one thread while all workers are "
    "busy, of all networks of a model one after the other; the target is the loss that every cell reached; fitting and "
    "answers: wall clock of the whole, mean over splits and seeds, of test data all at once",
    "memory": "peak of one network: all that operators return and is held at once in one update, with weights and the "
    "optimiser's moments; model: weights of all networks in float32; state: what one stream carries from step to step",
    "fit": "test data that no training saw; 95 % intervals over seeds and test units together (crossed random effects, "
    "Student's t for each; neighbours in time may depend on each other)",
    "differences": "paired over test units; 99 % t intervals that hold together (Bonferroni) for all pairs of "
    "cells, for cells against baselines, and for pairs of baselines",
}


def assemble(
    task: Task,
    outcome: Outcome,
    *,
    match: str,
    workers: int,
    budget: float | None,
    seconds: float,
    request: Request | None = None,
) -> Evidence:
    """All evidence of a finished comparison."""
    plan = outcome.plan
    names = list(plan.cells)
    errors = {name: outcome.errors(name, "main") for name in names}
    # Without those for which there was no time, on some fold or on all.
    baselines = {
        name: one
        for name, one in task.baselines().items()
        if sum(not result.ended for result in outcome.of(name, "baseline")) == plan.folds
    }
    errors |= {name: outcome.errors(name, "baseline") for name in baselines}
    leaders = _leaders(names, list(baselines), errors)
    target = _common_target([outcome.of(name, "main") for name in names])
    units = task.units().of_folds(plan.folds)
    candidates = [_cell(task, outcome, name, errors[name], units, target) for name in names]
    candidates += [
        Candidate(
            name=name,
            kind="baseline",
            description=description,
            fit=_fit(task, errors[name], units, outcome.of(name, "baseline")),
            cost=_cost(outcome.of(name, "baseline")),
        )
        for name, (description, _) in baselines.items()
    ]
    answers = {name: found for name in [*names, *baselines] if (found := _answers(outcome, name))}
    leaders = tuple(name for name in leaders if name in answers)
    return Evidence(
        gatewise=__version__,
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        machine=machine(workers),
        data=task.facts(plan.folds),
        plan=PlanFacts(
            match=match,
            folds=plan.folds,
            seeds=plan.seeds,
            trials=plan.trials,
            steps=max(plan.steps.values()),
            full_steps=task.default_steps(),
            jobs=plan.jobs,
            seconds=seconds,
            budget_seconds=budget,
            random_state=plan.random_state,
            cut=plan.cut,
            tuning_seeds=plan.tuning_seeds,
            seeds_by_cell={name: plan.seeds_of(name) for name in names},
            steps_by_cell=plan.steps,
            full_steps_by_cell=plan.full_steps or plan.steps,
            full_seconds=plan.full_seconds,
            batch_size=task.batch_size(),
            optimiser=_optimiser(task),
        ),
        metric=task.metric,
        units=units,
        candidates=tuple(candidates),
        absent=tuple(Absent(names=names, install=extra.install) for extra, names in task.absent().items()),
        differences=all_differences(names, list(baselines), errors, units, share=task.metric.is_share),
        examples=task.examples(answers) if answers else Examples(),
        details=task.details(answers, leaders) if leaders else None,
        checks=task.checks(),
        methods=METHODS,
        request=request,
    )


def all_differences(
    cells: list[str],
    baselines: list[str],
    errors: dict[str, Errors],
    units: Units,
    *,
    share: bool = False,
    with_p: bool = True,
) -> tuple[Difference, ...]:
    """Differences of three families: pairs of cells, each cell against each baseline, pairs of baselines."""
    families = (combinations(cells, 2), product(cells, baselines), combinations(baselines, 2))
    return tuple(
        difference
        for family in families
        for difference in differences(
            {(a, b): (errors[a], errors[b]) for a, b in family if errors[a] and errors[b]},
            units,
            share=share,
            with_p=with_p,
        )
    )


def _fit(task: Task, errors: Errors, units: Units, results: list[Result]) -> Fit:
    scores = [result.scores for result in results if result.scores is not None]
    names = scores[0].metrics if scores else {}
    by_seed = (
        np.mean([folds.mean(axis=1)[: min(map(len, errors))] for folds in errors], axis=0) if errors else []
    )
    return Fit(
        error=estimate(errors, units, share=task.metric.is_share) if errors else Estimate(mean=np.inf),
        by_seed=tuple(float(value) for value in by_seed),
        units=tuple(tuple(tuple(float(f"{value:.6g}") for value in row) for row in fold) for fold in errors),
        metrics={name: float(np.mean([score.metrics[name] for score in scores])) for name in names},
    )


def _cell(task: Task, outcome: Outcome, name: str, errors: Errors, units: Units, target: float) -> Candidate:
    results = outcome.of(name, "main")
    inspection = next((result.inspection for result in results if result.inspection is not None), None)
    fit = _fit(task, errors, units, results).model_copy(
        update={
            "by_amount": by_amount(task, outcome, name, errors, units),
            "by_length": by_length(task, outcome, name, errors, units),
        }
    )
    return Candidate(
        name=name,
        kind="cell",
        description=_described(outcome.plan, name),
        fit=fit,
        cell=str(outcome.plan.cells[name]),
        backend=None if inspection is None else inspection.backend,
        structure=None if inspection is None else inspection.structure,
        gradient=_gradient(inspection, results),
        training=_training(outcome.rates[name], outcome.used[name], results, target).model_copy(
            update={
                "trials": _trials(outcome.of(name, "tune")),
                "validation": _watched(results),
                "curves": _losses(results),
            }
        ),
        memory=None
        if inspection is None
        else Memory(
            peak_training_bytes=inspection.peak_training_bytes,
            model_bytes=inspection.model_bytes,
            state_bytes=inspection.structure.state_bytes,
        ),
        step_latency_us=None if inspection is None else inspection.step_latency_us,
        past=() if inspection is None else inspection.past,
        cost=_cost(results, None if inspection is None else inspection.model_bytes),
    )


def _cost(results: list[Result], model_bytes: int | None = None) -> Cost | None:
    """Of those that were fitted and tested to the end; the size is the largest of what was saved, or that given."""
    scored = [(result, result.scores) for result in results if result.scores is not None]
    if not scored:
        return None
    sizes = [result.model_bytes for result, _ in scored if result.model_bytes is not None]
    return Cost(
        fit_seconds=float(np.mean([result.fit_seconds for result, _ in scored])),
        predict_seconds=float(np.mean([scores.predict_seconds for _, scores in scored])),
        model_bytes=max(sizes, default=model_bytes),
    )


def _described(plan: Plan, name: str) -> str:
    many = f"{plan.members} × " if plan.members > 1 else ""
    return f"{many}{plan.cells[name]}, {plan.sizes[name]} units"


def _gradient(inspection: CandidateFacts | None, results: list[Result]) -> Gradient | None:
    if inspection is None:
        return None
    histories = [result.history for result in results if result.history is not None]
    return Gradient(
        initial=_curve(inspection.initial),
        trained=_curve(inspection.trained),
        clip_rate=float(np.mean([history.clip_rate for history in histories])),
        open=inspection.trained.open,
        shut=inspection.trained.shut,
        gates=inspection.gates,
    )


def _curve(flow: GradientFlow) -> GradientCurve:
    return GradientCurve(lags=tuple(range(len(flow.norms))), norms=tuple(float(norm) for norm in flow.norms))


def _common_target(cells: list[list[Result]]) -> float:
    """The smoothed training loss that every training of every cell reached."""
    lowest = [
        min(r.history.loss) for results in cells for r in results if r.history is not None and r.history.loss
    ]
    return max(lowest, default=float("inf"))


def _trials(results: list[Result]) -> tuple[Trial, ...]:
    tried = [(result, result.job.settings) for result in results if result.job.settings is not None]
    return tuple(
        Trial(
            learning_rate=settings.learning_rate,
            loss=result.tuning_loss,
            seconds=result.seconds,
            seed=settings.held_out,
        )
        for result, settings in tried
    )


def _watched(results: list[Result]) -> tuple[ValidationCurve, ...]:
    curves = []
    for result in results:
        found = [] if result.history is None else result.history.evaluations
        if found:
            kept = np.unique(np.linspace(0, len(found) - 1, MOST_MOMENTS).astype(np.int64))
            steps, seconds, loss = zip(*(found[place] for place in kept), strict=True)
            curves.append(
                ValidationCurve(
                    fold=result.job.fold, number=result.job.number, steps=steps, seconds=seconds, loss=loss
                )
            )
    return tuple(curves)


def _losses(results: list[Result]) -> tuple[LossCurve, ...]:
    curves = []
    for result in results:
        history = result.history
        if history is None or not history.loss:
            continue
        kept = np.unique(np.linspace(0, len(history.loss) - 1, MOST_LOSSES).astype(np.int64))
        # Moments are evenly spaced in updates.
        curves.append(
            LossCurve(
                fold=result.job.fold,
                number=result.job.number,
                steps=tuple(round(history.steps * (k + 1) / len(history.loss)) for k in kept.tolist()),
                loss=rounded(history.loss[k] for k in kept),
            )
        )
    return tuple(curves)


def _optimiser(task: Task) -> str:
    training = task.config.training
    return (
        f"AdamW, weight decay {training.weight_decay:g}, rate up for {100 * training.warmup:g} % of the "
        f"updates and then down to zero along a cosine, gradients cut at a norm of {training.clip_norm:g}"
    )


def _leaders(cells: list[str], baselines: list[str], errors: dict[str, Errors]) -> tuple[str, ...]:
    """The cell and the baseline with the lowest error, the lower first."""

    def mean(name: str) -> float:
        return float(np.mean([fold.mean() for fold in errors[name]]))

    best = [
        min(names, key=mean)
        for names in ([n for n in group if errors[n]] for group in (cells, baselines))
        if names
    ]
    return tuple(sorted(best, key=mean))


def _answers(outcome: Outcome, name: str) -> list[dict[str, NDArray[Any]]]:
    """What the first training of each fold has answered; nothing where one of them has not."""
    results = outcome.of(name, "main") or outcome.of(name, "baseline")
    first = {
        result.job.fold: result.scores.answers
        for result in results
        if result.job.number == 0 and result.scores is not None
    }
    found = [first.get(fold, {}) for fold in range(outcome.plan.folds)]
    return found if found and all(found) else []


def _training(rate: float, used: tuple[float, ...], results: list[Result], target: float) -> Training:
    histories = [result.history for result in results if result.history is not None]
    diverged = sum(result.failure is not None for result in results)
    if not histories:
        return Training(
            learning_rate=rate, step_seconds=0.0, steps_per_second=0.0, seconds_to_target=None, target_loss=target,
            seconds=0.0, curve_seconds=(), curve_loss=(), diverged=diverged, rates=used,
        )  # fmt: skip
    step = float(np.median([history.step_seconds for history in histories]))
    reached = [seconds for history in histories if (seconds := history.seconds_to(target)) is not None]
    middle = sorted(histories, key=lambda history: history.loss[-1])[len(histories) // 2]
    return Training(
        learning_rate=rate,
        step_seconds=step,
        steps_per_second=1 / step,
        seconds_to_target=float(np.mean(reached)) if len(reached) == len(histories) else None,
        target_loss=target,
        seconds=float(np.mean([history.total_seconds for history in histories])),
        curve_seconds=tuple(middle.seconds),
        curve_loss=tuple(middle.loss),
        diverged=diverged,
        unstable=sum(bool(history.restarts) for history in histories),
        rates=used,
    )
