"""Evidence with everything that a comparison keeps beside its errors, made by hand."""

from __future__ import annotations

import numpy as np
from evidence import classification_evidence, forecast_evidence

from gatewise.comparison.details.common import by_parts, residuals
from gatewise.comparison.details.labels import class_counts, probabilities
from gatewise.verdict.evidence import (
    Balance,
    Check,
    DataChecks,
    Details,
    Evidence,
    LossCurve,
    Shape,
    Trial,
    ValidationCurve,
    WorstAnswer,
)

__all__ = ["detailed_classes", "detailed_forecasts"]

CHECKS = (
    Check(name="missing values", state="look", found="28 of 8,730 rows", method="rows without a target"),
    Check(
        name="same sequence in training and test",
        state="bad",
        found="2 of 240",
        method="hashes",
        places=("s7", "s9"),
    ),
    Check(name="values far off", state="good", found="none of 8,730", method="6 robust deviations"),
)


def detailed_forecasts() -> Evidence:
    """Errors by step, series and time, residuals that are correlated, and a worst window."""
    evidence = forecast_evidence()
    random = np.random.default_rng(0)
    steps, names = np.tile(np.arange(24), 30), [c.name for c in evidence.candidates]
    errors = {name: 0.3 + 0.02 * steps + 0.1 * random.random(720) for name in names}
    bias = {name: random.normal(0.1, 1, 720) for name in names}
    covered = {name: (random.random(720) < 0.9).astype(float) for name in names}
    by_step = by_parts(
        "step of the horizon",
        [str(k + 1) for k in range(24)],
        steps,
        errors,
        counted="values",
        bias=bias,
        coverage=covered,
    )
    by_series = by_parts(
        "series", ["JFK", "LGA", "EWR"], np.arange(720) // 240, errors, counted="values", most=10, leader="GRU",
        bias=bias, coverage=covered,
    )  # fmt: skip
    by_time = by_parts(
        "time of the test part",
        [f"2013-12-{k + 1:02d}" for k in range(6)],
        np.arange(720) // 120,
        errors,
        counted="values",
    )
    assert by_step
    assert by_series
    assert by_time
    example = evidence.examples.forecasts[0]
    series = by_series[0].model_copy(update={"examples": (example,) * 3})
    found = {name: residuals(values, [values.cumsum()], 30) for name, values in bias.items()}
    worst = (WorstAnswer(title=example.title, error=2.96, forecast=example),)
    details = Details(
        tested=30,
        counted="windows",
        unit="× error of the seasonal naive forecast",
        by=(by_step[0], series, by_time[0]),
        residuals={name: one for name, one in found.items() if one},
        worst={"GRU": worst, "gradient boosting": worst},
        methods={"by": "means", "residuals": "predicted minus actual", "worst": "largest errors"},
    )
    return _with_trainings(evidence).model_copy(
        update={"details": details, "checks": DataChecks(checks=CHECKS, tested="The end was tested on.")}
    )


def detailed_classes() -> Evidence:
    """Counts by class, probabilities, and worst answers of every kind of sequence."""
    evidence = classification_evidence()
    random = np.random.default_rng(0)
    classes = evidence.examples.classes
    actual = np.repeat(np.arange(8), 30)
    shares = {}
    for c in evidence.candidates:
        scores = random.random((240, 8)) + np.eye(8)[actual] * (0.6 if c.kind == "cell" else 0)
        shares[c.name] = scores / scores.sum(axis=1, keepdims=True)
    kinds = (
        Shape(lines={"x": (1.0, 2.0, 0.5), "z": (0.0, 0.1, 0.2)}, steps=3),
        Shape(tokens=("play", "<b>", "song"), steps=3),
        Shape(tokens=("a", "b"), actual=("X", "Y"), predicted=("X", "Z"), steps=2),
        Shape(tokens=("o", "\n", "k"), surprise=(0.1, 5.5, 3.0), steps=3),
        Shape(wave=(0.1, 1.0, 0.4), mel="0f" * 6, mel_bands=3, seconds=0.4),
    )
    worst = tuple(
        WorstAnswer(title=f"s{k}", actual="A", predicted="B (probability 0.90)", error=0.9, shape=shape)
        for k, shape in enumerate(kinds)
    )
    details = Details(
        splits=2,
        tested=240,
        counted="sequences",
        classes=class_counts(classes, actual, {name: one.argmax(axis=1) for name, one in shares.items()}),
        probabilities={name: probabilities(actual, one) for name, one in shares.items()},
        worst={"GRU": worst},
        methods={
            "classes": "counts",
            "probabilities": "one against the rest",
            "worst": "the surest wrong answers",
        },
    )
    balance = Balance(names=classes, training=(100,) * 8, test=(30,) * 8, counted="sequences")
    checks = DataChecks(checks=CHECKS, balance=balance, tested="240 sequences were tested on.")
    return _with_trainings(evidence).model_copy(update={"details": details, "checks": checks})


def _with_trainings(evidence: Evidence) -> Evidence:
    """With curves of two seeds, rates that were tried, the gates of a sequence, and what the networks are."""
    steps = (10, 20, 30)
    candidates = []
    for c in evidence.candidates:
        if c.training is None or c.gradient is None or c.structure is None:
            candidates.append(c)
            continue
        training = c.training.model_copy(
            update={
                "trials": tuple(
                    Trial(learning_rate=rate, loss=loss, seconds=1.0, seed=seed)
                    for rate, loss, seed in (
                        (0.001, 0.301, 0),
                        (0.003, 0.303, 0),
                        (0.008, 0.308, 0),
                        (0.003, 0.31, 1),
                    )
                ),
                "validation": tuple(
                    ValidationCurve(
                        fold=0, number=k, steps=steps, seconds=(1.0, 2.0, 3.0), loss=(1.0, 0.5, 0.4 + k / 10)
                    )
                    for k in range(2)
                ),
                "curves": tuple(
                    LossCurve(fold=0, number=k, steps=steps, loss=(1.1, 0.4, 0.3)) for k in range(2)
                ),
            }
        )
        gradient = c.gradient.model_copy(update={"gates": dict.fromkeys(c.gradient.open, (0.2, 0.5, 0.9))})
        structure = c.structure.model_copy(
            update={
                "parts": {"recurrent layer": 900, "linear skip": 33},
                "network": f"{c.name} plus a linear path",
            }
        )
        update = {"training": training, "gradient": gradient, "structure": structure}
        candidates.append(c.model_copy(update=update))
    plan = evidence.plan.model_copy(update={"optimiser": "AdamW", "batch_size": 32})
    return evidence.model_copy(update={"candidates": tuple(candidates), "plan": plan})
