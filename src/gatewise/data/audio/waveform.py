"""Recordings from files: what their header says, and their samples at one rate."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np

from gatewise.data.arrays import Values
from gatewise.data.audio.riff import check_riff
from gatewise.errors import DataError, MissingDependencyError, ReadError

__all__ = ["AUDIO_ENDINGS", "Header", "Waveform", "read_header", "read_waveform", "resampled"]

AUDIO_ENDINGS = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".aif", ".aiff", ".au")
INSTALL = 'pip install "gatewise[audio]"'


@dataclass(frozen=True)
class Header:
    """The header of a file with a recording.

    Attributes
    ----------
    rate : int
        Samples per second.
    samples : int
        Of each channel.
    channels : int
    """

    rate: int
    samples: int
    channels: int


@dataclass(frozen=True)
class Waveform:
    """Sound of one channel.

    Attributes
    ----------
    samples : float32 array, shape (time,)
        Full scale of the file is 1.
    rate : int
        Samples per second.
    """

    samples: Values
    rate: int

    def __post_init__(self) -> None:
        samples = self.samples
        if samples.ndim != 1 or not len(samples):
            raise DataError(f"a recording: expected samples of shape (time,), got shape {samples.shape}")
        if self.rate <= 0:
            raise DataError(f"a recording: expected a rate above 0 samples per second, got {self.rate!r}")
        if not np.isfinite(samples.sum(dtype=np.float64)):
            place = int(np.argmin(np.isfinite(samples)))
            raise DataError(f"a recording: sample {place} is {samples[place]}; repair or leave it out")


def read_header(path: str | Path) -> Header:
    """Rate, length and channels of a recording, without decoding its samples.

    Raises
    ------
    ReadError
        There is no such file, it is empty, cut off, not a recording, or holds two rates.
    MissingDependencyError
        The library that reads recordings is not installed.
    """
    path = Path(path)
    soundfile = _soundfile()
    _check_file(path)
    try:
        info = soundfile.info(str(path))
    except soundfile.LibsndfileError as error:
        raise _broken(path, error) from None
    if not info.frames:
        raise ReadError(f"{path}: the recording is empty (0 samples); record it again or remove it")
    return Header(info.samplerate, info.frames, info.channels)


def read_waveform(path: str | Path) -> Waveform:
    """The samples of a recording; several channels are averaged to one.

    Silence is read like any sound.

    Raises
    ------
    ReadError
        As :func:`read_header`, or the samples cannot be decoded or are not finite.
    MissingDependencyError
        The library that reads recordings is not installed.
    """
    path = Path(path)
    soundfile = _soundfile()
    _check_file(path)
    try:
        samples, rate = soundfile.read(str(path), dtype="float32", always_2d=True)  # (time, channels)
    except soundfile.LibsndfileError as error:
        raise _broken(path, error) from None
    if not len(samples):
        raise ReadError(f"{path}: the recording is empty (0 samples); record it again or remove it")
    try:
        return Waveform(samples.mean(axis=1) if samples.shape[1] > 1 else samples[:, 0], rate)
    except DataError as error:
        raise ReadError(f"{path}: {error}") from None


def resampled(waveform: Waveform, rate: int) -> Waveform:
    """The same sound at ``rate`` samples per second (soxr, "high quality"); itself where it has that rate."""
    if waveform.rate == rate:
        return waveform
    try:
        import soxr
    except ImportError:
        raise MissingDependencyError(f"changing the rate of recordings needs soxr: {INSTALL}") from None
    samples = soxr.resample(waveform.samples, waveform.rate, rate)
    # A few samples may come out as none.
    return Waveform(samples if len(samples) else np.zeros(1, np.float32), rate)


def _soundfile() -> ModuleType:
    try:
        import soundfile
    except ImportError:
        raise MissingDependencyError(f"reading recordings needs soundfile: {INSTALL}") from None
    except OSError as error:
        raise MissingDependencyError(
            f"reading recordings needs libsndfile, which soundfile did not find ({error}): {INSTALL}"
        ) from None
    module: ModuleType = soundfile
    return module


def _check_file(path: Path) -> None:
    if not path.is_file():
        what = "is a directory; expected one recording" if path.is_dir() else "no such file; check the path"
        raise ReadError(f"{path}: {what}")
    try:
        with path.open("rb") as file:
            check_riff(file, path)
    except OSError as error:
        raise ReadError(f"{path}: cannot be opened ({error.strerror}); check its permissions") from None


def _broken(path: Path, error: Exception) -> ReadError:
    reason = str(getattr(error, "error_string", error)).rstrip(".")
    return ReadError(
        f"{path}: cannot be decoded ({reason}); expected a recording such as WAV, FLAC or OGG; "
        "convert it or remove it"
    )
