"""Classification of recordings by ridge regression: MiniRocket of log-mel frames, and statistics of MFCC."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Floats, Values
from gatewise.data.audio.mfcc import Mfcc
from gatewise.estimators.classification.ridge import RidgeClassifier, RocketClassifier, StatisticsClassifier
from gatewise.estimators.saving.parts import Attribute, saves
from gatewise.estimators.sequence_arguments import Sequences

__all__ = ["SpokenRocket", "SpokenStatistics"]


class SpokenFrames(RidgeClassifier):
    """Reads recordings once, as frames, for the next of the bases to learn from.

    Attributes
    ----------
    features_ : Mfcc
    """

    kinds = ("audio",)
    parts = saves(Attribute("features_", pack_as=Mfcc.to_json, restore_as=Mfcc.from_json))

    @abstractmethod
    def _frames(self, path: Path) -> Values:
        """Return what is read of a recording, shape (frames, columns)."""

    def _fit(self, sequences: Sequences, codes: NDArray[np.int64]) -> None:
        recordings = cast(Sequence[Path], sequences)
        self.features_ = Mfcc.of(recordings)
        super()._fit([self._frames(path) for path in recordings], codes)

    def _probabilities(self, sequences: Sequences) -> Floats:
        return super()._probabilities([self._frames(path) for path in cast(Sequence[Path], sequences)])


class SpokenRocket(SpokenFrames, RocketClassifier):
    """Ridge regression on MiniRocket features of log-mel levels, less their mean over the recording."""

    card_line = "Ridge regression on MiniRocket features of log-mel levels."

    def _frames(self, path: Path) -> Values:
        return self.features_.levels(path)


class SpokenStatistics(SpokenFrames, StatisticsClassifier):
    """Ridge regression on statistics of MFCC and of their differences over two frames each way."""

    card_line = "Ridge regression on statistics of MFCC."

    def _frames(self, path: Path) -> Values:
        coefficients = self.features_(path)
        padded = np.pad(coefficients, ((2, 2), (0, 0)), mode="edge")
        return np.concatenate([coefficients, padded[4:] - padded[:-4]], axis=1)
