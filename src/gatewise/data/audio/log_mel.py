"""Log-mel spectra: how loud each band of hearing is, a hundred times a second."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import fft, signal

from gatewise.data.arrays import Values
from gatewise.errors import ConfigurationError

__all__ = ["LEAST_POWER", "LogMel"]


# Of full scale, squared: far below the last bit of 24-bit sound, so that silence has a logarithm.
LEAST_POWER = 1e-15
# Frames that are transformed at once, so that an hour of sound needs little memory.
BLOCK = 4096
# The upper end of the bands where the rate allows it; what distinguishes words lies below.
HIGHEST_HZ = 8000.0
# Filters against aliasing leave nothing of use next to half the rate.
OF_RATE = 0.49


@dataclass(frozen=True)
class LogMel:
    """Levels in decibels of mel bands, from samples at ``rate``.

    For frames ``x_t`` of the pre-emphasised sound ``s_n − pre_emphasis s_{n−1}``, a Hann window ``w`` and
    triangular weights ``M`` that each sum to one over the frequencies of the Fourier transform ``F``::

        L_t = 10 log10(|F(w x_t)|² M)

    Parameters
    ----------
    rate : int
        Samples per second.
    window_ms, hop_ms : float, default 25 and 10
        Length of a frame, and time from one to the next.
    bands : int, default 40
        Equally wide on the mel scale, ``2595 log10(1 + f / 700 Hz)``, overlapping by half.
    lowest_hz : float, default 60
    pre_emphasis : float, default 0.97
        Share of the sample before that is taken away: speech falls off towards high frequencies.

    Attributes
    ----------
    highest_hz : float
        0.49 of the rate, at most 8 kHz.

    Notes
    -----
    Frames stand where the recording is; only a recording shorter than one frame is filled up with zeros.

    References
    ----------
    Davis & Mermelstein 1980; the scale as in HTK (Young et al. 2006).
    """

    rate: int
    window_ms: float = 25.0
    hop_ms: float = 10.0
    bands: int = 40
    lowest_hz: float = 60.0
    pre_emphasis: float = 0.97

    def __post_init__(self) -> None:
        if self.rate * OF_RATE <= 2 * self.lowest_hz:
            raise ConfigurationError(
                f"rate: expected more than {2 * self.lowest_hz / OF_RATE:.0f} samples per second for bands from "
                f"{self.lowest_hz:g} Hz, got {self.rate}"
            )

    @property
    def highest_hz(self) -> float:
        return min(OF_RATE * self.rate, HIGHEST_HZ)

    @property
    def window(self) -> int:
        """Samples of one frame."""
        return round(self.window_ms * self.rate / 1000)

    @property
    def hop(self) -> int:
        """Samples from one frame to the next."""
        return max(1, round(self.hop_ms * self.rate / 1000))

    @cached_property
    def shape(self) -> Values:
        """What the samples of a frame are multiplied by, (window,)."""
        return np.asarray(signal.get_window("hann", self.window), np.float32)

    @cached_property
    def weights(self) -> Values:
        """Of each frequency in each band, shape (frequencies, bands)."""
        size = self.points
        low, high = _mel(self.lowest_hz), _mel(self.highest_hz)
        edges = 700 * (10 ** (np.linspace(low, high, self.bands + 2) / 2595) - 1)
        # Triangles narrower than the distance of two frequencies would miss all of them.
        fine = 16
        frequencies = np.arange(fine * (size // 2 + 1)) * self.rate / size / fine
        rising = (frequencies[:, None] - edges[:-2]) / (edges[1:-1] - edges[:-2])
        falling = (edges[2:] - frequencies[:, None]) / (edges[2:] - edges[1:-1])
        triangles = np.clip(np.minimum(rising, falling), 0, None)
        # Each fine step is shared out to the two frequencies beside it.
        steps = np.arange(len(frequencies))
        left, share = steps // fine, (steps % fine / fine)[:, None]
        weights = np.zeros((size // 2 + 2, self.bands))
        np.add.at(weights, left, triangles * (1 - share))
        np.add.at(weights, left + 1, triangles * share)
        weights = weights[: size // 2 + 1]
        shares: Values = (weights / weights.sum(axis=0)).astype(np.float32)
        return shares

    @property
    def points(self) -> int:
        """Points of the Fourier transform: a power of two."""
        return 1 << (self.window - 1).bit_length()

    def __call__(self, samples: Values) -> Values:
        """Levels in decibels, shape (frames, bands), of samples of shape (time,)."""
        # The mean is that of the converter, not of the sound.
        centred = samples - samples.mean(dtype=np.float64).astype(np.float32)
        emphasis = self.pre_emphasis
        steep = np.concatenate([centred[:1] * (1 - emphasis), centred[1:] - emphasis * centred[:-1]])
        if len(steep) < self.window:
            steep = np.pad(steep, (0, self.window - len(steep)))
        frames = sliding_window_view(steep, self.window)[:: self.hop]
        levels = np.empty((len(frames), self.bands), np.float32)
        for first in range(0, len(frames), BLOCK):
            part = slice(first, first + BLOCK)
            spectrum = fft.rfft(frames[part] * self.shape, self.points)
            power = spectrum.real**2 + spectrum.imag**2
            levels[part] = 10 * np.log10(power @ self.weights + LEAST_POWER)
        return levels


def _mel(frequency: float) -> float:
    return float(2595 * np.log10(1 + frequency / 700))
