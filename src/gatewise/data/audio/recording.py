"""A recording is a path, or samples and their rate, as several libraries hand them out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from numbers import Real
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gatewise.data.audio.waveform import Header, Waveform, read_header, read_waveform
from gatewise.errors import DataError

__all__ = ["Recording", "Survey", "is_sound", "survey", "waveform_of"]

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


def is_sound(value: object) -> bool:
    """Return whether a value is samples and their rate: a waveform, ``(samples, rate)``, or what Datasets has for it.

    The latter is ``{"array": …, "sampling_rate": …}``.
    """
    if isinstance(value, Mapping):
        return {"array", "sampling_rate"} <= value.keys()
    if isinstance(value, tuple) and len(value) == 2:
        return [isinstance(part, Real) for part in value].count(True) == 1 and not any(
            isinstance(part, str) for part in value
        )
    return isinstance(value, Waveform)


def waveform_of(recording: Recording | Mapping[str, Any]) -> Waveform:
    """The sound, at the rate it was recorded at."""
    if isinstance(recording, Waveform):
        return recording
    if isinstance(recording, Mapping):
        return _of_samples(recording["array"], recording["sampling_rate"])
    if isinstance(recording, tuple):
        return _of_samples(*recording)
    return read_waveform(recording)


def _of_samples(samples: Any, rate: Any) -> Waveform:
    if not isinstance(rate, Real):
        raise DataError("a recording: expected (samples, rate), got (rate, samples); turn them round")
    values = np.asarray(samples)
    if values.dtype.kind in "iu":
        # Whole numbers as files hold them: full scale is 1, and the middle of unsigned ones is silence.
        half = np.iinfo(values.dtype).max / 2 + 0.5
        middle = half if values.dtype.kind == "u" else 0.0
        scale = half if values.dtype.kind == "u" else 2 * half
        values = (values - middle) / scale
    return Waveform(values.astype(np.float32), int(float(rate)))


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
