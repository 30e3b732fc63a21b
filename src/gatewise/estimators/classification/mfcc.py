"""Classification of recordings without a recurrent network: MFCC and a neighbour, or a linear model."""

from __future__ import annotations

from abc import ABC
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from gatewise.data.audio.mfcc import Mfcc
from gatewise.data.scaling import ColumnScaler
from gatewise.data.sequences import Sequences
from gatewise.estimators.classification.base import Classifier
from gatewise.estimators.classification.linear import LogisticClassifier, resample
from gatewise.estimators.classification.neighbour import NeighbourClassifier
from gatewise.estimators.saving.parts import Attribute, Record, saves

__all__ = ["SpokenLinear", "SpokenNeighbour"]

POINTS = 20
# Rows whose distances to all training recordings are held at once.
BLOCK = 256


class SpokenBaseline(Classifier, ABC):
    """Base of the two: MFCC of a recording, stretched to ``points`` frames and z-scored.

    Attributes
    ----------
    features_ : Mfcc
    scaler_ : ColumnScaler
    """

    kinds = ("audio",)
    parts = saves(
        Attribute("features_", pack_as=Mfcc.to_json, restore_as=Mfcc.from_json),
        Record("scaler_", ColumnScaler),
    )

    def __init__(self, *, points: int = POINTS) -> None:
        self.points = points

    def _fit_columns(self, sequences: Sequences) -> NDArray[np.float32]:
        """Set the features from training recordings, and return their columns."""
        self.features_ = Mfcc.of(cast(Sequence[Path], sequences))
        columns = self._raw(sequences)
        self.scaler_ = ColumnScaler.of(columns)
        return self.scaler_(columns)

    def _columns(self, sequences: Sequences) -> NDArray[np.float32]:
        return self.scaler_(self._raw(sequences))

    def _raw(self, sequences: Sequences) -> NDArray[np.float32]:
        """Return MFCC of shape (sequences, points · coefficients)."""
        paths = cast(Sequence[Path], sequences)
        rows = [resample([self.features_(path)], self.points).reshape(-1) for path in paths]
        return np.stack(rows)


class SpokenNeighbour(SpokenBaseline, NeighbourClassifier):
    """The class of the training recording whose MFCC are nearest.

    Parameters
    ----------
    points : int, default 20
        Frames after stretching.
    """

    card_line = "The nearest training recording, by MFCC."
    parts = saves(arrays=("training_",))

    def _fit(self, sequences: Sequences, codes: NDArray[np.int64]) -> None:
        self.training_ = self._fit_columns(sequences)
        self._remember(codes, self._nearest_of(self.training_, besides_itself=True))

    def _nearest(self, sequences: Sequences) -> NDArray[np.int64]:
        return self._nearest_of(self._columns(sequences), besides_itself=False)

    def _nearest_of(self, columns: NDArray[np.float32], *, besides_itself: bool) -> NDArray[np.int64]:
        nearest = np.empty(len(columns), np.int64)
        for first in range(0, len(columns), BLOCK):
            distances = cdist(columns[first : first + BLOCK], self.training_, "sqeuclidean")
            if besides_itself:
                rows = np.arange(len(distances))
                distances[rows, first + rows] = np.inf
            nearest[first : first + BLOCK] = distances.argmin(axis=1)
        return nearest


class SpokenLinear(SpokenBaseline, LogisticClassifier):
    """Logistic regression (scikit-learn) on MFCC.

    Parameters
    ----------
    points : int, default 20
        Frames after stretching.
    strength : float, default 0.01
        Inverse of the L2 penalty; there are often more columns than recordings.
    """

    card_line = "Logistic regression on MFCC."

    def __init__(self, *, points: int = POINTS, strength: float = 0.01) -> None:
        super().__init__(points=points)
        self.strength = strength
