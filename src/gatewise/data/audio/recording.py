"""A recording is a path, or samples and their rate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from gatewise.data.audio.waveform import Header, Waveform, read_header, read_waveform
from gatewise.errors import DataError

__all__ = ["Recording", "Survey", "survey", "waveform_of"]

Recording: TypeAlias = str | Path | Waveform | tuple[NDArray[np.floating], int]

# No bands lie above 8 kHz, so that more would be work for nothing.
HIGHEST_RATE = 16000


@dataclass(frozen=True)
class Survey:
    """The rate and the length that features of training recordings are made for.

    Attributes
    ----------
    rate : int
        The lowest among them, at most 16 kHz: bands that only some recordings have would tell recordings apart
        by their device.
    seconds : float
        Nine out of ten are as long or shorter.
    """

    rate: int
    seconds: float


def waveform_of(recording: Recording) -> Waveform:
    """The sound, at the rate it was recorded at."""
    if isinstance(recording, Waveform):
        return recording
    if isinstance(recording, tuple):
        samples, rate = recording
        return Waveform(np.asarray(samples, np.float32), int(rate))
    return read_waveform(recording)


def survey(recordings: Iterable[Recording]) -> Survey:
    """Return the rate and the length of training recordings; of files, only headers are read.

    Raises
    ------
    DataError
        There is none.
    """
    headers = [_header(recording) for recording in recordings]
    if not headers:
        raise DataError("expected at least one recording, got none")
    seconds = [header.samples / header.rate for header in headers]
    rate = min(HIGHEST_RATE, *(header.rate for header in headers))
    return Survey(rate, float(np.quantile(seconds, 0.9)))


def _header(recording: Recording) -> Header:
    if isinstance(recording, str | Path):
        return read_header(recording)
    waveform = waveform_of(recording)
    return Header(waveform.rate, len(waveform.samples), 1)
