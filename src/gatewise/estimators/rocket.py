"""MiniRocket features as the columns of an estimator."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Values
from gatewise.data.features.rocket import FEATURES, MiniRocket
from gatewise.estimators.saving.parts import Record, saves
from gatewise.estimators.sequence_arguments import Sequences

__all__ = ["RocketColumns"]


class RocketColumns:
    """Gives an estimator that learns from columns those of MiniRocket; stands before it among the bases.

    Parameters
    ----------
    features : int, default 9996
        Fewer of very many or very long sequences; see :class:`~gatewise.data.features.rocket.MiniRocket`.

    Attributes
    ----------
    rocket_ : MiniRocket
    """

    parts = saves(Record("rocket_", MiniRocket, prefix="rocket."))

    def __init__(self, *, features: int = FEATURES) -> None:
        self.features = features

    def _fit_columns(self, sequences: Sequences) -> NDArray[np.floating]:
        self.rocket_ = MiniRocket.of(cast(list[Values], sequences), self.features)
        return self._columns(sequences)

    def _columns(self, sequences: Sequences) -> NDArray[np.floating]:
        return self.rocket_(cast(list[Values], sequences))
