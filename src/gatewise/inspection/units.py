"""Units that mean something: which of them moves with an event that the user names, and whether by chance."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gatewise.errors import ConfigurationError, DataError
from gatewise.estimators.tracing import SequenceTrace
from gatewise.inspection.result import Result, Table
from gatewise.inspection.traces import checked, layer_of
from gatewise.inspection.values import named_values

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["UnitsOf", "units_of"]

PERMUTATIONS = 999
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
DAY = 1440
# Minutes of what comes again, and of its parts.
CLOCKS = {"hour": (DAY, 60), "weekday": (7 * DAY, DAY)}
PAIRS = {"quotes": ('"', '"'), "brackets": ("([{", ")]}")}


@dataclass(frozen=True)
class UnitsOf(Result):
    """What :func:`units_of` found, the unit with the largest effect first.

    Attributes
    ----------
    unit : int64 array
    effect : float64 array
        Correlation with an event that is a number or yes or no; of classes, the square root of the share of the unit's
        variance that they explain.
    p : float64 array
        Probability of so large an effect in any of the units, were the event elsewhere.
    event, what, layer, direction
    """

    unit: NDArray[np.int64]
    effect: NDArray[np.float64]
    p: NDArray[np.float64]
    event: str
    what: str
    layer: int
    direction: str

    def table(self) -> Table:
        """Return one row per unit."""
        return {"unit": self.unit, "effect": self.effect, "p": self.p}

    def facts(self) -> dict[str, Any]:
        """Return what has no row."""
        return {"event": self.event, "of": self.what, "layer": self.layer, "direction": self.direction}

    def draw(self, axes: Axes) -> None:
        """Draw the effects, those that are not by chance filled."""
        sure = self.p <= 0.05
        places = np.arange(len(self.unit))
        axes.vlines(places, 0, self.effect, color="0.7")
        axes.scatter(places[sure], self.effect[sure], label="p ≤ 0.05, all units together")
        axes.scatter(
            places[~sure], self.effect[~sure], facecolors="none", edgecolors="0.5", label="may be chance"
        )
        axes.set_xticks(places, [str(unit) for unit in self.unit])
        axes.set(xlabel="unit", ylabel=f"effect of {self.event}")
        axes.legend(frameon=False)

    def __str__(self) -> str:
        sure = int((self.p <= 0.05).sum())
        first = f"unit {self.unit[0]} most, effect {self.effect[0]:+.2f}, p = {self.p[0]:.3f}"
        return (
            f"{sure} of {len(self.unit)} units move with {self.event} ({self.what} of layer {self.layer} "
            f"{self.direction}; p at most 0.05 with all units together): {first}."
        )


def units_of(
    traces: Sequence[SequenceTrace],
    event: str | Sequence[Any] | Callable[[str], Any],
    *,
    of: str = "state",
    layer: int | None = None,
    direction: str = "forward",
    permutations: int = PERMUTATIONS,
    random_state: int = 0,
) -> UnitsOf:
    """Find the units whose state or gate moves with an event.

    Two kinds of events. One that has a value at every step is held against every step; chance is what the same events
    give when they are turned around in each sequence (hours in each day, weekdays in each week) by a random number of
    steps, so that their own rhythm stays. One that has a value for each sequence (a label) is held against the last
    step; chance is what it gives when the sequences change places. In each of 999 draws the largest effect of all
    units counts, which corrects for their number (Westfall & Young 1993).

    Parameters
    ----------
    traces : sequence of SequenceTrace
        Of one network: ``model.trace(X)``.
    event : str, callable, or sequence
        The name of a channel; ``"quotes"`` or ``"brackets"`` (inside a pair of them); ``"hour"`` or ``"weekday"`` of
        stamps; ``"truth"`` (what should be answered); another text: steps of that label, a token or word; a function
        of a step's label; or values: one for each sequence, or for each a list with one for each step.
    of : str, default "state"
        ``"state"``, the one that gates keep (``c`` of an LSTM, else ``h``), a state's name, or a gate's.
    layer : int, default the highest
    direction : {"forward", "backward"}
    permutations : int, default 999
    random_state : int, default 0

    Raises
    ------
    DataError
        The event does not fit the sequences, or is the same everywhere.

    References
    ----------
    Karpathy, Johnson & Fei-Fei 2015, on cells that follow quotes and brackets.

    Examples
    --------
    >>> import gatewise
    >>> from gatewise.inspection import units_of
    >>> config = gatewise.LanguageModelConfig(training=gatewise.TrainingConfig(steps=30))
    >>> model = gatewise.LanguageModel("GRU", hidden_size=4, random_state=0, config=config).fit("ab(ab)" * 80)
    >>> units_of(model.trace("ab(ab)" * 20), "(").event
    "'('"
    """
    traces = checked(traces)
    if isinstance(permutations, bool) or not isinstance(permutations, int) or permutations < 1:
        raise ConfigurationError(f"permutations: expected a number from 1, got {permutations!r}")
    layers = [layer_of(trace, layer, direction) for trace in traces]
    values, name = _event(traces, event)
    series = [np.asarray(named_values(one, of), np.float64) for one in layers]
    random = np.random.default_rng(random_state)
    if isinstance(values, list):
        lengths = [len(one) for one in series]
        if [len(one) for one in values] != lengths:
            raise DataError(
                f"event: expected a value for each of {lengths[0]} steps of sequence 0, and so on"
            )
        states, coded = np.concatenate(series), _coded(np.concatenate(values))
        periods = [_periods(trace, event, len(one)) for trace, one in zip(traces, series, strict=True)]
        ends = np.cumsum([0, *np.concatenate(periods)])

        def shuffled() -> NDArray[np.int64]:
            turns = [random.integers(0, b - a) for a, b in pairwise(ends)]
            return np.concatenate(
                [np.roll(np.arange(a, b), k) for (a, b), k in zip(pairwise(ends), turns, strict=True)]
            )
    else:
        states = np.array([one[0 if direction == "backward" else -1] for one in series])
        coded = _coded(values)

        def shuffled() -> NDArray[np.int64]:
            return random.permutation(len(states))

    if not (coded.std(0) > 0).any():
        raise DataError(f"event: {name} is the same everywhere; nothing can move with it")
    standard = states - states.mean(0)
    standard /= np.maximum(np.linalg.norm(standard, axis=0), np.finfo(float).tiny)
    basis = _basis(coded)
    effect = _effect(standard, basis)
    largest = np.array([np.abs(_effect(standard, basis[shuffled()])).max() for _ in range(permutations)])
    # An effect that equals chance but for rounding is chance.
    chance = (1 + (largest[:, None] >= np.abs(effect) - 1e-12).sum(0)) / (permutations + 1)
    order = np.argsort(-np.abs(effect), kind="stable")
    return UnitsOf(order, effect[order], chance[order], name, of, layers[0].layer, direction)


def _periods(trace: SequenceTrace, event: Any, steps: int) -> list[int]:
    """Return the lengths of what is turned around as one: the sequence; by the clock its days or weeks.

    Turned as a whole, a clock would tell the same hours apart as before, by other names.
    """
    if not isinstance(event, str) or event not in CLOCKS or event in trace.channels:
        return [steps]
    period = _minutes(trace.axis.labels, event) // CLOCKS[event][0]
    edges = [0, *(np.flatnonzero(np.diff(period)) + 1).tolist(), steps]
    return [last - first for first, last in pairwise(edges)]


def _effect(standard: NDArray[np.float64], basis: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the correlation with each unit; of an event of several columns, that with the best mix of them."""
    parts = basis.T @ standard
    found: NDArray[np.float64] = parts[0] if len(parts) == 1 else np.linalg.norm(parts, axis=0)
    return found


def _basis(coded: NDArray[np.float64]) -> NDArray[np.float64]:
    centred: NDArray[np.float64] = coded - coded.mean(0)
    if centred.shape[1] == 1:
        one: NDArray[np.float64] = centred / np.linalg.norm(centred)
        return one
    vectors, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    kept: NDArray[np.float64] = vectors[:, sizes > sizes[0] * 1e-9]
    return kept


def _coded(values: NDArray[Any]) -> NDArray[np.float64]:
    """Return numbers as they are, and classes as one column each; of two classes the second's."""
    if values.dtype.kind not in "biufUS":
        raise DataError(f"event: expected numbers, yes or no, or names, got {values.dtype}")
    if values.dtype.kind in "biuf":
        if not np.isfinite(values).all():
            raise DataError("event: expected finite values, got NaN or infinity")
        return values.astype(np.float64)[:, None]
    names = np.unique(values)
    columns: NDArray[np.bool_] = values[:, None] == (names if len(names) > 2 else names[1:])
    return columns.astype(np.float64)


def _event(traces: Sequence[SequenceTrace], event: Any) -> tuple[NDArray[Any] | list[NDArray[Any]], str]:
    """Return one value for each sequence, or a list with one for each step of each, and the event's name."""
    if callable(event):
        return [np.array([event(label) for label in trace.axis.labels]) for trace in traces], "the event"
    if not isinstance(event, str):
        if len(event) != len(traces):
            raise DataError(f"event: expected one for each of {len(traces)} sequences, got {len(event)}")
        deep = all(np.ndim(one) == 1 for one in event)
        return ([np.asarray(one) for one in event] if deep else np.asarray(event)), "the event"
    if event in traces[0].channels:
        return [_of_channel(trace, event) for trace in traces], event
    if event == "truth":
        return _truth(traces), "the truth"
    if event in PAIRS:
        return [_inside(trace.axis.labels, *PAIRS[event]) for trace in traces], event
    if event in CLOCKS:
        return [_clock(trace.axis.labels, event) for trace in traces], event
    found = [np.array([label == event for label in trace.axis.labels]) for trace in traces]
    if not any(one.any() for one in found):
        raise DataError(
            f"event: {event!r} is no channel and no label of a step; channels: "
            f"{', '.join(traces[0].channels) or 'none with a name'}"
        )
    return found, repr(event)


def _of_channel(trace: SequenceTrace, channel: str) -> NDArray[np.float64]:
    column = np.asarray(trace.given, np.float64)[:, trace.channels.index(channel)]
    starts = np.arange(len(trace.axis)) * trace.axis.size
    means: NDArray[np.float64] = np.add.reduceat(column, starts) / np.diff([*starts, len(column)])
    return means


def _truth(traces: Sequence[SequenceTrace]) -> NDArray[Any] | list[NDArray[Any]]:
    truths = [trace.answer.truth for trace in traces]
    if any(one is None for one in truths):
        raise DataError("event: what should be answered is not known of all sequences")
    if all(np.ndim(one) == 0 for one in truths):
        return np.array(truths)
    if all(len(one) == len(trace) for one, trace in zip(truths, traces, strict=True)):
        return [np.asarray(one) for one in truths]
    raise DataError("event: what should be answered has another number of steps than the sequence")


def _inside(labels: Sequence[str], opening: str, closing: str) -> NDArray[np.bool_]:
    depth, found = 0, []
    for label in labels:
        for symbol in label:
            if opening == closing and symbol == opening:
                depth = 1 - depth
            elif symbol in opening:
                depth += 1
            elif symbol in closing:
                depth = max(0, depth - 1)
        found.append(depth > 0)
    return np.array(found)


def _clock(labels: Sequence[str], event: str) -> NDArray[Any]:
    period, part = CLOCKS[event]
    return (_minutes(labels, event) % period // part).astype(str)


def _minutes(labels: Sequence[str], event: str) -> NDArray[np.int64]:
    """Return minutes since a Monday."""
    try:
        if not all(DATE.match(label) for label in labels):
            raise ValueError
        stamps = np.array([label.replace(" ", "T") for label in labels], "M8[m]")
    except ValueError:
        raise DataError(
            f"event: steps have no time stamps, so that there is no {event}; got {labels[0]!r}"
        ) from None
    return stamps.astype(np.int64) + 3 * DAY
