"""The tagger: one recurrent network that answers at every step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self, Unpack

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from gatewise.data.batch import SequenceBatch
from gatewise.data.inputs.fitting import fit_inputs
from gatewise.data.readers.options import TableOptions
from gatewise.data.readers.wording import counted
from gatewise.estimators.config import KIND_DEFAULTS, TaggerConfig, given_or_default
from gatewise.estimators.graphs.answers import probabilities
from gatewise.estimators.graphs.chains import marginals, so_far
from gatewise.estimators.graphs.sequences import step_graph, whole_graph
from gatewise.estimators.prediction import prediction_batches
from gatewise.estimators.saving.parts import FittedInputs, Networks, Record, saves
from gatewise.estimators.schedule import default_steps
from gatewise.estimators.seeds import RandomState
from gatewise.estimators.sequence_arguments import Sequences
from gatewise.estimators.sequence_network import SequenceNetworkMixin
from gatewise.estimators.sequence_values import Axes
from gatewise.estimators.tagging.base import Codes, Tagger
from gatewise.estimators.tagging.decoding import LabelGrammar, best_labels
from gatewise.estimators.tracing import Named, Shown, as_floats
from gatewise.estimators.words import takes
from gatewise.graphs.build import Builder, Value
from gatewise.graphs.graph import Graph
from gatewise.models.chain import ChainNetwork
from gatewise.models.sequence import SequenceNetwork, SequenceShape
from gatewise.nn import Cell
from gatewise.training.watching import ShownProgress

__all__ = ["SequenceTagger"]

# Not a label: what stands after the end of a row.
NOTHING = -100
# A longer sequence is cut into parts of so many steps, so that one long line does not fill the memory.
LONGEST = 512

Probabilities = list[NDArray[np.float64]]


class SequenceTagger(SequenceNetworkMixin, Tagger):
    """Give every step of a sequence a label: part of speech, slots, activities.

    Where the labels mark spans (``B-city I-city O``), the network learns which label follows which (a conditional
    random field), and the answer is the best sequence of labels that could stand there: an ``I-city`` never comes
    after an ``O``.

    Parameters
    ----------
    cell : str or Cell, default "GRU"
        "RNN", "LSTM", "GRU", another name of :mod:`gatewise.nn.cells`, or a cell of your own.
    hidden_size : int, default 128
        Per direction.
    bidirectional : bool, default True
        Read each sequence from both ends; turn it off for an answer that knows only what came before.
    max_seconds : float or str, optional
        End the training, annealed, within this wall-clock time: seconds, or ``"90s"``, ``"10m"``.
    random_state : int, RandomState or Generator, optional
        Seed, or a generator that gives one to each fit; the same seed, data and number of threads give the same bits.
    config : TaggerConfig, optional
    progress : bool or callable, optional
        ``True``: what was read is told, and how far the training is, in a terminal, a notebook or a log. A function is
        called with a :class:`~gatewise.training.history.Progress`. By default nothing is told, as a search or a
        pipeline fits many.
    axes : {"n t c", "n c t"}, optional
        What the axes of an array, or of each array in a list, are: sequences, time, channels by default; as sktime and
        aeon have them, sequences, channels, time.

    Attributes
    ----------
    classes_ : array, shape (labels,)
    networks_ : list of SequenceNetwork
    inputs_ : Inputs
        How sequences become batches, from the training sequences: scaling, or a vocabulary.
    grammar_ : LabelGrammar or None
        Which label may follow which, where labels mark spans.
    histories_ : list of History
        One per network; empty after loading.

    Examples
    --------
    >>> import gatewise
    >>> X = [["fly", "to", city] for city in ("Oslo", "Rome", "Bonn", "Kyiv")] * 10
    >>> y = [["O", "O", "B-city"]] * 40
    >>> gatewise.SequenceTagger("GRU", hidden_size=8, random_state=0).fit(X, y).predict([["to", "Oslo"]])
    [['O', 'B-city']]
    """

    kinds = ("values", "text")
    parts = saves(
        # The grammar first: it decides which networks are built.
        Record("grammar_", LabelGrammar, prefix="grammar.", optional=True),
        Networks(SequenceShape.from_json),
        FittedInputs(),
    )

    def __init__(
        self,
        cell: str | Cell = "GRU",
        *,
        hidden_size: int = 128,
        bidirectional: bool = True,
        max_seconds: float | str | None = None,
        random_state: RandomState = None,
        config: TaggerConfig | None = None,
        progress: ShownProgress = None,
        axes: Axes | None = None,
    ) -> None:
        self.cell = cell
        self.hidden_size = hidden_size
        self.bidirectional = bidirectional
        self.max_seconds = max_seconds
        self.random_state = random_state
        self.config = config
        self.progress = progress
        self.axes = axes

    def predict_proba(self, X: object) -> Probabilities:
        """Return the probability of each label at each step: for each sequence an array (steps, labels).

        Where labels mark spans, :meth:`predict` may answer another label than the most probable one, so that all
        of them can follow each other.
        """
        sequences = self._sequences(X, reset=False)
        found = iter(self._probabilities([one for one in sequences if len(one)]))
        return [next(found) if len(one) else np.empty((0, len(self.classes_))) for one in sequences]

    @takes(TableOptions)
    def fit(
        self,
        X: object,
        y: object = None,
        groups: object = None,
        *,
        warm_start: bool = False,
        **columns: Unpack[TableOptions],
    ) -> Self:
        """Fit on sequences and a label for each of their steps.

        Parameters
        ----------
        X, y, groups
            As all taggers take them: sequences, lists of labels, and whom each sequence belongs to; or ``X`` alone
            that brings them along.
        warm_start : bool, default False
            Train a fitted network on, from its weights and with its vocabulary or scaling and its labels,
            on these sequences alone; a table is read with the columns that were fitted.
        **columns
            As :func:`gatewise.data.readers.read_tagged` takes them.

        Returns
        -------
        self
        """
        return self._fit_checked(X, y, groups, going_on=self._go_on(warm_start), **columns)

    def _fit(self, sequences: Sequences, codes: Codes) -> None:
        config = given_or_default(self.config, TaggerConfig)
        if not hasattr(self, "networks_"):
            self.prepare(sequences)
            self.grammar_ = LabelGrammar.of(self.classes_, codes) if config.decoding == "auto" else None
        encoded = [self.inputs_.encode(part) for part, _ in _parts(sequences)]
        targets = [part for part, _ in _parts(codes)]

        def target_of(rows: NDArray[np.int64]) -> NDArray[np.int64]:
            target = np.full((len(rows), max(len(targets[row]) for row in rows)), NOTHING, np.int64)
            for place, row in enumerate(rows):
                target[place, : len(targets[row])] = targets[row]
            return target

        self._train(encoded, target_of, _loss_of, config, default_steps=default_steps(len(encoded)))

    def prepare(self, sequences: Sequences) -> None:
        """Set ``inputs_`` from training sequences."""
        kind = "text" if isinstance(sequences[0], list) else "values"
        self.inputs_ = fit_inputs(kind, sequences)

    def _shape(self) -> SequenceShape:
        config = given_or_default(self.config, TaggerConfig)
        defaults = KIND_DEFAULTS[self.inputs_.kind]
        return SequenceShape(
            input=self.inputs_.shape,
            outputs=len(self.classes_),
            readout="each",
            cell=self.cell,
            hidden_size=self.hidden_size,
            num_layers=config.num_layers,
            bidirectional=self.bidirectional,
            input_dropout=defaults.input_dropout if config.input_dropout is None else config.input_dropout,
            dropout=defaults.dropout if config.dropout is None else config.dropout,
            memory=0,
        )

    def _build(self, shape: SequenceShape) -> SequenceNetwork:
        # The chain makes a step half as long again, and gets more whole sentences right, which is what users see.
        # An estimator that only sizes networks has not looked at labels.
        return ChainNetwork(shape) if getattr(self, "grammar_", None) is not None else SequenceNetwork(shape)

    def _probabilities(self, sequences: Sequences) -> Probabilities:
        parts = list(_parts(sequences))
        found: Probabilities = [np.empty((0, 0))] * len(parts)
        # Marginals of a chain are gradients, which the inference mode does not know.
        with torch.no_grad():
            for rows, batch in prediction_batches(self.inputs_, [part for part, _ in parts]):
                members = torch.stack([_marginals(network, batch) for network in self.networks_])
                for row, length, values in zip(rows, batch.lengths, members.mean(0).numpy(), strict=True):
                    found[row] = values[:length]
        joined: list[Probabilities] = [[] for _ in sequences]
        for (_, number), values in zip(parts, found, strict=True):
            joined[number].append(values)
        return [np.concatenate(values) for values in joined]

    def step_graph(self) -> Graph:
        """Write down the probability of each label of a step, given those before it."""
        self._check_fitted()
        return step_graph(self, self._written_step, LONGEST)

    def _written_step(self, builder: Builder, outputs: list[Value], anew: Value | None) -> None:
        assert anew is not None
        scores = [
            so_far(builder, one, network.chain, anew, f"{number}.")
            if isinstance(network, ChainNetwork)
            else one
            for number, (one, network) in enumerate(zip(outputs, self.networks_, strict=True))
        ]
        probabilities(builder, scores, self.classes_, ("batch",))

    def whole_graph(self) -> Graph:
        """Write down the probability of each label at each step of whole sequences, of at most 512 steps."""
        self._check_fitted()
        return whole_graph(self, self._written)

    def _written(self, builder: Builder, outputs: list[Value], lengths: Value | None) -> None:
        assert lengths is not None
        scores = [
            marginals(builder, one, lengths, network.chain) if isinstance(network, ChainNetwork) else one
            for one, network in zip(outputs, self.networks_, strict=True)
        ]
        probabilities(builder, scores, self.classes_, ("batch", "time"))

    def _codes(self, sequences: Sequences) -> Codes:
        return best_labels(self._probabilities(sequences), self.grammar_)

    def _part_shown(self, sequence: Any) -> Any:
        return sequence[:LONGEST] if len(sequence) > LONGEST else sequence

    def answers(self, network: SequenceNetwork, batch: SequenceBatch) -> NDArray[np.float64]:
        """Return the probability of each label at each step, shape (rows, steps, labels)."""
        # A chain's marginals are gradients.
        with torch.inference_mode(False), torch.no_grad():
            return as_floats(_marginals(network, batch))

    def answered(self, shown: Shown) -> Named:  # noqa: ARG002 - always the same
        """Return the labels."""
        return tuple(map(str, self.classes_)), "probability"

    def _card(self) -> list[str]:
        what = "words" if self.kind_ == "text" else f"steps of {counted(self.n_features_in_, 'channel')}"
        hidden_size = self.networks_[0].shape.hidden_size
        return [
            f"- Gives {what} one of {len(self.classes_)} labels: {self._class_names()}.",
            f"- {self.cell}, {hidden_size} units{' per direction' if self.bidirectional else ''}.",
        ]


def _loss_of(network: nn.Module, batch: SequenceBatch) -> Tensor:
    assert batch.target is not None
    scores = network(batch)
    if isinstance(network, ChainNetwork):
        return network.chain.loss(scores, batch.target)
    return nn.functional.cross_entropy(scores.flatten(0, 1), batch.target.flatten(), ignore_index=NOTHING)


def _marginals(network: SequenceNetwork, batch: SequenceBatch) -> Tensor:
    """Return the probability of each label at each step."""
    scores: Tensor = network(batch)
    if isinstance(network, ChainNetwork):
        return network.chain.marginals(scores, batch.lengths).double()
    return scores.double().softmax(-1)


def _parts(sequences: list[Any]) -> Iterator[tuple[Any, int]]:
    """Cut sequences into parts of at most ``LONGEST`` steps, each with the number of its sequence."""
    for number, sequence in enumerate(sequences):
        for first in range(0, len(sequence), LONGEST):
            yield sequence[first : first + LONGEST], number
