"""From a recording to what a network reads: log-mel levels, varied in training, normalised each for itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Self

import numpy as np

from gatewise.data.arrays import Integers, Values
from gatewise.data.audio.augmentation import Augmentation
from gatewise.data.audio.log_mel import LogMel
from gatewise.data.audio.recording import Recording, survey, waveform_of
from gatewise.data.audio.waveform import resampled

__all__ = ["DB", "SpeechFeatures"]

# Frames per step of the cell: so many that a usual recording makes at most this many steps, within limits.
USUAL_STEPS = 128
FEWEST_FRAMES, MOST_FRAMES = 2, 8
DB = np.float32(np.log(10) / 10)


@dataclass(frozen=True)
class SpeechFeatures:
    """Log-mel features that do not depend on the channel: microphone, gain and, mostly, the voice.

    With levels ``L`` in decibels, shape (time, bands), and ``P = 10^(L/10)``::

        F = 10 log10(P + max_b mean_t P_tb · 10^(−floor_db/10))
        features = [(F − mean) / deviation,  (F − mean_t) / deviation_t]

    The first half keeps how the bands compare to each other, the second does not know the microphone. Every
    number in them comes from the recording itself. ``patch`` neighbouring frames make one step of the cell.

    Attributes
    ----------
    log_mel : LogMel
        At the rate to which every recording is brought.
    floor_db : float
        Distance of the floor from the loudest band of the recording; noise between words lies below the floor.
    patch : int
        Frames per step of the cell.
    augmentation : Augmentation
        Applied to levels, before they are normalised, and only where random numbers are given.

    Notes
    -----
    Silence, however long, gives zeros.
    """

    log_mel: LogMel
    floor_db: float = 30.0
    patch: int = 2
    augmentation: Augmentation = field(default_factory=Augmentation)

    @classmethod
    def of(cls, recordings: Iterable[Recording]) -> Self:
        """For recordings such as these training ones; see :func:`~gatewise.data.audio.recording.survey`."""
        found = survey(recordings)
        log_mel = LogMel(found.rate)
        frames = 1000 * found.seconds / log_mel.hop_ms
        return cls(log_mel, patch=int(np.clip(np.ceil(frames / USUAL_STEPS), FEWEST_FRAMES, MOST_FRAMES)))

    @property
    def width(self) -> int:
        """Numbers per step of the cell."""
        return 2 * self.patch * self.log_mel.bands

    def encode(self, recording: Recording) -> Values:
        """Levels in decibels of one recording, shape (frames, bands), neither varied nor normalised.

        Raises
        ------
        ReadError
            The recording cannot be read; see :func:`~gatewise.data.audio.waveform.read_waveform`.
        """
        return self.log_mel(resampled(waveform_of(recording), self.log_mel.rate).samples)

    def __call__(self, recording: Recording) -> Values:
        """Features of one recording, shape (steps, width)."""
        values, lengths = self.batch([self.encode(recording)])
        return values[0, : lengths[0]]

    def batch(
        self, encoded: list[Values], random: np.random.Generator | None = None
    ) -> tuple[Values, Integers]:
        """Features of encoded recordings, padded with zeros, and the steps of each that are real.

        Parameters
        ----------
        encoded : list of arrays, shape (frames, bands)
        random : Generator, optional
            Varies the recordings, as in training.

        Returns
        -------
        values : float32 array, shape (recordings, steps, width)
        lengths : int64 array, shape (recordings,)
        """
        lengths = np.array([len(one) for one in encoded], np.int64)
        frames = -(-int(lengths.max()) // self.patch) * self.patch
        levels = np.zeros((len(encoded), frames, self.log_mel.bands), np.float32)
        for row, one in enumerate(encoded):
            levels[row, : len(one)] = one
        if random is not None:
            levels = self.augmentation(levels, lengths, random)
        values = self._normalised(levels, lengths)
        return values.reshape(len(encoded), -1, self.width), -(-lengths // self.patch)

    def _normalised(self, levels: Values, lengths: Integers) -> Values:
        """Shape (recordings, frames, 2 · bands); zeros beyond the end of each."""
        real = (np.arange(levels.shape[1]) < lengths[:, None])[:, :, None]
        count = lengths[:, None, None].astype(np.float32)
        power = np.exp(levels * DB) * real
        loudest = (power.sum(axis=1, keepdims=True) / count).max(axis=2, keepdims=True)
        floored = np.log(power / loudest + np.float32(10 ** (-self.floor_db / 10))) / DB * real
        of_band = floored.sum(axis=1, keepdims=True) / count
        of_all = of_band.mean(axis=2, keepdims=True)
        from_band, from_all = (floored - of_band) * real, (floored - of_all) * real
        spread_of_band = np.sqrt((from_band**2).sum(axis=1, keepdims=True) / count)
        spread_of_all = np.sqrt((from_all**2).mean(axis=2, keepdims=True).sum(axis=1, keepdims=True) / count)
        # A tenth of a decibel is no sound: silence and steady tones are not blown up.
        return np.concatenate([from_all / (spread_of_all + 0.1), from_band / (spread_of_band + 0.1)], axis=2)

    def to_json(self) -> dict[str, Any]:
        """Plain values, for saving."""
        return asdict(self)

    @classmethod
    def from_json(cls, saved: dict[str, Any]) -> Self:
        """Return the features that :meth:`to_json` described."""
        augmentation = saved["augmentation"] | {"noise_db": tuple(saved["augmentation"]["noise_db"])}
        return cls(
            LogMel(**saved["log_mel"]), saved["floor_db"], saved["patch"], Augmentation(**augmentation)
        )
