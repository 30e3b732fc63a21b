"""Evidence as a comparison would give it, without running one."""

from __future__ import annotations

import math

import numpy as np

from gatewise.verdict.evidence import (
    BackendFacts,
    Candidate,
    Curve,
    DataFacts,
    Difference,
    Estimate,
    Evidence,
    Examples,
    Fit,
    ForecastExample,
    Gradient,
    GradientCurve,
    Machine,
    Memory,
    Metric,
    Past,
    PlanFacts,
    Point,
    Structure,
    Training,
)
from gatewise.verdict.recommend import Recommendation, State
from gatewise.verdict.units import Units

__all__ = ["classification_evidence", "forecast_evidence", "recommendation_for"]

GATES = {"RNN": (), "LSTM": ("input", "forget", "output"), "GRU": ("reset", "update")}
HIDDEN = {"RNN": 120, "LSTM": 58, "GRU": 68}
BLOCKS = {"RNN": 1, "LSTM": 4, "GRU": 3}
METHODS = {
    "structure": "Counted from the fitted network; multiply-adds of the layer, one step of a sequence.",
    "gradient": "Norm of the gradient of the loss with respect to the state k steps back, relative to "
    "lag 0; geometric mean over 64 test windows.",
    "training": "Median over updates; the common target is the worst cell's best smoothed training loss.",
    "memory": "Peak of what torch held in one update; weights as stored on disk.",
    "fit": "Rolling-origin splits in time order; scalers and learning rates see only the training part.",
    "differences": "Paired over seeds and windows, bootstrap of blocks, Holm over the pairs of cells.",
}


def forecast_evidence() -> Evidence:
    """Hourly weather: the gated cells are close to each other, the linear baseline is behind them."""
    random = np.random.default_rng(7)
    metric = Metric(
        name="MASE",
        unit="× in-sample seasonal naive error",
        method="Mean absolute error of 24 hours, divided by that of the seasonal naive in the training part.",
    )
    errors = {"RNN": 0.741, "LSTM": 0.689, "GRU": 0.682}
    cells = tuple(
        _cell(
            name,
            error,
            {
                "MAE": 2.13 * error / 0.7,
                "RMSE": 2.9 * error / 0.7,
                "sMAPE": 31.2 * error,
                "coverage-90": 0.9 - 0.01 * index,
            },
            half_life={"RNN": (3.1, 5.4), "LSTM": (9.7, 38.0), "GRU": (8.2, 31.0)}[name],
            by_amount=_curve(
                "share of the training data", {0.1: 1.29 * error, 0.3: 1.12 * error, 1.0: error}
            ),
            by_length=_curve(
                "rows of history seen", {24: 1.2 * error, 48: 1.05 * error, 96: error, 168: 1.01 * error}
            ),
        )
        for index, (name, error) in enumerate(errors.items())
    )
    baselines = (
        _baseline(
            "seasonal naive", "yesterday, hour by hour", 1.04, {"MAE": 3.2, "RMSE": 4.4, "sMAPE": 33.0}
        ),
        _baseline(
            "linear",
            "ridge from window to horizon",
            0.773,
            {"MAE": 2.4, "RMSE": 3.2, "sMAPE": 26.0},
            _curve("share of the training data", {0.1: 0.84, 0.3: 0.79, 1.0: 0.773}),
        ),
        _baseline("gradient boosting", "one model per step", 0.751, {"MAE": 2.3, "RMSE": 3.1, "sMAPE": 25.1}),
    )
    differences = (
        _difference("RNN", "LSTM", 0.052, 0.021),
        _difference("RNN", "GRU", 0.059, 0.020),
        _difference("LSTM", "GRU", 0.007, 0.015),
        _difference("GRU", "seasonal naive", -0.358, 0.04),
        _difference("GRU", "linear", -0.091, 0.03),
        _difference("GRU", "gradient boosting", -0.069, 0.028),
    )
    names = [c.name for c in (*cells, *baselines)]
    examples = Examples(forecasts=tuple(_forecast(random, names, start) for start in (0, 11)))
    return _evidence("weather.csv", "forecast", metric, (*cells, *baselines), differences, examples)


def classification_evidence() -> Evidence:
    """Delayed recall: the gated cells solve it, the plain RNN does not and one of its trainings diverged."""
    metric = Metric(
        name="error rate", unit="share of sequences", method="Share of test sequences that get a wrong class."
    )
    errors = {"RNN": 0.612, "LSTM": 0.0125, "GRU": 0.0042}
    cells = tuple(
        _cell(
            name,
            error,
            {"accuracy": 1 - error, "F1": 1 - 1.02 * error, "log loss": 0.05 + 2 * error},
            half_life={"RNN": (2.2, 2.9), "LSTM": (14.0, None), "GRU": (11.0, 160.0)}[name],
            by_length=_curve("steps", {20: 0.02 + error / 4, 60: 0.01 + error / 2, 100: error}),
            diverged=1 if name == "RNN" else 0,
            past=tuple(_past(steps, error, 0.874) for steps in (12, 50)),
        )
        for name, error in errors.items()
    )
    majority = _baseline("majority class", "the most frequent class", 0.875, {"accuracy": 0.125})
    differences = (
        _difference("RNN", "LSTM", 0.5995, 0.06),
        _difference("RNN", "GRU", 0.6078, 0.06),
        _difference("LSTM", "GRU", 0.0083, 0.01),
        _difference("GRU", "majority class", -0.8708, 0.03),
    )
    classes = ("A", "B", "C", "D", "E", "F", "G", "H")
    confusion = {name: _confusion(len(classes), 30, error) for name, error in errors.items()}
    examples = Examples(classes=classes, confusion=confusion)
    return _evidence("sample:recall-100", "classification", metric, (*cells, majority), differences, examples)


def recommendation_for(evidence: Evidence, state: State = "tie") -> Recommendation:
    """A verdict of this kind, in the words of no one in particular."""
    best = min(evidence.cells, key=lambda c: c.fit.error.mean).name
    others = tuple(c.name for c in evidence.cells if c.name != best)
    if state == "none":
        return Recommendation(
            state="none",
            choice=None,
            kind="none",
            sentence="Use none of them: every candidate breaks a limit.",
            excluded={c.name: "step latency above 1 µs" for c in evidence.candidates},
        )
    if state == "baseline":
        choice = evidence.baselines[0].name
        return Recommendation(
            state="baseline",
            choice=choice,
            kind="baseline",
            sentence=f"Use the {choice}: no recurrent cell is better.",
            cell=best,
            of_cells=f"Of the cells: {best}.",
            reasons=(f"{best} has an error of {evidence.cells[0].fit.error.mean:.3f}.",),
        )
    sentences = {
        "winner": f"Use the {best}: it is better than every other cell.",
        "tie": f"Use the {best}: its error is the lowest of those that no interval tells apart.",
        "undecided": "Undecided: the networks had 20 of 300 updates.",
    }
    return Recommendation(
        state=state,
        choice=best,
        kind="cell",
        sentence=sentences[state],
        cell=best,
        of_cells=f"Of the cells: {best}.",
        would_settle=("`--budget 9m` trains all of them.",) if state == "undecided" else (),
        reasons=(
            f"{best} has the lowest {evidence.metric.name} of the cells.",
            "The interval of its difference to the best baseline excludes a tie.",
        ),
        tied=(best,) if state == "winner" else (best, *others[-1:]),
    )


def _evidence(
    source: str,
    task: str,
    metric: Metric,
    candidates: tuple[Candidate, ...],
    differences: tuple[Difference, ...],
    examples: Examples,
) -> Evidence:
    forecast = task == "forecast"
    facts = (
        {"horizon": "24 rows", "season": "24 rows", "window": "168 rows"}
        if forecast
        else {"classes": "8", "channels": "1"}
    )
    return Evidence(
        gatewise="0.1.0",
        created="2026-03-14 09:26 UTC",
        machine=Machine(
            processor="AMD EPYC 9B45",
            cores=2,
            system="Linux 6.1, Debian 12",
            versions={"python": "3.11.2", "torch": "2.13.0", "numpy": "2.3.1"},
            threads_per_job=1,
            workers=2,
        ),
        data=DataFacts(
            source=source,
            task=task,
            summary="1 series, 8 730 rows of 1 hour"
            if forecast
            else "1 200 sequences of 101 steps, 8 classes",
            facts=facts,
            step_unit="steps of 24 rows" if forecast else "steps",
            notes=(
                "time: column 'time_hour'",
                "target: column 'temp'",
                "30 missing hours were filled and are not scored",
            )
            if forecast
            else (),
        ),
        plan=PlanFacts(
            match="parameters",
            folds=2,
            seeds=3,
            trials=4,
            steps=1200,
            full_steps=1200,
            jobs=30,
            seconds=84.2,
            budget_seconds=90.0,
            random_state=0,
            cut=("The curve over the amount of data has 3 points instead of 5.",),
        ),
        metric=metric,
        units=Units(
            noun="test windows without overlap" if forecast else "test sequences",
            about="new windows of this series" if forecast else "new sequences",
            groups=((0,) * 60 if forecast else tuple(range(240)),),
            times=(tuple(range(60)),) if forecast else None,
        ),
        candidates=candidates,
        differences=differences,
        examples=examples,
        methods=METHODS,
    )


def _cell(
    name: str,
    error: float,
    metrics: dict[str, float],
    half_life: tuple[float, float | None],
    by_amount: Curve | None = None,
    by_length: Curve | None = None,
    diverged: int = 0,
    past: tuple[Past, ...] = (),
) -> Candidate:
    hidden, blocks = HIDDEN[name], BLOCKS[name]
    size = blocks * hidden * (hidden + 9)
    seconds = tuple(float(s) for s in np.linspace(0.05, 1.1 + blocks, 60))
    loss = tuple(0.25 * error + 0.9 * math.exp(-s * (1.6 - 0.1 * blocks)) for s in seconds)
    state = hidden * 4 * (2 if name == "LSTM" else 1)
    return Candidate(
        name=name,
        kind="cell",
        cell=name.lower(),
        description=f"one layer of {hidden} units",
        fit=Fit(
            error=_estimate(error),
            by_seed=(0.98 * error, error, 1.02 * error),
            metrics=metrics,
            by_amount=by_amount,
            by_length=by_length,
        ),
        backend=BackendFacts(
            name="torch", reason="the reference runs everywhere; no compiled kernel is installed"
        ),
        structure=Structure(
            hidden_size=hidden,
            parameters=size + 24 * hidden + 24,
            cell_parameters=size,
            gates=GATES[name],
            states=("h", "c") if name == "LSTM" else ("h",),
            multiply_adds_per_step=size,
            state_bytes=state,
        ),
        gradient=Gradient(
            initial=_gradient(half_life[0]),
            trained=_gradient(half_life[1]),
            clip_rate={"RNN": 0.124, "LSTM": 0.031, "GRU": 0.0}[name],
            open={gate: 0.07 + 0.11 * index for index, gate in enumerate(GATES[name])},
            shut={gate: 0.21 - 0.05 * index for index, gate in enumerate(GATES[name])},
        ),
        training=Training(
            learning_rate=0.003,
            step_seconds=0.0021 * (1 + blocks / 2),
            steps_per_second=1 / (0.0021 * (1 + blocks / 2)),
            seconds_to_target=None if diverged else 1.3 + 0.4 * blocks,
            target_loss=0.21,
            seconds=seconds[-1],
            curve_seconds=seconds,
            curve_loss=loss,
            diverged=diverged,
        ),
        memory=Memory(
            peak_training_bytes=3_100_000 + 900_000 * blocks, model_bytes=4 * size, state_bytes=state
        ),
        step_latency_us=6.5 + 2.2 * blocks,
        past=past,
    )


def _baseline(
    name: str, description: str, error: float, metrics: dict[str, float], by_amount: Curve | None = None
) -> Candidate:
    fit = Fit(error=_estimate(error), by_seed=(error,), metrics=metrics, by_amount=by_amount)
    return Candidate(name=name, kind="baseline", description=description, fit=fit)


def _estimate(mean: float) -> Estimate:
    return Estimate(mean=mean, low=0.96 * mean, high=1.04 * mean)


def _curve(label: str, means: dict[float, float]) -> Curve:
    points = tuple(Point(x=x, y=_estimate(mean)) for x, mean in means.items())
    return Curve(label=label, method="Same test rows for every point; mean over seeds.", points=points)


def _gradient(half_life: float | None) -> GradientCurve:
    lags = tuple(range(97))
    norms = tuple(0.5 ** (lag / half_life) if half_life else 1.0 for lag in lags)
    return GradientCurve(lags=lags, norms=norms)


def _past(steps: int, error: float, without: float) -> Past:
    rise = without - error
    return Past(steps=steps, error=without, rise=Estimate(mean=rise, low=rise - 0.02, high=rise + 0.02))


def _difference(first: str, second: str, mean: float, margin: float) -> Difference:
    clear = abs(mean) > margin
    return Difference(
        first=first,
        second=second,
        mean=mean,
        low=mean - margin,
        high=mean + margin,
        error=margin / 3,
        seeds_share=0.3,
        p=0.004 if clear else 0.4,
        clear=clear,
    )


def _forecast(random: np.random.Generator, names: list[str], start: int) -> ForecastExample:
    hours = np.arange(start, start + 96)
    values = 12 + 6 * np.sin(hours * np.pi / 12) + random.normal(0, 0.8, 96).cumsum() / 4
    actual = values[72:]
    forecasts = {name: tuple((actual + random.normal(0, 1.2, 24)).tolist()) for name in names}
    return ForecastExample(
        title=f"Newark, from 2013-12-{4 + start:02d}",
        history=tuple(values[:72].tolist()),
        actual=tuple(actual.tolist()),
        stamps=tuple(f"2013-12-{1 + start + hour // 24:02d} {hour % 24:02d}:00" for hour in range(96)),
        forecasts=forecasts,
        low={name: tuple(value - 2 for value in forecast) for name, forecast in forecasts.items()},
        high={name: tuple(value + 2 for value in forecast) for name, forecast in forecasts.items()},
    )


def _confusion(classes: int, each: int, error: float) -> tuple[tuple[int, ...], ...]:
    wrong = round(each * error)
    rows = np.full((classes, classes), wrong // (classes - 1))
    np.fill_diagonal(rows, 0)
    rows[np.arange(classes), (np.arange(classes) + 1) % classes] += wrong - rows.sum(1)
    np.fill_diagonal(rows, each - wrong)
    return tuple(map(tuple, rows.tolist()))
