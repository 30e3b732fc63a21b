"""MiniRocket: ten thousand small convolutions of a sequence, and how much of each lies above a threshold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from gatewise.data.arrays import Floats, Integers, Values
from gatewise.data.scaling import ColumnScaler

__all__ = ["FEATURES", "TAPS", "MiniRocket", "weights_of"]

TAPS = 9
# Each kernel is −1 at nine places, and 2 at three of them instead: all 84 ways to choose the three.
CHOICES = np.array(list(combinations(range(TAPS), 3)))
FEATURES = 9996
FEWEST = 10 * len(CHOICES)
MOST_DILATIONS = 32
# Bounds of what is held (features of all sequences) and of what is compared (features of all their steps).
MOST_VALUES, MOST_COMPARED = 2e7, 2e10
# Steps of a batch, padding included, that are convolved at once.
BATCH_STEPS = 1 << 14
# Thresholds are outputs of training sequences. So far above one, a step that equals it counts as not above whatever
# the rounding, which depends on what else is in a batch.
ABOVE = 1e-5


@dataclass(frozen=True)
class MiniRocket:
    """The share of steps at which each dilated convolution of a sequence exceeds each of its thresholds.

    Equations, for z-scored channels ``x_c``, zero before and after the sequence of ``n`` steps, kernels
    ``w_k ∈ {−1, 2}⁹``, dilations ``d`` and a random set of channels ``S_kd``::

        C_kd[t] = Σ_{c ∈ S_kd} Σ_j w_k[j] x_c[t + (j − 4) d]
        feature = |{t: C_kd[t] > b}| / n

    Thresholds ``b`` are quantiles of ``C_kd`` of training sequences drawn at random. Sequences may differ in length and
    may have any number of channels.

    Attributes
    ----------
    mean, deviation : float64 arrays, shape (channels,)
        Of all training steps.
    dilations, counts : int64 arrays, shape (dilations,)
        Dilations, and thresholds of each kernel there.
    channels : bool array, shape (dilations, 84, channels)
        Which of them a kernel sees.
    thresholds : float32 array, shape (features,)
        By dilation, then by kernel.

    References
    ----------
    Dempster, Schmidt & Webb 2021, "MiniRocket"; several channels and lengths as in the authors' extension of it, where
    every convolution is padded.
    """

    mean: Floats
    deviation: Floats
    dilations: Integers
    counts: Integers
    channels: NDArray[np.bool_]
    thresholds: Values

    @classmethod
    def of(cls, sequences: list[Values], features: int = FEATURES, random_state: int = 0) -> Self:
        """Draw channels and thresholds from training sequences, shape (steps, channels) each.

        ``features`` are rounded down to a multiple of 84, and lowered, to 840 at the least, where very many or very
        long sequences would take gigabytes or minutes: more than 2,000 sequences, or two million steps in all.
        """
        random = np.random.default_rng(random_state)
        scaler = ColumnScaler.of(np.concatenate(sequences))
        lengths = [len(sequence) for sequence in sequences]
        affordable = int(min(MOST_VALUES / len(sequences), MOST_COMPARED / sum(lengths)))
        per_kernel = max(1, min(features, max(affordable, FEWEST)) // len(CHOICES))
        dilations, counts = _dilations(max(lengths), per_kernel)
        width = sequences[0].shape[1]
        channels = np.zeros((len(dilations), len(CHOICES), width), bool)
        seen = 2 ** random.uniform(0, np.log2(min(width, TAPS) + 1), channels.shape[:2])
        for place in np.ndindex(*channels.shape[:2]):
            channels[place][random.choice(width, int(seen[place]), replace=False)] = True
        quantiles = iter(_low_discrepancy(int(counts.sum()) * len(CHOICES)))
        thresholds: list[Floats] = []
        for dilation, count, chosen in zip(dilations, counts, channels, strict=True):
            for kernel, example in enumerate(random.integers(len(sequences), size=len(CHOICES))):
                values = torch.from_numpy(scaler(sequences[example]).T[None])
                weights = weights_of(chosen)[kernel : kernel + 1]
                output = _convolved(values, weights, int(dilation)).numpy().reshape(-1)
                thresholds.append(np.quantile(output, [next(quantiles) for _ in range(count)]) + ABOVE)
        return cls(
            scaler.mean,
            scaler.deviation,
            dilations,
            counts,
            channels,
            np.concatenate(thresholds).astype(np.float32),
        )

    def __call__(self, sequences: list[Values]) -> Values:
        """Return the features, shape (sequences, features)."""
        scaler = ColumnScaler(self.mean, self.deviation)
        features = np.empty((len(sequences), len(self.thresholds)), np.float32)
        with torch.inference_mode():
            for rows in _batches([len(sequence) for sequence in sequences]):
                features[rows] = self._of_batch([scaler(sequences[row]) for row in rows]).numpy()
        return features

    def _of_batch(self, sequences: list[Values]) -> Tensor:
        lengths = torch.tensor([len(sequence) for sequence in sequences], device="cpu")
        values = torch.zeros(len(sequences), sequences[0].shape[1], int(lengths.max()), device="cpu")
        for row, sequence in enumerate(sequences):
            values[row, :, : len(sequence)] = torch.from_numpy(sequence.T)
        beyond = (torch.arange(values.shape[2], device="cpu") >= lengths[:, None])[
            :, None
        ]  # (batch, 1, time)
        columns = []
        for above in self._above(values, beyond if bool(beyond.any()) else None):
            columns.append(torch.stack([one.sum(2) for one in above], 2).flatten(1))
        return torch.cat(columns, 1) / lengths[:, None]

    def in_patches(self, sequence: Values, patch: int) -> Values:
        """Return the features of each ``patch`` steps of one sequence, shape (patches, features).

        Convolutions see beyond a patch; steps that are missing in the last one count as not above.
        """
        count = -(-len(sequence) // patch)
        missing = count * patch - len(sequence)
        columns = []
        with torch.inference_mode():
            values = torch.from_numpy(ColumnScaler(self.mean, self.deviation)(sequence).T[None])
            for above in self._above(values, None):
                padded = (nn.functional.pad(one[0], (0, missing)) for one in above)
                shares = torch.stack([one.reshape(len(CHOICES), count, patch).mean(2) for one in padded], 1)
                columns.append(shares.flatten(0, 1).T)
            found: Values = torch.cat(columns, 1).numpy()
        return found

    def _above(self, values: Tensor, beyond: Tensor | None) -> Iterator[Iterator[Tensor]]:
        """Yield for each dilation, for each threshold of a kernel, where outputs lie above: 0 or 1.

        The shape is (batch, kernels, time). ``beyond`` marks steps that are none.
        """
        first = 0
        for dilation, count, chosen in zip(self.dilations, self.counts, self.channels, strict=True):
            output = _convolved(values, weights_of(chosen), int(dilation))
            if beyond is not None:
                output.masked_fill_(beyond, -torch.inf)
            last = first + count * len(CHOICES)
            thresholds = torch.from_numpy(self.thresholds[first:last].reshape(len(CHOICES), count))
            # Written as 0 and 1 into numbers that are there already: twice as fast as counting truth values.
            room = torch.empty_like(output)
            yield (torch.gt(output, one[:, None], out=room) for one in thresholds.unbind(1))
            first = last


def _dilations(longest: int, per_kernel: int) -> tuple[Integers, Integers]:
    """Return dilations up to the length of a sequence, evenly on a logarithmic scale, and thresholds at each."""
    most = min(per_kernel, MOST_DILATIONS)
    furthest = np.log2((max(longest, TAPS) - 1) / (TAPS - 1))
    dilations, found = np.unique(np.logspace(0, furthest, most, base=2).astype(np.int64), return_counts=True)
    counts = (found * (per_kernel / most)).astype(np.int64)
    counts[: per_kernel - counts.sum()] += 1
    return dilations, counts


def _low_discrepancy(count: int) -> Floats:
    """Return multiples of the golden ratio, modulo one: any run of them is spread evenly over 0 … 1."""
    multiples: Floats = (np.arange(1, count + 1) * ((np.sqrt(5) + 1) / 2)) % 1
    return multiples


def weights_of(channels: NDArray[np.bool_]) -> Tensor:
    """Return the kernels over the channels that each sees, shape (kernels, channels, taps)."""
    weights = np.full((len(CHOICES), TAPS), -1.0, np.float32)
    np.put_along_axis(weights, CHOICES, 2.0, axis=1)
    return torch.from_numpy(weights[:, None] * channels[:, :, None])


def _convolved(values: Tensor, weights: Tensor, dilation: int) -> Tensor:
    return nn.functional.conv1d(values, weights, padding=TAPS // 2 * dilation, dilation=dilation)


def _batches(lengths: list[int]) -> Iterator[Integers]:
    """Yield the numbers of sequences of like length."""
    order = np.argsort(lengths, kind="stable")
    first = 0
    while first < len(order):
        last = first + 1
        while last < len(order) and (last + 1 - first) * lengths[order[last]] <= BATCH_STEPS:
            last += 1
        yield order[first:last]
        first = last
