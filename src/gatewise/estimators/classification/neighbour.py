"""Classification by the nearest training sequence: how far it is trusted, and dynamic time warping as the distance."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Floats, Integers, Values
from gatewise.data.scaling import ColumnScaler
from gatewise.estimators.classification.base import Classifier
from gatewise.estimators.classification.linear import resample
from gatewise.estimators.extra import Extra
from gatewise.estimators.saving.parts import Record, saves
from gatewise.estimators.sequence_arguments import Sequences

__all__ = ["DTW", "NeighbourClassifier", "WarpingNeighbour"]

DTW = Extra("dtw", "dtaidistance")
# So many steps of the longest training sequence are compared, the others in proportion, and so many sequences are kept.
STEPS, MOST = 200, 2000
# Share of the longest that two steps may lie apart.
WINDOW = 0.1
# Sequences whose distances to all training sequences are held at once.
BLOCK = 256


class NeighbourClassifier(Classifier):
    """Base of those that answer the class of the nearest training sequence.

    Attributes
    ----------
    codes_ : int64 array
        Class numbers of what can be the nearest.
    trust_ : float
        Probability given to its class: how often it was right among the training sequences, each without itself. The
        other classes share the rest.
    """

    parts = saves("trust_", arrays=("codes_",))

    @abstractmethod
    def _nearest(self, sequences: Sequences) -> Integers:
        """Return the number of the nearest training sequence of each."""

    def _remember(self, codes: NDArray[np.int64], nearest: Integers) -> None:
        """Set what is answered, from classes and the nearest other one of each training sequence."""
        self.codes_ = codes
        right = int((codes[nearest] == codes).sum()) if len(codes) > 1 else 0
        self.trust_ = (right + 1) / (len(codes) + len(self.classes_))

    def _probabilities(self, sequences: Sequences) -> Floats:
        nearest = self._nearest(sequences)
        classes = len(self.classes_)
        probabilities = np.full((len(nearest), classes), (1 - self.trust_) / (classes - 1))
        probabilities[np.arange(len(nearest)), self.codes_[nearest]] = self.trust_
        return probabilities


class WarpingNeighbour(NeighbourClassifier):
    """The class of the training sequence that is nearest by dynamic time warping (``dtaidistance``).

    Channels are z-scored and warped together; steps lie apart by a tenth of the longest sequence at the most. So that
    time stays bounded, sequences are shortened in proportion where the longest has more than 200 steps, and 2,000
    training sequences, drawn at random, are kept.

    Attributes
    ----------
    scaler_ : ColumnScaler
    training_ : float64 array, shape (steps of all kept sequences, channels)
    lengths_ : int64 array

    References
    ----------
    Sakoe & Chiba 1978.
    """

    card_line = "The nearest training sequence, by dynamic time warping."
    parts = saves("longest_", Record("scaler_", ColumnScaler), arrays=("training_", "lengths_"))

    def _fit(self, sequences: Sequences, codes: NDArray[np.int64]) -> None:
        self.longest_ = max(len(sequence) for sequence in sequences)
        self.scaler_ = ColumnScaler.of(np.concatenate(sequences))
        if len(sequences) > MOST:
            rows = np.sort(np.random.default_rng(0).choice(len(sequences), MOST, replace=False))
            sequences, codes = [sequences[row] for row in rows], codes[rows]
        kept = [self._shortened(sequence) for sequence in sequences]
        self.training_ = np.concatenate(kept)
        self.lengths_ = np.array([len(one) for one in kept], np.int64)
        distances = self._distances(kept)
        np.fill_diagonal(distances, np.inf)
        self._remember(codes, distances.argmin(axis=1))

    def _shortened(self, sequence: Values) -> Floats:
        scaled = self.scaler_(sequence)
        if self.longest_ > STEPS:
            scaled = resample([scaled], max(1, round(len(scaled) * STEPS / self.longest_)))[0]
        return np.ascontiguousarray(scaled, np.float64)

    def _nearest(self, sequences: Sequences) -> Integers:
        nearest = np.empty(len(sequences), np.int64)
        for first in range(0, len(sequences), BLOCK):
            block = [self._shortened(sequence) for sequence in sequences[first : first + BLOCK]]
            nearest[first : first + BLOCK] = self._distances(block).argmin(axis=1)
        return nearest

    def _distances(self, sequences: list[Floats]) -> Floats:
        """Return the distance of each sequence to each that is kept."""
        DTW.load()
        from dtaidistance import dtw_ndim

        kept = np.split(self.training_, np.cumsum(self.lengths_)[:-1])
        count, total = len(sequences), len(sequences) + len(kept)
        found = dtw_ndim.distance_matrix_fast(
            [*sequences, *kept],
            block=((0, count), (count, total)),
            window=max(1, round(WINDOW * min(self.longest_, STEPS))),
            compact=True,
            parallel=False,
        )
        return np.reshape(found, (count, len(kept)))
