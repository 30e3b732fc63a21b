"""Where errors on whole sequences are: classes, groups, values, words that were never seen, and the worst answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.comparison.details.common import (
    FIRST,
    MOST_PARTS,
    Answers,
    Floats,
    by_parts,
    residuals,
    rounded,
)
from gatewise.comparison.details.labels import class_counts, probabilities
from gatewise.comparison.details.shapes import shape_of
from gatewise.verdict.evidence import Details, ErrorsBy, WorstAnswer

__all__ = ["HeldOut", "class_details", "tag_details", "value_details"]

WORST = 3
PARTS_OF_VALUES = 5
MOST_LAGS = 20
MOST_TOKENS = 60
METHODS = {
    "classes": f"counts of {FIRST}, all test parts added up; precision, recall and F1 follow from them",
    "probabilities": f"{FIRST}; of two classes the second against the first, of more every class against the rest, all "
    "decisions together; areas by class; calibration: sequences in bins of a tenth of the probability of the class "
    "that was predicted",
    "by": f"means of {FIRST}, all test parts together",
    "worst": f"of {FIRST}: the wrong answers that were surest",
}


class HeldOut:
    """Sequences that were tested on, all folds below each other.

    Attributes
    ----------
    sequences, names : list
    targets : array or list
    groups : array or None
    channels : tuple of str
    folds : int
    """

    def __init__(
        self,
        sequences: Sequence[Any],
        names: Sequence[str],
        targets: Any,
        groups: NDArray[Any] | None,
        channels: tuple[str, ...],
        folds: int,
    ) -> None:
        self.sequences, self.names, self.targets = sequences, names, targets
        self.groups, self.channels, self.folds = groups, channels, folds

    def title(self, place: int) -> str:
        """Which sequence it is, and whose."""
        whose = "" if self.groups is None else f", group {self.groups[place]}"
        return f"{self.names[place]}{whose}"

    def by_group(self, errors: dict[str, Floats], leader: str) -> list[ErrorsBy]:
        """Errors of each group, where there are any."""
        if self.groups is None:
            return []
        names, part = np.unique(self.groups, return_inverse=True)
        return _made(
            by_parts(
                "group",
                names.tolist(),
                part.reshape(-1),
                errors,
                counted="sequences",
                most=MOST_PARTS,
                leader=leader,
            )
        )


def class_details(
    tested: HeldOut,
    classes: Sequence[str],
    codes: NDArray[np.int64],
    answers: Answers,
    leaders: tuple[str, ...],
) -> Details:
    """Make details of classes from ``{"probabilities": array (sequences, classes)}`` of each fold."""
    shares = {name: _stacked(one, "probabilities") for name, one in answers.items()}
    predicted = {name: one.argmax(axis=1) for name, one in shares.items()}
    errors = {name: (one != codes).astype(np.float64) for name, one in predicted.items()}
    names = [str(one) for one in classes]

    def worst(name: str) -> tuple[WorstAnswer, ...]:
        right = shares[name][np.arange(len(codes)), codes]
        wrong = np.flatnonzero(predicted[name] != codes)
        return tuple(
            WorstAnswer(
                title=tested.title(k),
                actual=names[codes[k]],
                predicted=f"{names[predicted[name][k]]} (probability {shares[name][k].max():.2f})",
                error=rounded([1.0 - right[k]])[0],
                shape=shape_of(tested.sequences[k], tested.channels),
            )
            for k in wrong[np.argsort(right[wrong], kind="stable")][:WORST]
        )

    return Details(
        splits=tested.folds,
        tested=len(codes),
        counted="sequences",
        by=tuple(tested.by_group(errors, leaders[0])),
        classes=class_counts(names, codes, predicted),
        probabilities={name: probabilities(codes, one) for name, one in shares.items()},
        worst={name: worst(name) for name in leaders},
        methods=METHODS,
    )


def tag_details(
    tested: HeldOut, labels: Sequence[str], learned: set[str], answers: Answers, leaders: tuple[str, ...]
) -> Details:
    """Make details of labels of steps from ``{"labels": array (steps,)}`` of each fold, numbers in ``labels``.

    ``learned`` are the words of the training part, empty where sequences are not words.
    """
    place = {name: number for number, name in enumerate(labels)}
    actual = np.array([place[str(one)] for one in chain.from_iterable(tested.targets)], np.int64)
    predicted = {name: _stacked(one, "labels").astype(np.int64) for name, one in answers.items()}
    errors = {name: (one != actual).astype(np.float64) for name, one in predicted.items()}
    ends = np.cumsum([0, *(len(one) for one in tested.targets)])
    by = tested.by_group({n: _of_sequences(one, ends) for n, one in errors.items()}, leaders[0])
    if learned:
        words = [word for sequence in tested.sequences for word in sequence]
        new = np.array([word not in learned for word in words], np.int64)
        names = ("words that training had", "words that it had not")
        by += _made(by_parts("word", names, new, errors, counted="words"))

    def worst(name: str) -> tuple[WorstAnswer, ...]:
        wrong = np.array([errors[name][a:b].sum() for a, b in pairwise(ends)])
        made = []
        for k in np.argsort(-wrong, kind="stable")[:WORST]:
            own = slice(ends[k], ends[k] + min(MOST_TOKENS, ends[k + 1] - ends[k]))
            if not wrong[k]:
                continue
            shape = shape_of(tested.sequences[k], tested.channels).model_copy(
                update={
                    "actual": tuple(str(labels[one]) for one in actual[own]),
                    "predicted": tuple(str(labels[one]) for one in predicted[name][own]),
                }
            )
            length = int(ends[k + 1] - ends[k])
            error = rounded([wrong[k] / length])[0]
            said = f"{wrong[k]:.0f} of {length} steps wrong"
            made.append(WorstAnswer(title=tested.title(int(k)), predicted=said, error=error, shape=shape))
        return tuple(made)

    return Details(
        splits=tested.folds,
        tested=len(tested.sequences),
        counted="sequences",
        by=tuple(by),
        classes=class_counts(list(labels), actual, predicted),
        worst={name: worst(name) for name in leaders},
        methods={name: METHODS[name] for name in ("classes", "by")}
        | {"worst": f"of {FIRST}: the sequences with most wrong labels"},
    )


def value_details(
    tested: HeldOut, answers: Answers, leaders: tuple[str, ...], names_of_targets: tuple[str, ...] = ()
) -> Details:
    """Make details of values from ``{"values": array (values,)}`` of each fold, one for each sequence or step.

    Of several targets, which have names, all of a sequence follow each other, in units of their deviations.
    """
    targets = [np.atleast_1d(np.asarray(one, np.float64)) for one in tested.targets]
    actual = np.concatenate(targets)
    ends = np.cumsum([0, *map(len, targets)])
    bias = {name: _stacked(one, "values").astype(np.float64) - actual for name, one in answers.items()}
    errors = {name: np.abs(one) for name, one in bias.items()}
    each = {name: _of_sequences(one, ends) for name, one in errors.items()}
    by = tested.by_group(each, leaders[0])
    if names_of_targets:
        which = np.tile(np.arange(len(names_of_targets)), len(targets))
        by += _made(by_parts("target", names_of_targets, which, errors, counted="values", bias=bias))
    edges = np.unique(np.quantile(actual, np.linspace(0, 1, PARTS_OF_VALUES + 1)))
    if len(edges) > 2:
        part = np.clip(np.searchsorted(edges, actual, side="right") - 1, 0, len(edges) - 2)
        names = [f"{low:.4g} to {high:.4g}" for low, high in pairwise(edges)]
        by += _made(by_parts("actual value", names, part, errors, counted="values", bias=bias))
    stepwise = len(actual) > len(targets) and not names_of_targets
    unit = "deviations of the targets" if names_of_targets else "units of the target"

    def said(values: Floats) -> str:
        if not names_of_targets:
            return f"{values.mean():.4g}"
        return ", ".join(f"{name} {one:.4g}" for name, one in zip(names_of_targets, values, strict=True))

    def runs(name: str) -> list[Floats]:
        return [bias[name][a:b] for a, b in pairwise(ends)] if stepwise else []

    def worst(name: str) -> tuple[WorstAnswer, ...]:
        return tuple(
            WorstAnswer(
                title=tested.title(int(k)),
                actual=said(actual[ends[k] : ends[k + 1]]),
                predicted=said((actual + bias[name])[ends[k] : ends[k + 1]]),
                error=rounded([each[name][k]])[0],
                shape=shape_of(tested.sequences[k], tested.channels),
            )
            for k in np.argsort(-each[name], kind="stable")[:WORST]
        )

    return Details(
        splits=tested.folds,
        tested=len(targets),
        counted="sequences",
        unit=unit,
        by=tuple(by),
        residuals={n: one for n in answers if (one := residuals(bias[n], runs(n), MOST_LAGS))},
        worst={name: worst(name) for name in leaders},
        methods={"by": METHODS["by"], "worst": f"of {FIRST}: the values furthest off"}
        | {
            "residuals": f"predicted minus actual, in {unit}, {FIRST}"
            + ("; autocorrelation of the steps of each sequence, about its own mean" if stepwise else "")
        },
    )


def _stacked(by_fold: list[dict[str, NDArray[Any]]], name: str) -> NDArray[Any]:
    return np.concatenate([one[name] for one in by_fold])


def _of_sequences(values: Floats, ends: NDArray[np.int64]) -> Floats:
    return np.array([values[a:b].mean() for a, b in pairwise(ends)])


def _made(found: Iterable[Any] | None) -> list[ErrorsBy]:
    return [] if found is None else [next(iter(found))]
