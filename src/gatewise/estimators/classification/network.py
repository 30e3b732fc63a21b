"""The classifier: one recurrent network over whole sequences."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal, Self, Unpack

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.class_weight import compute_class_weight
from torch import Tensor, nn

from gatewise.data.batch import SequenceBatch
from gatewise.data.inputs.fitting import fit_inputs
from gatewise.data.readers.options import LabelledOptions
from gatewise.data.readers.wording import counted
from gatewise.errors import ConfigurationError
from gatewise.estimators.classification.base import Classifier
from gatewise.estimators.config import KIND_DEFAULTS, ClassifierConfig, convolved, given_or_default
from gatewise.estimators.graphs.answers import probabilities
from gatewise.estimators.graphs.sequences import step_graph, whole_graph
from gatewise.estimators.prediction import prediction_batches
from gatewise.estimators.saving.parts import FittedInputs, Networks, saves
from gatewise.estimators.schedule import default_steps
from gatewise.estimators.seeds import RandomState
from gatewise.estimators.sequence_arguments import Sequences
from gatewise.estimators.sequence_network import SequenceNetworkMixin
from gatewise.estimators.sequence_values import Axes
from gatewise.estimators.tracing import Named, Shown, as_floats
from gatewise.estimators.weights import as_weights
from gatewise.estimators.words import takes
from gatewise.graphs.build import Builder, Value
from gatewise.graphs.graph import Graph
from gatewise.models.sequence import SequenceNetwork, SequenceShape
from gatewise.nn import Cell
from gatewise.training.watching import ShownProgress

__all__ = ["SequenceClassifier"]


class SequenceClassifier(SequenceNetworkMixin, Classifier):
    """Classify whole sequences of any length with one recurrent network.

    Parameters
    ----------
    cell : str or Cell, default "GRU"
        "RNN", "LSTM", "GRU", another name of :mod:`gatewise.nn.cells`, or a cell of your own.
    hidden_size : int, optional
        Per direction; 64 for values, 128 for texts and recordings by default.
    bidirectional : bool, default True
        Read each sequence from both ends; turn it off, with ``readout="last"``, for an answer as a stream
        would need it.
    class_weight : {"balanced"}, dict of class to weight, or None
        ``"balanced"`` weighs sequences so that every class counts alike.
    max_seconds : float or str, optional
        End the training, annealed, within this wall-clock time: seconds, or ``"90s"``, ``"10m"``.
    random_state : int, RandomState or Generator, optional
        Seed, or a generator that gives one to each fit; the same seed, data and number of threads give the same bits.
    config : ClassifierConfig, optional
    progress : bool or callable, optional
        ``True``: what was read is told, and how far the training is, in a terminal, a notebook or a log. A function is
        called with a :class:`~gatewise.training.history.Progress`. By default nothing is told, as a search or a
        pipeline fits many.
    axes : {"n t c", "n c t"}, optional
        What the axes of an array, or of each array in a list, are: sequences, time, channels by default; as sktime and
        aeon have them, sequences, channels, time.

    Attributes
    ----------
    classes_ : array, shape (classes,)
    n_features_in_ : int
    networks_ : list of SequenceNetwork
    inputs_ : Inputs
        How sequences become batches, from the training sequences: scaling, patches and convolutions, or a vocabulary.
    histories_ : list of History
        One per network; empty after loading.

    Examples
    --------
    >>> import gatewise, numpy
    >>> random = numpy.random.default_rng(0)
    >>> X = [random.normal(size=(length, 1)) + length % 2 for length in range(10, 50)]
    >>> y = [length % 2 for length in range(10, 50)]
    >>> gatewise.SequenceClassifier("GRU", hidden_size=8, random_state=0).fit(X, y).score(X, y)
    1.0
    """

    kinds = ("values", "text", "audio")
    parts = saves(Networks(SequenceShape.from_json), FittedInputs())

    def __init__(
        self,
        cell: str | Cell = "GRU",
        *,
        hidden_size: int | None = None,
        bidirectional: bool = True,
        class_weight: Literal["balanced"] | dict[Any, float] | None = None,
        max_seconds: float | str | None = None,
        random_state: RandomState = None,
        config: ClassifierConfig | None = None,
        progress: ShownProgress = None,
        axes: Axes | None = None,
    ) -> None:
        self.cell = cell
        self.hidden_size = hidden_size
        self.bidirectional = bidirectional
        self.class_weight = class_weight
        self.max_seconds = max_seconds
        self.random_state = random_state
        self.config = config
        self.progress = progress
        self.axes = axes

    @takes(LabelledOptions)
    def fit(
        self,
        X: object,
        y: object = None,
        groups: object = None,
        *,
        sample_weight: ArrayLike | None = None,
        warm_start: bool = False,
        **columns: Unpack[LabelledOptions],
    ) -> Self:
        """Fit on sequences and their labels.

        Parameters
        ----------
        X, y, groups
            As all classifiers take them: sequences, labels, and whom each sequence belongs to; or ``X`` alone that
            brings them along.
        sample_weight : array, shape (sequences,), optional
            How much each sequence counts in training, beside ``class_weight``; 0 for not at all.
        warm_start : bool, default False
            Train a fitted network on, from its weights and with its vocabulary or scaling and its classes,
            on these sequences alone; a table is read with the columns that were fitted.
        **columns
            As :func:`gatewise.data.readers.read_labelled` takes them.

        Returns
        -------
        self
        """
        learn = partial(self._fit, sample_weight=sample_weight)
        return self._fit_checked(X, y, groups, learn, going_on=self._go_on(warm_start), **columns)

    def partial_fit(
        self,
        X: object,
        y: object = None,
        classes: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Train on with some more sequences, each seen once unless ``config`` says how many updates to make.

        Parameters
        ----------
        X, y : as in :meth:`fit`
        classes : array, optional
            All that there will be; at the first call, by whose sequences scaling, patches and vocabulary are made.
        sample_weight : array, shape (sequences,), optional

        Returns
        -------
        self
        """
        learn = partial(self._fit, sample_weight=sample_weight, one_pass=True)
        return self._fit_checked(X, y, None, learn, classes=classes, going_on=self._go_on(True))

    def _fit(
        self,
        sequences: Sequences,
        codes: NDArray[np.int64],
        *,
        sample_weight: ArrayLike | None = None,
        one_pass: bool = False,
    ) -> None:
        config = given_or_default(self.config, ClassifierConfig)
        weights = as_weights(sample_weight, len(sequences))
        if not hasattr(self, "networks_"):
            self.prepare(sequences)
        encoded = [self.inputs_.encode(sequence) for sequence in sequences]
        weight = self._weights(codes)

        def loss_of(network: nn.Module, batch: SequenceBatch) -> Tensor:
            assert batch.target is not None
            if batch.weight is None:
                return nn.functional.cross_entropy(network(batch), batch.target, weight)
            each = nn.functional.cross_entropy(network(batch), batch.target, weight, reduction="none")
            return (each * batch.weight).mean()

        self._train(
            encoded,
            codes.__getitem__,
            loss_of,
            config,
            default_steps=default_steps(len(encoded)),
            weights=weights,
            one_pass=one_pass,
        )

    def prepare(self, sequences: Sequences) -> None:
        """Set ``inputs_``, and how long the gates have to remember, from training sequences."""
        config = given_or_default(self.config, ClassifierConfig)
        pooled = config.readout == "pool"
        self.inputs_ = fit_inputs(
            self.kind_,
            sequences,
            most_steps=config.most_tokens if pooled else None,
            differences=config.differences and pooled,
            convolved=convolved(config.features, pooled=pooled),
        )
        # Setting the gates to long memories helps a read-out at the end and hurts pooling.
        self.memory_ = 0 if pooled else max(len(self.inputs_.encode(sequence)) for sequence in sequences)

    def _shape(self) -> SequenceShape:
        config = given_or_default(self.config, ClassifierConfig)
        defaults = KIND_DEFAULTS[self.kind_]
        return SequenceShape(
            input=self.inputs_.shape,
            outputs=len(self.classes_),
            readout=config.readout,
            cell=self.cell,
            hidden_size=defaults.hidden_size if self.hidden_size is None else self.hidden_size,
            num_layers=config.num_layers,
            bidirectional=self.bidirectional,
            input_dropout=defaults.input_dropout if config.input_dropout is None else config.input_dropout,
            dropout=defaults.dropout if config.dropout is None else config.dropout,
            memory=self.memory_,
        )

    def _weights(self, codes: NDArray[np.int64]) -> Tensor | None:
        if self.class_weight is None:
            return None
        if self.class_weight != "balanced" and not isinstance(self.class_weight, dict):
            raise ConfigurationError(
                f"expected 'balanced', weights by class or None, got {self.class_weight!r}",
                option="class_weight",
            )
        present = np.unique(codes)
        weights = np.ones(len(self.classes_))
        weights[present] = compute_class_weight(
            self.class_weight, classes=self.classes_[present], y=self.classes_[codes]
        )
        return torch.from_numpy(weights.astype(np.float32))

    def _probabilities(self, sequences: Sequences) -> NDArray[np.float64]:
        probabilities = np.empty((len(sequences), len(self.classes_)))
        with torch.inference_mode():
            for rows, batch in prediction_batches(self.inputs_, sequences):
                members = torch.stack([network(batch).double().softmax(-1) for network in self.networks_])
                probabilities[rows] = members.mean(0).numpy()
        return probabilities

    def step_graph(self) -> Graph:
        """Write down the probability of each class as far as a sequence has come."""
        self._check_fitted()
        return step_graph(self, self._written)

    def whole_graph(self) -> Graph:
        """Write down the probability of each class of whole sequences."""
        self._check_fitted()
        return whole_graph(self, self._written)

    def _written(self, builder: Builder, outputs: list[Value], _: Value | None) -> None:
        probabilities(builder, outputs, self.classes_, ("batch",))

    def answers(self, network: SequenceNetwork, batch: SequenceBatch) -> NDArray[np.float64]:
        """Return the probability of each class, shape (rows, classes)."""
        return as_floats(network(batch).double().softmax(-1))

    def answered(self, shown: Shown) -> Named:  # noqa: ARG002 - always the same
        """Return the classes."""
        return tuple(map(str, self.classes_)), "probability"

    def _card(self) -> list[str]:
        hidden_size = self.networks_[0].shape.hidden_size
        return [
            f"- Classifies {self._described()} into {len(self.classes_)} classes: {self._class_names()}.",
            f"- {self.cell}, {hidden_size} units{' per direction' if self.bidirectional else ''}.",
        ]

    def _described(self) -> str:
        if self.kind_ == "values":
            return f"sequences of {counted(self.n_features_in_, 'channel')}"
        return "texts" if self.kind_ == "text" else "recordings"
