"""What a model is tried with: sequences as it was fitted on, drawn at random, and its answers to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import singledispatch
from time import perf_counter
from typing import Any, TypeVar

import numpy as np

from gatewise.data.inputs.speech import SpeechInputs
from gatewise.data.inputs.words import WordInputs
from gatewise.data.series import SeriesSet
from gatewise.data.streams import windows
from gatewise.errors import ExportError
from gatewise.estimators.forecast.windowed import WindowForecaster
from gatewise.estimators.language.network import LanguageModel
from gatewise.estimators.sequence_estimator import SequenceEstimator
from gatewise.estimators.sequence_network import SequenceNetworkMixin
from gatewise.estimators.tagging.network import SequenceTagger
from gatewise.graphs.graph import Array

__all__ = ["Trial", "trial_of"]

Found = TypeVar("Found")

LENGTHS = (1, 2, 23, 40, 61)
SERIES, LONGEST_SERIES = 3, 400


@dataclass(frozen=True)
class Trial:
    """Some sequences, as each way is given them.

    Attributes
    ----------
    expected : list of array
        What the model answers: for each sequence (answers,), or (steps, answers).
    feeds : dict of str to array
        Inputs of its graph of whole sequences.
    observations : list of list
        Of each sequence what a stream is given, one after the other.
    seconds : float
        That the model took to answer.
    each : bool
        Whether every step has an answer, and not the last alone.
    so_far : bool
        Whether ``predict`` says something else of a step when it knows what follows: then only the last one of a stream
        has to be the same.
    """

    expected: list[Array]
    feeds: dict[str, Array]
    observations: list[list[Any]]
    seconds: float
    each: bool
    so_far: bool = False

    @property
    def rows(self) -> int:
        """How many steps there are in all."""
        return sum(map(len, self.observations))

    def of_steps(self, answers: Sequence[Array]) -> Array:
        """Return what counts of the answers to the steps of a sequence."""
        return np.stack(answers) if self.each and not self.so_far else answers[-1]

    def of_whole(self, answers: Array) -> list[Array]:
        """Return what counts of the answers to padded sequences."""
        if not self.each:
            return list(answers)
        return [one[: len(rows)] for one, rows in zip(answers, self.observations, strict=True)]


@singledispatch
def trial_of(model: Any) -> Trial:
    """Draw a trial for a model; always the same for the same model.

    Raises
    ------
    ExportError
        It has one way alone.
    """
    raise ExportError(f"a {type(model).__name__} is not written down: there is one way to it, predict")


@trial_of.register
def _of_sequences(model: SequenceEstimator) -> Trial:
    if not isinstance(model, SequenceNetworkMixin):
        model.whole_graph()  # says so, where there is none
    random, inputs = np.random.default_rng(0), getattr(model, "inputs_", None)
    if isinstance(inputs, WordInputs):
        words = np.array(inputs.vocabularies["words"])
        sequences: list[Any] = [random.choice(words, length).tolist() for length in LENGTHS]
        batch = inputs.collate([inputs.encode(one) for one in sequences])
        feeds = {"words": batch.values.numpy(), "lengths": batch.lengths.numpy()}
    elif model.kind_ == "values":
        sequences = _rows_like_training(model, random)
        feeds = {"sequence": _padded(sequences), "lengths": np.array(LENGTHS)}
    else:
        assert isinstance(inputs, SpeechInputs)
        rate = inputs.features.log_mel.rate
        sounds = [(0.1 * random.normal(size=rate * part // 4)).astype(np.float32) for part in range(1, 5)]
        sequences = [(samples, rate) for samples in sounds]
        lengths = np.array([len(one) for one in sounds])
        feeds = {"samples": _padded([one[:, None] for one in sounds])[:, :, 0], "lengths": lengths}
    probabilities = hasattr(model, "predict_proba")
    found, seconds = _timed(lambda: (model.predict_proba if probabilities else model.predict)(sequences))
    each = isinstance(model, SequenceTagger) or getattr(model, "per_step_", False)
    expected = [np.asarray(one) for one in found]
    if not probabilities:
        expected = [one[:, None] if each else np.reshape(one, -1) for one in expected]
    observations = [list(one) for one in sequences]
    return Trial(expected, feeds, observations, seconds, each, isinstance(model, SequenceTagger))


def _rows_like_training(model: Any, random: np.random.Generator) -> list[Array]:
    """Return rows as training rows were: from where they lie, by how much they vary; codes among the known ones."""
    graph = model.whole_graph()
    channels = int(graph.inputs[0].shape[-1])
    mean, deviation = graph.about.get("typical", {}).get("sequence", (0.0, 1.0))
    rows = [
        (np.asarray(mean) + np.asarray(deviation) * random.normal(size=(length, channels))).astype(np.float32)
        for length in LENGTHS
    ]
    codes = model.channel_codes_
    for channel, values in codes.values.items() if codes is not None else ():
        for one in rows:
            one[:, channel] = random.choice(values, len(one))
    return rows


@trial_of.register
def _of_language(model: LanguageModel) -> Trial:
    random = np.random.default_rng(0)
    alphabet, network = model.vocabulary_, model.networks_[0]
    if alphabet.kind == "frames":
        documents: list[Any] = [
            (random.random((length, alphabet.size)) < 0.3).astype(np.float32) for length in LENGTHS
        ]
        feeds: dict[str, Array] = {"frame": _padded(documents)}
    else:
        documents = [random.integers(1, alphabet.size, length) for length in LENGTHS]
        feeds = {"symbol": _padded([one[:, None] for one in documents])[:, :, 0]}

    def after_each(items: Array) -> Array:
        # What is said after an item stands before the next: one more makes the last be read.
        (batch,) = windows([np.concatenate([items, items[-1:]])], len(items) + 1)
        return model.answers(network, batch)[0, 1:]

    expected, seconds = _timed(lambda: [after_each(items) for items in documents])
    feeds["lengths"] = np.array(LENGTHS)
    return Trial(expected, feeds, [list(one) for one in documents], seconds, each=True)


@trial_of.register
def _of_forecasts(model: WindowForecaster) -> Trial:
    random = np.random.default_rng(0)
    series: SeriesSet = model.series_
    numbers = np.arange(min(SERIES, len(series)))
    ends = series.lengths[numbers]
    series = series.take(numbers, np.maximum(0, ends - LONGEST_SERIES), ends)
    lengths = series.lengths
    fields = {one.name: one for one in model.step_graph().inputs}
    future = None
    if "future" in fields:
        mean, deviation = (np.array([one[place] for one in model.preparation_.known]) for place in (1, 2))
        spread = np.where(np.isfinite(deviation), deviation, 0)
        shape = (len(numbers), *map(int, fields["future"].shape[1:]))
        future = (mean + spread * random.normal(size=shape)).astype(np.float32)
    expected, seconds = _timed(lambda: model._forecast(series, numbers, lengths, future))
    static = model.preparation_.static(series.static, len(series)) if "static" in fields else None

    def cut(rows: Array) -> list[Array]:
        return [rows[first:last] for first, last in zip(series.offsets[:-1], series.offsets[1:], strict=True)]

    each_row: dict[str, list[Array]] = {"y": cut(series.target)}
    if "past" in fields:
        each_row["past"] = cut(series.past)
    if "known" in fields:
        each_row["known"] = cut(series.known)
    feeds = {name: _padded([one.reshape(len(one), -1) for one in rows]) for name, rows in each_row.items()}
    feeds["y"] = feeds["y"][:, :, 0]
    feeds["lengths"] = lengths
    observed = cut(series.observed)
    if model.preparation_.mask:
        feeds["observed"] = _padded([one[:, None] for one in observed])[:, :, 0]
    fixed = {name: array for name, array in (("future", future), ("static", static)) if array is not None}
    feeds |= fixed
    observations = [
        [
            {name: rows[number][row] for name, rows in each_row.items()}
            | ({} if observed[number][row] else {"y": np.nan})
            | {name: array[number] for name, array in fixed.items()}
            for row in range(int(lengths[number]))
        ]
        for number in numbers
    ]
    return Trial(list(expected), feeds, observations, seconds, each=False)


def _timed(answer: Callable[[], Found]) -> tuple[Found, float]:
    """Return what is answered, and the seconds that it takes once kernels are there."""
    answer()
    begun = perf_counter()
    found = answer()
    return found, perf_counter() - begun


def _padded(rows: list[Array]) -> Array:
    whole = np.zeros((len(rows), max(map(len, rows)), *rows[0].shape[1:]), rows[0].dtype)
    for number, one in enumerate(rows):
        whole[number, : len(one)] = one
    return whole
