"""Classification of recordings by ridge regression: MiniRocket of log-mel frames, and statistics of MFCC."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Values
from gatewise.data.audio.mfcc import Mfcc
from gatewise.data.features.rocket import FEATURES, MiniRocket
from gatewise.data.features.statistics import statistics
from gatewise.estimators.classification.ridge import RidgeClassifier
from gatewise.estimators.saving.parts import Attribute, Record, saves
from gatewise.estimators.sequence_arguments import Sequences

__all__ = ["SpokenRocket", "SpokenStatistics"]


class SpokenRidge(RidgeClassifier):
    """Base of the two: a recording is read once, as frames.

    Attributes
    ----------
    features_ : Mfcc
    """

    kinds = ("audio",)
    parts = saves(Attribute("features_", pack_as=Mfcc.to_json, restore_as=Mfcc.from_json))

    def _fit_columns(self, sequences: Sequences) -> NDArray[np.floating]:
        recordings = cast(Sequence[Path], sequences)
        self.features_ = Mfcc.of(recordings)
        return self._fit_frames([self._frames(path) for path in recordings])

    def _columns(self, sequences: Sequences) -> NDArray[np.floating]:
        return self._of_frames([self._frames(path) for path in cast(Sequence[Path], sequences)])

    def _frames(self, path: Path) -> Values:
        """Return what is read of a recording, shape (frames, columns)."""
        raise NotImplementedError

    def _fit_frames(self, frames: list[Values]) -> NDArray[np.floating]:
        """Learn how columns are made from frames of training recordings, and return theirs."""
        return self._of_frames(frames)

    def _of_frames(self, frames: list[Values]) -> NDArray[np.floating]:
        """Return one row of columns for the frames of each recording."""
        raise NotImplementedError


class SpokenRocket(SpokenRidge):
    """Ridge regression on MiniRocket features of log-mel levels, less their mean over the recording.

    Parameters
    ----------
    features : int, default 9996
        Fewer of very many or very long sequences; see :class:`~gatewise.data.features.rocket.MiniRocket`.

    Attributes
    ----------
    rocket_ : MiniRocket
    """

    card_line = "Ridge regression on MiniRocket features of log-mel levels."
    parts = saves(Record("rocket_", MiniRocket, prefix="rocket."))

    def __init__(self, *, features: int = FEATURES) -> None:
        self.features = features

    def _frames(self, path: Path) -> Values:
        return self.features_.levels(path)

    def _fit_frames(self, frames: list[Values]) -> NDArray[np.floating]:
        self.rocket_ = MiniRocket.of(frames, self.features)
        return self._of_frames(frames)

    def _of_frames(self, frames: list[Values]) -> NDArray[np.floating]:
        return self.rocket_(frames)


class SpokenStatistics(SpokenRidge):
    """Ridge regression on statistics of MFCC and of their differences over two frames each way."""

    card_line = "Ridge regression on statistics of MFCC."

    def _frames(self, path: Path) -> Values:
        coefficients = self.features_(path)
        padded = np.pad(coefficients, ((2, 2), (0, 0)), mode="edge")
        return np.concatenate([coefficients, padded[4:] - padded[:-4]], axis=1)

    def _of_frames(self, frames: list[Values]) -> NDArray[np.floating]:
        return statistics(frames)
