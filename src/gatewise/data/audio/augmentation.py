"""Log-mel spectra changed as another microphone, room or voice would have changed the recording."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gatewise.data.arrays import Integers, Values

__all__ = ["Augmentation"]


DB = np.float32(np.log(10) / 10)


@dataclass(frozen=True)
class Augmentation:
    """Random changes that leave the word as it is, drawn anew for each recording and update.

    Attributes
    ----------
    tilt_db : float
        Deviation of a step of the random walk over ``knots`` frequencies that is added to all frames, as by
        another microphone or room.
    knots : int
    noise_share : float
        Probability of noise, whose own spectrum is such a walk.
    noise_db : (float, float)
        Levels of the sound above the noise, drawn evenly.
    warp : float
        Largest share by which frequencies in the middle are moved up or down, as by a longer or shorter vocal
        tract.
    """

    tilt_db: float = 2.2
    knots: int = 6
    noise_share: float = 0.5
    noise_db: tuple[float, float] = (5.0, 30.0)
    warp: float = 0.0

    def __call__(self, levels: Values, lengths: Integers, random: np.random.Generator) -> Values:
        """Changed levels in decibels, shape (batch, time, bands); rows are real up to their lengths."""
        if self.warp:
            levels = self._warped(levels, random)
        levels = levels + self._walk(levels, random)
        noisy = np.flatnonzero(random.random(len(levels)) < self.noise_share)
        if len(noisy):
            levels[noisy] = self._with_noise(levels[noisy], lengths[noisy], random)
        return levels

    def _walk(self, levels: Values, random: np.random.Generator) -> Values:
        """A random smooth curve over the bands for each row, shape (batch, 1, bands)."""
        rows, _, bands = levels.shape
        steps = random.normal(0, self.tilt_db, (rows, self.knots))
        walk = steps.cumsum(axis=1).astype(np.float32)
        curve: Values = (walk @ _between(self.knots, bands))[:, None]
        return curve

    def _with_noise(self, levels: Values, lengths: Integers, random: np.random.Generator) -> Values:
        power = np.exp(levels * DB)
        real = np.arange(levels.shape[1]) < lengths[:, None]
        mean = np.einsum("ntb,nt->n", power, real.astype(np.float32)) / (lengths * levels.shape[2])
        below = random.uniform(*self.noise_db, len(levels))
        colour = self._walk(levels, random)
        loudness = 10 * np.log10(mean + 1e-30) - below
        colour += (loudness[:, None, None] - colour.mean(axis=2, keepdims=True)).astype(np.float32)
        # The mean of two squared amplitudes: what is left of the chance of noise in a band of several lines.
        chance = random.standard_gamma(2, levels.shape, dtype=np.float32) / 2
        return np.asarray(np.log(power + np.exp(colour * DB) * chance + 1e-30) / DB, np.float32)

    def _warped(self, levels: Values, random: np.random.Generator) -> Values:
        bands = levels.shape[2]
        place = np.arange(bands)
        shift = random.uniform(-self.warp, self.warp, (len(levels), 1)) * (1 - place / bands)
        at = np.clip(place * (1 + shift), 0, bands - 1)
        left = at.astype(np.int64)
        share = (at - left).astype(np.float32)[:, None]
        right = np.minimum(left + 1, bands - 1)
        low, high = (np.take_along_axis(levels, index[:, None], axis=2) for index in (left, right))
        warped: Values = low * (1 - share) + high * share
        return warped


def _between(knots: int, bands: int) -> Values:
    """Weights of linear interpolation, shape (knots, bands)."""
    at = np.linspace(0, knots - 1, bands)
    weights: Values = np.clip(1 - np.abs(at - np.arange(knots)[:, None]), 0, None).astype(np.float32)
    return weights
