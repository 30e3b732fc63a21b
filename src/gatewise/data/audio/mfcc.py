"""Mel-frequency cepstral coefficients: the shape of a spectrum in a few numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
from scipy import fft

from gatewise.data.arrays import Values
from gatewise.data.audio.log_mel import LogMel
from gatewise.data.audio.recording import Recording, survey, waveform_of
from gatewise.data.audio.waveform import resampled

__all__ = ["Mfcc"]


@dataclass(frozen=True)
class Mfcc:
    """The first cosines of log-mel levels over the bands, less their mean over the recording.

    Coefficient 0 is the level; the mean is what the microphone adds (cepstral mean normalisation).

    References
    ----------
    Davis & Mermelstein 1980.
    """

    log_mel: LogMel
    coefficients: int = 13

    @classmethod
    def of(cls, recordings: Iterable[Recording]) -> Self:
        """For recordings such as these; see :func:`~gatewise.data.audio.recording.survey`."""
        return cls(LogMel(survey(recordings).rate, bands=26))

    def __call__(self, recording: Recording) -> Values:
        """Shape (frames, coefficients)."""
        return np.asarray(fft.dct(self.levels(recording), norm="ortho", axis=1)[:, : self.coefficients])

    def levels(self, recording: Recording) -> Values:
        """Return the log-mel levels that the cosines are taken of, less their mean, shape (frames, bands)."""
        levels = self.log_mel(resampled(waveform_of(recording), self.log_mel.rate).samples)
        # Digital silence between sounds would outweigh all there is to hear.
        audible = np.maximum(levels, levels.max() - 60)
        return np.asarray(audible - audible.mean(axis=0), np.float32)

    def to_json(self) -> dict[str, Any]:
        """Plain values, for saving."""
        return asdict(self)

    @classmethod
    def from_json(cls, saved: dict[str, Any]) -> Self:
        """Return the features that :meth:`to_json` described."""
        return cls(LogMel(**saved["log_mel"]), saved["coefficients"])
