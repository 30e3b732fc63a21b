"""What a step is given to see whether C answers what Python answers: the user's data, or random ones like them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from gatewise.data.inputs.words import PADDING, words_of
from gatewise.data.series import SeriesSet
from gatewise.estimators.forecast.base import Forecaster
from gatewise.estimators.graphs.rows import WORD_COLUMNS
from gatewise.export.trial import steps
from gatewise.graphs.graph import Array, Graph
from gatewise.graphs.running import Runner

__all__ = ["Observations", "answers_to", "given", "usual"]

# By the name of an input, (steps, …).
Observations = dict[str, Array]
STREAMS, STEPS = 4, 64
# Of data, in each sequence and in all.
LONGEST, MOST = 500, 2_000


def usual(model: Any, graph: Graph) -> tuple[list[Observations], str]:
    """Return observations where no data are given, and what they are: the fitted series, or random rows."""
    if isinstance(model, Forecaster):
        return _at_most(_of_series(model, graph, model.series_)), "of the fitted series"
    random = np.random.default_rng(0)
    found = []
    for _ in range(STREAMS):
        drawn = list(steps(graph, 1, STEPS, random))
        one = {field.name: np.concatenate([step[field.name] for step in drawn]) for field in graph.inputs}
        found.append(one | {name: draw(model, graph, random) for name, draw in _DRAWN.items() if name in one})
    return found, "of random numbers"


def given(model: Any, graph: Graph, data: Any, columns: dict[str, Any]) -> list[Observations]:
    """Return observations from data, as the model reads them; at most 2,000 in all."""
    if isinstance(model, Forecaster):
        return _at_most(_of_series(model, graph, model.read(data, **columns)))
    return _at_most(_of_sequences(model, graph, data, columns))


def answers_to(graph: Graph, sequences: Sequence[Observations]) -> list[Observations]:
    """Return what Python answers to every step, by the name of the answer."""
    runner, found = Runner(graph), []
    for sequence in sequences:
        state, answers = runner.initial(1), []
        for step in range(len(next(iter(sequence.values())))):
            answer, state = runner.step({name: one[step : step + 1] for name, one in sequence.items()}, state)
            answers.append(answer)
        found.append(
            {one.name: np.concatenate([each[one.name] for each in answers]) for one in graph.outputs}
        )
    return found


def _at_most(sequences: Iterable[Observations]) -> list[Observations]:
    found, left = [], MOST
    for one in sequences:
        cut = {name: array[: min(left, LONGEST)] for name, array in one.items()}
        count = len(next(iter(cut.values())))
        left -= count
        found += [cut] if count else []
        if left <= 0:
            break
    return found


def _of_sequences(model: Any, graph: Graph, data: Any, columns: dict[str, Any]) -> Iterator[Observations]:
    if hasattr(model, "vocabulary_"):
        # A stream begins behind the item that stands before every document.
        for shown in model.shown(data):
            yield {graph.inputs[0].name: shown.batch.values[0, 1:].numpy()}
        return
    found = model.read_all(data, **columns)
    for sequence in getattr(found, "sequences", found):
        items = words_of(sequence) if model.kind_ == "text" else sequence
        yield model.observation(items[:LONGEST], len(items[:LONGEST]), graph.inputs)


def _of_series(model: Forecaster, graph: Graph, series: SeriesSet) -> Iterator[Observations]:
    wanted = {field.name: field for field in graph.inputs}
    for number in range(len(series.ids)):
        rows = slice(int(series.offsets[number]), int(series.offsets[number + 1]))
        y, known = series.target[rows, None].copy(), series.known[rows]
        looked_for = any(node.operator == "IsNaN" for node in graph.nodes)
        if looked_for:
            y[~series.observed[rows]] = np.nan
        found = {"y": y, "past": series.past[rows], "known": known}
        if "future" in wanted:
            horizon = int(wanted["future"].shape[1])
            ahead = np.arange(len(y))[:, None] + np.arange(1, horizon + 1)
            found["future"] = known[np.minimum(ahead, len(y) - 1)]
        if "static" in wanted:
            own = {name: values[number : number + 1] for name, values in series.static.items()}
            found["static"] = np.repeat(model.preparation_.static(own, 1), len(y), axis=0)
        yield {name: np.asarray(found[name], field.dtype) for name, field in wanted.items()}


def _rows(model: Any, graph: Graph, random: np.random.Generator) -> Array:
    """Return rows with channels of codes, which are drawn from those of training."""
    (field,) = graph.inputs
    mean, deviation = graph.about.get("typical", {}).get("row", (0.0, 1.0))
    spread = np.asarray(deviation) * random.normal(size=(STEPS, int(field.shape[1])))
    rows: Array = (np.asarray(mean) + spread).astype(field.dtype)
    for channel, values in getattr(model.channel_codes_, "values", {}).items():
        rows[:, channel] = random.choice(np.asarray(values, float), STEPS)
    return rows


def _words(model: Any, graph: Graph, random: np.random.Generator) -> Array:  # noqa: ARG001 - others read it
    *sizes, letters = model.inputs_.shape.sizes.values()
    rows = np.full((STEPS, WORD_COLUMNS), PADDING)
    rows[:, : len(sizes)] = random.integers(1, sizes, size=(STEPS, len(sizes)))
    for row in rows:
        length = random.integers(WORD_COLUMNS - len(sizes) + 1)
        row[len(sizes) : len(sizes) + length] = random.integers(1, letters, size=length)
    return rows


def _symbols(model: Any, graph: Graph, random: np.random.Generator) -> Array:  # noqa: ARG001 - others read it
    return random.integers(1, int(graph.outputs[0].shape[-1]), size=STEPS)


def _frames(model: Any, graph: Graph, random: np.random.Generator) -> Array:  # noqa: ARG001 - others read it
    return (random.random((STEPS, int(graph.inputs[0].shape[-1]))) < 0.2).astype(np.float32)


# Where numbers alone would not do.
_DRAWN: dict[str, Callable[[Any, Graph, np.random.Generator], Array]] = {
    "frame": _frames,
    "row": _rows,
    "symbol": _symbols,
    "word": _words,
}
