"""The tagger: one recurrent network that answers at every step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted
from torch import Tensor, nn

from gatewise.data.batch import SequenceBatch, bucketed
from gatewise.data.inputs.base import Inputs
from gatewise.data.inputs.fitting import fit_inputs, inputs_from, pack_inputs
from gatewise.estimators.config import KIND_DEFAULTS, TaggerConfig
from gatewise.estimators.members import fit_members
from gatewise.estimators.prediction import prediction_batches
from gatewise.estimators.saving.directory import Saved
from gatewise.estimators.saving.parts import networks_from, pack_networks
from gatewise.estimators.schedule import default_batch_size, default_steps, scheduled
from gatewise.estimators.sequences import Sequences
from gatewise.estimators.tagging.base import Codes, Tagger
from gatewise.estimators.tagging.decoding import LabelGrammar, best_labels
from gatewise.models.chain import ChainNetwork
from gatewise.models.sequence import SequenceNetwork, SequenceShape
from gatewise.training.history import Progress

__all__ = ["SequenceTagger"]

# Not a label: what stands after the end of a row.
NOTHING = -100
# A longer sequence is cut into parts of so many steps, so that one long line does not fill the memory.
LONGEST = 512

Probabilities = list[NDArray[np.float64]]


class SequenceTagger(Tagger):
    """Give every step of a sequence a label: part of speech, slots, activities.

    Where the labels mark spans (``B-city I-city O``), the network learns which label follows which (a conditional
    random field), and the answer is the best sequence of labels that could stand there: an ``I-city`` never comes
    after an ``O``.

    Parameters
    ----------
    cell : {"RNN", "LSTM", "GRU"}, default "GRU"
    hidden_size : int, default 128
        Per direction.
    bidirectional : bool, default True
        Read each sequence from both ends; turn it off for an answer that knows only what came before.
    max_seconds : float, optional
        End the training, annealed, within this wall-clock time.
    random_state : int, optional
        Seed; the same seed, data and number of threads give the same bits.
    config : TaggerConfig, optional
    progress : callable, optional
        Called with a :class:`~gatewise.training.history.Progress` while training.

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

    def __init__(
        self,
        cell: str = "GRU",
        *,
        hidden_size: int = 128,
        bidirectional: bool = True,
        max_seconds: float | None = None,
        random_state: int | None = None,
        config: TaggerConfig | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> None:
        self.cell = cell
        self.hidden_size = hidden_size
        self.bidirectional = bidirectional
        self.max_seconds = max_seconds
        self.random_state = random_state
        self.config = config
        self.progress = progress

    def predict_proba(self, X: object) -> Probabilities:
        """Probability of each label at each step: for each sequence an array (steps, labels).

        Where labels mark spans, :meth:`predict` may answer another label than the most probable one, so that all
        of them can stand beside each other.
        """
        check_is_fitted(self)
        return self._probabilities(self._sequences(X, reset=False))

    def _fit(self, sequences: Sequences, codes: Codes) -> None:
        config = self.config or TaggerConfig()
        self.prepare(sequences)
        self.grammar_ = LabelGrammar.of(self.classes_, codes) if config.decoding == "auto" else None
        encoded = [self.inputs_.encode(part) for part, _ in _parts(sequences)]
        targets = [part for part, _ in _parts(codes)]
        lengths = np.array([len(sequence) for sequence in encoded])
        size = config.training.batch_size or default_batch_size(len(encoded))

        def batches(random: np.random.Generator) -> Iterator[SequenceBatch]:
            for rows in bucketed(lengths, size, random):
                target = np.full((len(rows), lengths[rows].max()), NOTHING, np.int64)
                for place, row in enumerate(rows):
                    target[place, : lengths[row]] = targets[row]
                yield self.inputs_.collate([encoded[row] for row in rows], target, random)

        self.networks_, self.histories_ = fit_members(
            self._network,
            batches,
            _loss_of,
            scheduled(config.training, self.cell, self.max_seconds),
            members=config.members,
            steps=config.training.steps or default_steps(len(encoded)),
            random_state=self.random_state,
            report=self.progress,
        )

    def prepare(self, sequences: Sequences) -> None:
        """Set ``inputs_`` from training sequences."""
        kind = "text" if isinstance(sequences[0], list) else "values"
        self.inputs_: Inputs = fit_inputs(kind, sequences)

    def _network(self) -> SequenceNetwork:
        config = self.config or TaggerConfig()
        usual = KIND_DEFAULTS[self.inputs_.kind]
        return self._kind_of_network()(
            SequenceShape(
                input=self.inputs_.shape,
                outputs=len(self.classes_),
                readout="each",
                cell=self.cell,
                hidden_size=self.hidden_size,
                num_layers=config.num_layers,
                bidirectional=self.bidirectional,
                input_dropout=usual.input_dropout if config.input_dropout is None else config.input_dropout,
                dropout=usual.dropout if config.dropout is None else config.dropout,
                memory=0,
            )
        )

    def _kind_of_network(self) -> type[SequenceNetwork]:
        # A probe that only sizes networks has not looked at labels.
        return SequenceNetwork if getattr(self, "grammar_", None) is None else ChainNetwork

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

    def _codes(self, sequences: Sequences) -> Codes:
        return best_labels(self._probabilities(sequences), self.grammar_)

    def _to_saved(self) -> Saved:
        state, arrays = self._fitted_state()
        shape = self.networks_[0].shape
        state |= {"shape": shape.to_json(), "members": len(self.networks_)}
        state["inputs"], more = pack_inputs(self.inputs_)
        if self.grammar_ is not None:
            arrays |= {f"grammar.{name}": array for name, array in vars(self.grammar_).items()}
        what = "words" if self.kind_ == "text" else f"steps of {self.n_features_in_} channels"
        card = [
            f"- Gives {what} one of {len(self.classes_)} labels: "
            f"{', '.join(str(name) for name in self.classes_[:20])}{', …' if len(self.classes_) > 20 else ''}.",
            f"- {self.cell}, {shape.hidden_size} units{' per direction' if self.bidirectional else ''}.",
        ]
        return Saved(state, arrays | more | pack_networks(self.networks_), card)

    @classmethod
    def _from_saved(cls, saved: Saved) -> Self:
        estimator = cls._from_fitted_state(saved)
        shape = SequenceShape.from_json(saved.config["shape"])
        estimator.inputs_ = inputs_from(saved.config["inputs"], saved.arrays)
        grammar = {
            name.removeprefix("grammar."): array
            for name, array in saved.arrays.items()
            if name.startswith("grammar.")
        }
        estimator.grammar_ = LabelGrammar(**grammar) if grammar else None
        estimator.networks_ = [estimator._kind_of_network()(shape) for _ in range(saved.config["members"])]
        networks_from(saved.arrays, estimator.networks_)
        estimator.histories_ = []
        return estimator


def _loss_of(network: nn.Module, batch: SequenceBatch) -> Tensor:
    assert batch.target is not None
    scores = network(batch)
    if isinstance(network, ChainNetwork):
        return network.chain.loss(scores, batch.target)
    return nn.functional.cross_entropy(scores.flatten(0, 1), batch.target.flatten(), ignore_index=NOTHING)


def _marginals(network: SequenceNetwork, batch: SequenceBatch) -> Tensor:
    """Probability of each label at each step."""
    scores: Tensor = network(batch)
    if isinstance(network, ChainNetwork):
        return network.chain.marginals(scores, batch.lengths).double()
    return scores.double().softmax(-1)


def _parts(sequences: list[Any]) -> Iterator[tuple[Any, int]]:
    """Parts of at most ``LONGEST`` steps, each with the number of its sequence."""
    for number, sequence in enumerate(sequences):
        for first in range(0, len(sequence), LONGEST):
            yield sequence[first : first + LONGEST], number
