"""The language model: one recurrent network that predicts the next symbol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from gatewise.data.axis import Axis
from gatewise.data.streams import StreamBatch, streams, windows
from gatewise.errors import DataError
from gatewise.estimators.config import LanguageModelConfig, given_or_default
from gatewise.estimators.graphs.language import language_steps, language_whole
from gatewise.estimators.graphs.rows import several
from gatewise.estimators.language.base import Items, LanguageEstimator
from gatewise.estimators.language.generation import NextItemPredictor
from gatewise.estimators.language.plan import LanguagePlan
from gatewise.estimators.members import fit_members
from gatewise.estimators.saving.parts import Networks, saves
from gatewise.estimators.seeds import RandomState
from gatewise.estimators.tracing import Named, Shown, Traced, as_floats
from gatewise.graphs.graph import Field, Graph
from gatewise.models.language import LanguageNetwork, LanguageShape, detached_state
from gatewise.nn import Cell
from gatewise.nn.state import State, pack
from gatewise.training.watching import ShownProgress

__all__ = ["LanguageModel"]

SIDE_BY_SIDE = 64
SCORING_WINDOW = 1000
MOST_LOGITS = 2**24  # 64 MB


class LanguageModel(Traced, LanguageEstimator):
    """Predict text, or polyphonic music, symbol by symbol with one recurrent network.

    Trained by truncated back-propagation through time: the text is cut into streams that are read side by side,
    window by window; the state is carried from window to window, the gradient is not.

    Parameters
    ----------
    cell : str or Cell, default "GRU"
        "RNN", "LSTM", "GRU", another name of :mod:`gatewise.nn.cells`, or a cell of your own.
    level : {"character", "byte", "subword", "word", "frame"}, default "character"
        What one symbol is; see :class:`~gatewise.data.vocabulary.Vocabulary`. ``"subword"``: learned from the
        training text, see :class:`~gatewise.data.subwords.Subwords`; needs ``pip install "gatewise[text]"``.
        ``"frame"``: arrays (time, keys) of 0 and 1, each key predicted on its own given the past.
    hidden_size : int, optional
        Units per layer; by default from the amount of text and of time, see
        :class:`~gatewise.estimators.language.plan.LanguagePlan`.
    max_seconds : float or str, optional
        End the training, annealed, within this wall-clock time: seconds, or ``"90s"``, ``"10m"``.
    random_state : int, RandomState or Generator, optional
        Seed, or a generator that gives one to each fit; the same seed, data and number of threads give the same bits.
    config : LanguageModelConfig, optional
    progress : bool or callable, optional
        ``True``: what was read is told, and how far the training is, in a terminal, a notebook or a log. A function is
        called with a :class:`~gatewise.training.history.Progress`. By default nothing is told, as a search or a
        pipeline fits many.

    Attributes
    ----------
    vocabulary_ : Vocabulary, Subwords or Keys
        From the training text.
    plan_ : LanguagePlan
        Sizes and schedule that were used; absent after loading.
    networks_ : list of LanguageNetwork
        One.
    histories_ : list of History
        One; empty after loading.

    References
    ----------
    Williams & Peng 1990, truncated back-propagation through time; Mikolov et al. 2010, "Recurrent neural
    network based language model".

    Examples
    --------
    >>> import gatewise
    >>> config = gatewise.LanguageModelConfig(training=gatewise.TrainingConfig(steps=100))
    >>> model = gatewise.LanguageModel("GRU", hidden_size=16, random_state=0, config=config)
    >>> model.fit("abc " * 100).generate("ab", 6, temperature=0)
    'c abc '
    """

    parts = saves(Networks(lambda shape: LanguageShape(**shape), counted=False))

    def __init__(
        self,
        cell: str | Cell = "GRU",
        *,
        level: str = "character",
        hidden_size: int | None = None,
        max_seconds: float | str | None = None,
        random_state: RandomState = None,
        config: LanguageModelConfig | None = None,
        progress: ShownProgress = None,
    ) -> None:
        self.cell = cell
        self.level = level
        self.hidden_size = hidden_size
        self.max_seconds = max_seconds
        self.random_state = random_state
        self.config = config
        self.progress = progress

    def _fit(self, documents: list[Items]) -> None:
        config = given_or_default(self.config, LanguageModelConfig)
        documents, held_out = _split(documents, config.validation_fraction)
        self.prepare(documents)
        plan, alphabet = self.plan_, self.vocabulary_
        # What one update leaves to the next; a network that begins is told so by its first batch.
        state: State | None = None

        def loss_of(network: nn.Module, batch: StreamBatch) -> Tensor:
            nonlocal state
            assert isinstance(network, LanguageNetwork)
            # The state goes on from window to window, the gradient does not: back-propagation through time is cut.
            logits, state = network.advance(batch, detached_state(state, batch.begins))
            return network.nats(logits, batch).mean()

        def batches(random: np.random.Generator) -> Iterator[StreamBatch]:
            return streams(documents, plan.rows, plan.window, random, alphabet.vary)

        def validate(network: nn.Module) -> float:
            assert isinstance(network, LanguageNetwork)
            return _total_nats(network, held_out) / sum(map(len, held_out))

        self.networks_, self.histories_ = fit_members(
            self._network,
            batches,
            loss_of,
            plan.training,
            members=1,
            steps=plan.steps,
            random_state=self.random_state,
            validate=validate if held_out else None,
            report=self.progress,
        )

    def prepare(self, documents: list[Items]) -> None:
        """Set ``plan_`` and where the outputs start, from encoded training documents."""
        self.plan_ = LanguagePlan.of(
            self.vocabulary_,
            documents,
            cell=self.cell,
            hidden_size=self.hidden_size,
            max_seconds=self.max_seconds,
            config=given_or_default(self.config, LanguageModelConfig),
        )
        self.prior_ = self.vocabulary_.prior(documents)

    def _network(self) -> LanguageNetwork:
        plan = self.plan_
        shape = LanguageShape(
            kind=self.vocabulary_.kind,
            size=self.vocabulary_.size,
            embedding_size=plan.embedding_size,
            cell=self.cell,
            hidden_size=plan.hidden_size,
            num_layers=plan.num_layers,
            dropout=plan.dropout,
            weight_noise=plan.weight_noise,
        )
        return self._build(shape, torch.from_numpy(self.prior_))

    def _build(self, shape: LanguageShape, prior: Tensor | None = None) -> LanguageNetwork:
        return LanguageNetwork(shape, prior)

    def _most_symbols(self) -> int | None:
        return given_or_default(self.config, LanguageModelConfig).vocabulary_size

    def _nats(self, documents: list[Items]) -> float:
        with torch.inference_mode():
            return _total_nats(self.networks_[0], documents)

    def _predictor(self) -> NextItemPredictor:
        return _NetworkPredictor(self.networks_[0])

    def shown(self, X: Any) -> Iterator[Shown]:
        """Give each document as networks read it: every symbol from the one before it on."""
        if X is None:
            raise DataError("data: a language model needs a text; give data")
        alphabet = self.vocabulary_
        for number, items in enumerate(self._encoded(X)):
            if not len(items):
                continue
            (batch,) = windows([items], len(items))
            read = [alphabet.decode(items[place : place + 1]) for place in range(len(items))]
            labels = tuple(
                map(str, range(1, len(items) + 1)) if alphabet.kind == "frames" else ["", *read[:-1]]
            )
            given = items.astype(np.float32) if alphabet.kind == "frames" else list(labels)
            yield Shown(str(number + 1), Axis(alphabet.unit, 1, labels), given, batch, truth=read)

    def without(self, shown: Shown, first: int, last: int, channel: int | None = None) -> Shown:
        """Return a document as if some of it had not been read; see :meth:`Traced.without`."""
        values = shown.batch.values.clone()
        # Number 0 is the unknown symbol, and no key.
        if self.vocabulary_.kind == "frames":
            # A frame is read at the step after it.
            keys = slice(None) if channel is None else channel
            values[:, first + 1 : last + 1, keys] = 0
        else:
            values[:, first:last] = 0
        return replace(shown, batch=replace(shown.batch, values=values))

    def answers(self, network: LanguageNetwork, batch: StreamBatch) -> NDArray[np.float64]:
        """Return the probability of each symbol, or key, at each step: of the next one, given those read so far."""
        logits = network(batch).double()
        return as_floats(logits.sigmoid() if self.vocabulary_.kind == "frames" else logits.softmax(-1))

    def answered(self, shown: Shown) -> Named:  # noqa: ARG002 - always the same
        """Return the symbols, or the numbers of the keys."""
        return self._named(), "probability"

    def changed(self, shown: Shown, step: int, channel: int, value: Any) -> Shown:
        """Return a document with another symbol, or another key, read at one step; what is to be predicted stays."""
        values, alphabet = shown.batch.values.clone(), self.vocabulary_
        given: Any = shown.given.copy()
        if alphabet.kind == "frames":
            given[step, channel] = float(value)
            # A frame is read at the step after it.
            values[0, step + 1 : step + 2, channel] = float(value)
            return replace(shown, given=given, batch=replace(shown.batch, values=values))
        symbols = self.symbols()
        if value not in symbols:
            raise DataError(f"change: {value!r} is no {alphabet.unit} that the model knows")
        values[0, step], given[step] = symbols.index(value), value
        axis = replace(shown.axis, labels=tuple(given))
        return replace(shown, axis=axis, given=given, batch=replace(shown.batch, values=values))

    def step_graph(self) -> Graph:
        """Write down the probability of each symbol, or key, after each that is read."""
        self._check_fitted()
        return language_steps(type(self).__name__, self.networks_[0], self.vocabulary_, self._named())

    def whole_graph(self) -> Graph:
        """Write down the probabilities after each symbol of whole documents."""
        self._check_fitted()
        return language_whole(type(self).__name__, self.networks_[0], self.vocabulary_, self._named())

    def _named(self) -> tuple[str, ...]:
        frames = self.vocabulary_.kind == "frames"
        return tuple(map(str, range(self.vocabulary_.size))) if frames else self.symbols()

    def observation(
        self,
        x: Any,
        batch: int | None,
        fields: Sequence[Field],  # noqa: ARG002 - there is one
    ) -> dict[str, NDArray[Any]]:
        """Return a symbol, or its number, or a frame, as a step reads it; of several streams a list of them."""
        alphabet = self.vocabulary_
        items = several(x, batch)
        if alphabet.kind == "frames":
            return {
                "frame": np.stack([self._encode(alphabet, 0, [one])[0] for one in items]).astype(np.float32)
            }
        return {"symbol": np.array([self._number(one) for one in items], np.int64)}

    def _number(self, symbol: Any) -> int:
        alphabet = self.vocabulary_
        if isinstance(symbol, int | np.integer) and 0 <= symbol < alphabet.size:
            return int(symbol)
        if not isinstance(symbol, str):
            raise DataError(
                f"step: expected one {alphabet.unit}, or a number from 0 to {alphabet.size - 1}, got {symbol!r}"
            )
        items = alphabet.encode(symbol)
        if len(items) != 1:
            raise DataError(f"step: expected one {alphabet.unit}, got {len(items)} in {symbol!r}")
        return int(items[0])

    def symbols(self) -> tuple[str, ...]:
        """Return the texts of all symbols, in the order of the probabilities; of number 0 that of the unknown."""
        alphabet = self.vocabulary_
        return tuple(alphabet.decode(np.array([number])) for number in range(alphabet.size))

    def _card(self) -> list[str]:
        shape, unit = self.networks_[0].shape, self.vocabulary_.unit
        return [
            f"- Predicts the next {unit}, one of {shape.size - 1}."
            if shape.kind == "symbols"
            else f"- Predicts the next {unit} of {shape.size} keys.",
            f"- {self.cell}, {shape.num_layers} layer(s) of {shape.hidden_size} units.",
        ]


class _NetworkPredictor(NextItemPredictor):
    """A network fed one item at a time, through a copy of its weights."""

    def __init__(self, network: LanguageNetwork) -> None:
        self.kind = network.shape.kind
        self._network = network
        self._stream = network.cell.stream()

    def next(self, item: Any) -> NDArray[np.float64]:
        with torch.inference_mode():
            read = self._network.reader(torch.as_tensor(item, device="cpu"))
            logits: Tensor = self._network.head(self._stream.step(read))
        return logits.double().numpy()


def _total_nats(network: LanguageNetwork, documents: list[Items]) -> float:
    """Return minus the log-probability of documents that come longest first."""
    total = 0.0
    for first in range(0, len(documents), SIDE_BY_SIDE):
        together = documents[first : first + SIDE_BY_SIDE]
        # Logits of many symbols are large: as many steps at once as keep them below 64 MB.
        window = int(np.clip(MOST_LOGITS // (len(together) * network.shape.size), 1, SCORING_WINDOW))
        state: State | None = None
        for batch in windows(together, window):
            rows = len(batch.lengths)
            logits, state = network.advance(batch, None if state is None else _first_rows(state, rows))
            total += float(network.nats(logits, batch).double().sum())
    return total


def _first_rows(state: State, rows: int) -> State:
    states = (state,) if isinstance(state, Tensor) else tuple(state)
    return pack(tuple(one[:, :rows].contiguous() for one in states))


def _split(documents: list[Items], fraction: float) -> tuple[list[Items], list[Items]]:
    """Return what is learned from, and the end that is held out, longest first; a boundary may cut a document."""
    left = int(fraction * sum(map(len, documents)))
    training, held_out = list(documents), []
    while left > 0:
        last = training.pop()
        taken = min(left, len(last))
        held_out.append(last[len(last) - taken :])
        if taken < len(last):
            training.append(last[: len(last) - taken])
        left -= taken
    return training, sorted(held_out, key=len, reverse=True)
