"""Sizes and schedule of a language model, from the amount of text and of time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from gatewise.data.streams import default_rows
from gatewise.data.vocabulary import Alphabet
from gatewise.errors import ConfigurationError
from gatewise.estimators.config import LanguageModelConfig
from gatewise.nn import Cell, cell_named
from gatewise.training.config import TrainingConfig

__all__ = ["LanguagePlan"]

MANY_SYMBOLS = 1000
MUCH_TEXT, MUCH_TIME = 500_000, 900.0  # symbols and seconds that pay for a larger network


@dataclass(frozen=True)
class NetworkSize:
    """The size of a network, and the dropout that suits it."""

    hidden_size: int
    num_layers: int
    dropout: float


@dataclass(frozen=True)
class LanguageDefaults:
    """Defaults of a language model of one kind of items.

    Attributes
    ----------
    window : int
    weight_noise : float
    ungated_from : int or None
        Units beyond which rate and weight noise of a cell without gates fall in proportion: nothing holds back
        what returns to it, and it grows with the units.
    peak_rate : float
        Up to 256 units; beyond, it falls with the root of the size.
    one_state : float
        Share of it for cells whose only state is also what they put out, such as the GRU: nothing stands between what
        they remember and what returns to them. With more layers it falls with the root of their number.
    small, large : NetworkSize
        The default, and that for much text and much time.
    most_epochs : int
        Passes after which more time would be lost to over-fitting.
    epochs_fall_from : int or None
        Units beyond which passes get fewer, with the root of the size: large networks over-fit sooner.
    fewest_steps : int
    steps_per_million : int or None
        Updates for a million items without a time limit, growing with the root of their number; ``None``:
        ``most_epochs``, whatever the time.
    """

    window: int
    weight_noise: float
    ungated_from: int | None
    peak_rate: float
    one_state: float
    small: NetworkSize
    large: NetworkSize
    most_epochs: int
    epochs_fall_from: int | None
    fewest_steps: int
    steps_per_million: int | None

    def rate(self, cell: str | Cell, hidden_size: int, num_layers: int) -> float:
        """Return the peak rate of a cell of this size."""
        rate = self.peak_rate * min(self._ungated(cell, hidden_size), math.sqrt(256 / hidden_size))
        one_state = len(cell_named(cell).states) == 1
        return rate * self.one_state / math.sqrt(num_layers) if one_state else rate

    def noise(self, cell: str | Cell, hidden_size: int) -> float:
        """Return the weight noise for a cell of this size."""
        return self.weight_noise * self._ungated(cell, hidden_size)

    def _ungated(self, cell: str | Cell, hidden_size: int) -> float:
        if self.ungated_from is None or cell_named(cell).gates:
            return 1.0
        return min(1.0, self.ungated_from / hidden_size)

    def size(self, items: int, seconds: float | None) -> NetworkSize:
        """Return the network for this much text and time."""
        much = items >= MUCH_TEXT and seconds is not None and seconds >= MUCH_TIME
        return self.large if much else self.small

    def steps(self, items: int, updates: float, hidden_size: int, seconds: float | None) -> int:
        """Return the updates to plan for, where one pass takes ``updates``; a time limit may end the run before."""
        fewer = (
            1.0 if self.epochs_fall_from is None else min(1.0, math.sqrt(self.epochs_fall_from / hidden_size))
        )
        passes = max(self.fewest_steps, round(fewer * self.most_epochs * updates))
        if seconds is not None or self.steps_per_million is None:
            return passes
        return min(passes, max(self.fewest_steps, round(self.steps_per_million * math.sqrt(items / 1e6))))


DEFAULTS = {
    "symbols": LanguageDefaults(
        window=100,
        weight_noise=0.0,
        ungated_from=None,
        peak_rate=8e-3,
        one_state=0.7,
        small=NetworkSize(256, 1, 0.2),
        large=NetworkSize(512, 2, 0.4),
        most_epochs=40,
        epochs_fall_from=None,
        fewest_steps=300,
        steps_per_million=3000,
    ),
    "frames": LanguageDefaults(
        window=200,
        weight_noise=0.1,
        ungated_from=75,
        peak_rate=1e-2,
        one_state=1.0,
        small=NetworkSize(200, 1, 0.0),
        large=NetworkSize(200, 1, 0.0),
        most_epochs=60,
        epochs_fall_from=96,
        fewest_steps=300,
        steps_per_million=None,
    ),
}


@dataclass(frozen=True)
class LanguagePlan:
    """Defaults of :class:`~gatewise.LanguageModel`.

    Text. One layer of 256 units reads embeddings of 64 numbers (192 where there are more than a thousand
    symbols), over windows of 100; the number of updates decides, so streams are few (16) and the rate is high: 8e-3
    for up to 256 units, less beyond, and for cells of one state 0.7 of it, divided by the root of the layers.
    Without a time limit there are ``3000 · √(symbols / 10⁶)`` updates, 300 at least: a minute or two for a
    million characters. With one there are as many as time allows, up to 40 passes over the text; 15 minutes or
    more for at least half a million symbols pay for a larger network.

    Frames. One layer of 200 units, windows of 200 steps, weight noise of 0.1 (0.075 without gates) instead of
    dropout, 60 passes with up to 96 units and fewer with more.

    Attributes
    ----------
    hidden_size, num_layers, embedding_size, dropout, weight_noise
        Of the network; see :class:`~gatewise.estimators.config.LanguageModelConfig`.
    window, rows : int
        Items per stream and streams per update.
    steps : int
        Updates.
    training : TrainingConfig
    """

    hidden_size: int
    num_layers: int
    embedding_size: int
    dropout: float
    weight_noise: float
    window: int
    rows: int
    steps: int
    training: TrainingConfig

    @classmethod
    def of(
        cls,
        alphabet: Alphabet,
        documents: Sequence[NDArray[Any]],
        *,
        cell: str | Cell,
        hidden_size: int | None,
        max_seconds: float | str | None,
        config: LanguageModelConfig,
    ) -> Self:
        """Plan for training documents; what is chosen in ``config`` stays."""
        defaults = DEFAULTS[alphabet.kind]
        items = sum(map(len, documents))
        seconds = config.training.within(max_seconds).max_seconds
        size = defaults.size(items, seconds)
        window = config.window or defaults.window
        rows = config.training.batch_size or default_rows(documents, window)
        hidden = size.hidden_size if hidden_size is None else hidden_size
        if isinstance(hidden, bool) or not isinstance(hidden, int | np.integer) or hidden < 1:
            raise ConfigurationError(
                f"expected a whole number from 1 or None, got {hidden_size!r}", option="hidden_size"
            )
        num_layers = config.num_layers or size.num_layers
        rate = config.training.learning_rate or defaults.rate(cell, hidden, num_layers)
        # A window may be cut short by the end of its document.
        updates = sum(max(1, round(len(document) / window)) for document in documents) / rows
        return cls(
            hidden_size=int(hidden),
            num_layers=num_layers,
            embedding_size=config.embedding_size or (64 if alphabet.size <= MANY_SYMBOLS else 192),
            dropout=size.dropout if config.dropout is None else config.dropout,
            weight_noise=defaults.noise(cell, hidden) if config.weight_noise is None else config.weight_noise,
            window=window,
            rows=rows,
            steps=config.training.steps or defaults.steps(items, updates, hidden, seconds),
            training=config.training.within(max_seconds).model_copy(update={"learning_rate": rate}),
        )
