"""The regressor: recurrent networks that answer a number for each sequence, or for each of its steps."""

from __future__ import annotations

from functools import partial
from typing import Self, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gatewise.data.batch import SequenceBatch
from gatewise.data.inputs.fitting import fit_inputs
from gatewise.data.readers.options import TableOptions
from gatewise.estimators.config import KIND_DEFAULTS, RegressorConfig, convolved, given_or_default
from gatewise.estimators.graphs.answers import values
from gatewise.estimators.graphs.sequences import step_graph, whole_graph
from gatewise.estimators.members import about_members
from gatewise.estimators.regression.answering import answers_of, trust_in
from gatewise.estimators.regression.base import Regressor, Sequences
from gatewise.estimators.regression.learning import (
    FEW,
    learned_and_held_out,
    mean_and_deviation,
    memory_of,
    padded,
    squared_error,
)
from gatewise.estimators.regression.targets import Targets, one_or_several
from gatewise.estimators.saving.parts import FittedInputs, Networks, saves
from gatewise.estimators.seeds import RandomState
from gatewise.estimators.sequence_network import SequenceNetworkMixin
from gatewise.estimators.sequence_values import Axes
from gatewise.estimators.tracing import Named, Shown, as_floats
from gatewise.estimators.weights import as_weights
from gatewise.estimators.words import takes
from gatewise.graphs.build import Builder, Value
from gatewise.graphs.graph import Dimension, Graph
from gatewise.models.sequence import SequenceNetwork, SequenceShape
from gatewise.nn import Cell
from gatewise.training.watching import ShownProgress

__all__ = ["SequenceRegressor"]

TOKENS_OF_FEW, TOKENS_OF_MANY = 64, 1024
DROPOUT_OF_FEW = 0.1


class SequenceRegressor(SequenceNetworkMixin, Regressor):
    """Estimate one number or several for each sequence or text, or one for each step, with recurrent networks.

    Several networks are trained on squared errors of the standardised target, or targets, and their answers averaged,
    since seeds differ. Where there are few sequences, each network leaves out a part of them, and ::

        ŷ = m + s (f(x) − m),   s = ⟨f − m, y − m⟩ / ⟨f − m, f − m⟩ on what was left out, within 0 … 1,

    with ``f`` the average and ``m`` the mean of the training part: what the networks cannot show on
    sequences that they have not seen is not answered.

    Parameters
    ----------
    cell : str or Cell, default "GRU"
        "RNN", "LSTM", "GRU", another name of :mod:`gatewise.nn.cells`, or a cell of your own.
    hidden_size : int, optional
        Per direction; 64 for values, 128 for texts by default.
    bidirectional : bool, optional
        Read each sequence from both ends. ``None``: yes for one value per sequence; no for a value per step,
        so that the value at t comes from the steps up to t.
    max_seconds : float or str, optional
        End the training, annealed, within this wall-clock time: seconds, or ``"90s"``, ``"10m"``.
    random_state : int, RandomState or Generator, optional
        Seed, or a generator that gives one to each fit; the same seed, data and number of threads give the same bits.
    config : RegressorConfig, optional
    progress : bool or callable, optional
        ``True``: what was read is told, and how far the training is, in a terminal, a notebook or a log. A function is
        called with a :class:`~gatewise.training.history.Progress`. By default nothing is told, as a search or a
        pipeline fits many.
    axes : {"n t c", "n c t"}, optional
        What the axes of an array, or of each array in a list, are: sequences, time, channels by default; as sktime and
        aeon have them, sequences, channels, time.

    Attributes
    ----------
    per_step_ : bool
    n_features_in_ : int
    mean_, deviation_ : float, or array of shape (targets,)
        Of the target in the training part.
    trust_ : float, or array of shape (targets,)
        The ``s`` above; 1 where nothing was left out.
    networks_ : list of SequenceNetwork
    inputs_ : Inputs
        How sequences become batches, from the training sequences: scaling, patches and convolutions, or a vocabulary.
    histories_ : list of History
        One per network; empty after loading.

    References
    ----------
    Copas 1983, "Regression, prediction and shrinkage".

    Examples
    --------
    >>> import gatewise, numpy
    >>> random = numpy.random.default_rng(0)
    >>> X = [random.normal(size=(length, 2)) for length in range(10, 60)]
    >>> y = [values[:, 0].mean() for values in X]
    >>> gatewise.SequenceRegressor("GRU", hidden_size=8, random_state=0).fit(X, y).score(X, y) > 0.8
    True
    """

    kinds = ("values", "text")
    parts = saves(
        Networks(SequenceShape.from_json), *one_or_several("mean_", "deviation_", "trust_"), FittedInputs()
    )

    def __init__(
        self,
        cell: str | Cell = "GRU",
        *,
        hidden_size: int | None = None,
        bidirectional: bool | None = None,
        max_seconds: float | str | None = None,
        random_state: RandomState = None,
        config: RegressorConfig | None = None,
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

    def prepare(self, sequences: Sequences, targets: Targets) -> None:
        """Set everything that a network is built by, from training sequences and what is to be learned of them."""
        per_step = isinstance(targets, list)
        config = given_or_default(self.config, RegressorConfig)
        self.per_step_ = per_step
        few = len(sequences) < FEW
        # Few sequences are cut into patches as in classification, and train sooner. Where there are many, single
        # steps teach more: adding over 600 steps, MSE 1.7e-4 instead of 5.7e-3 over patches of ten.
        most_tokens = config.most_tokens or (TOKENS_OF_FEW if few else TOKENS_OF_MANY)
        pooled = config.readout == "pool" and not per_step
        self.inputs_ = fit_inputs(
            self.kind_,
            sequences,
            most_steps=most_tokens if pooled else None,
            differences=config.differences,
            convolved=convolved(config.features, pooled=pooled),
        )
        # Dropout costs precision where there is enough to learn from (7.7e-4 instead of 3.0e-4 on the same task).
        of_values = self.kind_ == "values"
        default = (DROPOUT_OF_FEW if few else 0.0) if of_values else KIND_DEFAULTS[self.kind_].dropout
        self.dropout_ = default if config.dropout is None else config.dropout
        if isinstance(targets, list):
            self.memory_ = memory_of(targets)
        else:
            last = config.readout == "last"
            self.memory_ = max(len(self.inputs_.encode(one)) for one in sequences) if last else 0

    @takes(TableOptions)
    def fit(
        self,
        X: object,
        y: object = None,
        groups: object = None,
        *,
        sample_weight: ArrayLike | None = None,
        warm_start: bool = False,
        **columns: Unpack[TableOptions],
    ) -> Self:
        """Fit on sequences and their values.

        Parameters
        ----------
        X, y, groups
            As all regressors take them: sequences, one value or several for each, or a list of arrays with one for each
            step, and whom each sequence belongs to; or ``X`` alone that brings them along.
        sample_weight : array, shape (sequences,), optional
            How much each sequence counts in training; 0 for not at all.
        warm_start : bool, default False
            Train a fitted network on, from its weights and with its scaling of sequences and values,
            on these sequences alone; a table is read with the columns that were fitted.
        **columns
            As :func:`gatewise.data.readers.read_valued` takes them.

        Returns
        -------
        self
        """
        learn = partial(self._fit, sample_weight=sample_weight)
        return self._fit_checked(X, y, groups, learn, going_on=self._go_on(warm_start), **columns)

    def partial_fit(self, X: object, y: object = None, sample_weight: ArrayLike | None = None) -> Self:
        """Train on with some more sequences, each seen once unless ``config`` says how many updates to make.

        Sequences and values are scaled by those of the first call.

        Parameters
        ----------
        X, y : as in :meth:`fit`
        sample_weight : array, shape (sequences,), optional

        Returns
        -------
        self
        """
        learn = partial(self._fit, sample_weight=sample_weight, one_pass=True)
        return self._fit_checked(X, y, None, learn, going_on=self._go_on(True))

    def _fit(
        self,
        sequences: Sequences,
        targets: Targets,
        groups: NDArray[np.generic] | None,
        *,
        sample_weight: ArrayLike | None = None,
        one_pass: bool = False,
    ) -> None:
        config = given_or_default(self.config, RegressorConfig)
        weights = as_weights(sample_weight, len(sequences))
        going_on = hasattr(self, "networks_")
        if not going_on:
            self.prepare(sequences, targets)
            self.mean_, self.deviation_ = mean_and_deviation(targets, weights)
        encoded = [self.inputs_.encode(sequence) for sequence in sequences]
        scaled = self._scaled(targets)
        members = len(self.networks_) if going_on else config.members
        held_out = learned_and_held_out(len(encoded), groups, members)
        self._train(
            encoded,
            lambda rows: padded([scaled[row] for row in rows], per_step=self.per_step_),
            squared_error,
            config,
            default_steps=self.default_steps(len(encoded)),
            learned=[learned for learned, _ in held_out],
            weights=weights,
            one_pass=one_pass,
        )
        if not going_on or len(held_out[0][1]):
            self.trust_ = trust_in(
                self.networks_, self.inputs_, sequences, scaled, held_out, weights, per_step=self.per_step_
            )

    def _scaled(self, targets: Targets) -> list[NDArray[np.float32]]:
        return [((one - self.mean_) / self.deviation_).astype(np.float32) for one in map(np.asarray, targets)]

    def default_steps(self, sequences: int) -> int:
        """Return the updates for a number of training sequences, fewer where each of them has one value only."""
        return int(np.clip(20 * np.sqrt(sequences), 400 if self.per_step_ else 200, 1500))

    def _shape(self) -> SequenceShape:
        config = given_or_default(self.config, RegressorConfig)
        both = not self.per_step_ if self.bidirectional is None else self.bidirectional
        defaults = KIND_DEFAULTS[self.kind_]
        input_dropout = 0.0 if self.kind_ == "values" else defaults.input_dropout
        return SequenceShape(
            input=self.inputs_.shape,
            outputs=len(self.target_names_) or 1,
            readout="each" if self.per_step_ else config.readout,
            cell=self.cell,
            hidden_size=defaults.hidden_size if self.hidden_size is None else self.hidden_size,
            num_layers=config.num_layers,
            bidirectional=both,
            input_dropout=input_dropout if config.input_dropout is None else config.input_dropout,
            dropout=self.dropout_,
            memory=self.memory_,
        )

    def _predict(self, sequences: Sequences) -> Targets:
        scale = self.trust_ * self.deviation_
        found = answers_of(self.networks_, self.inputs_, sequences, per_step=self.per_step_)
        answers = [self.mean_ + scale * answer for answer in found]
        return answers if self.per_step_ else np.array(answers)

    def step_graph(self) -> Graph:
        """Write down the values as far as a sequence has come, or that of each step."""
        self._check_fitted()
        return step_graph(self, partial(self._written, ("batch",)))

    def whole_graph(self) -> Graph:
        """Write down the values of whole sequences, or of each of their steps."""
        self._check_fitted()
        return whole_graph(self, partial(self._written, ("batch", "time") if self.per_step_ else ("batch",)))

    def _written(
        self, axes: tuple[Dimension, ...], builder: Builder, outputs: list[Value], _: Value | None
    ) -> None:
        scale = np.multiply(self.trust_, self.deviation_)
        values(builder, outputs, self.mean_, scale, self.target_names_ or ("value",), axes)

    def answers(self, network: SequenceNetwork, batch: SequenceBatch) -> NDArray[np.float64]:
        """Return the value of each target, or one for each step, shape (rows, targets) or (rows, steps, 1)."""
        return self.mean_ + self.trust_ * self.deviation_ * as_floats(network(batch))

    def answered(self, shown: Shown) -> Named:  # noqa: ARG002 - always the same
        """Return the names of the targets, and that they are values."""
        return self.target_names_ or ("value",), "value"

    def _card(self) -> list[str]:
        shape = self.networks_[0].shape
        return [
            f"- Answers {self._described()} in the training part.",
            f"- {len(self.networks_)} × {self.cell}, {shape.hidden_size} units"
            f"{' per direction' if shape.bidirectional else ''}.",
            *about_members(len(self.networks_), self.config_type),
        ]

    def _described(self) -> str:
        of = f"{'step' if self.per_step_ else 'sequence'} of {self.n_features_in_} channels"
        means, deviations = np.atleast_1d(self.mean_), np.atleast_1d(self.deviation_)
        found = [f"{mean:.4g} ± {spread:.4g}" for mean, spread in zip(means, deviations, strict=True)]
        named = [f"{name} {one}" for name, one in zip(self.target_names_, found, strict=False)] or found
        what = f"{len(named)} numbers" if self.target_names_ else "a number"
        return f"{what} for each {'text' if self.kind_ == 'text' else of}; {', '.join(named)}"
