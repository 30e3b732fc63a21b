"""Recordings from files, whole and broken."""

from __future__ import annotations

import struct
import sys
from pathlib import Path

import numpy as np
import pytest
from sounds import record, tone

from gatewise.data.audio.waveform import Waveform, read_header, read_waveform, resampled
from gatewise.errors import DataError, MissingDependencyError, ReadError


@pytest.mark.parametrize("ending", ["wav", "flac", "ogg"])
def test_kinds_of_files(tmp_path: Path, ending: str) -> None:
    sound = tone(440)
    path = record(tmp_path / f"a.{ending}", sound)
    read = read_waveform(path)
    assert read.rate == 8000
    assert read.samples.dtype == np.float32
    assert read.samples.shape == sound.shape
    assert np.abs(read.samples - sound).max() < 0.05
    header = read_header(path)
    assert (header.rate, header.samples, header.channels) == (8000, len(sound), 1)


def test_stereo_is_averaged(tmp_path: Path) -> None:
    left, right = tone(300), tone(900)
    path = record(tmp_path / "two.wav", np.stack([left, right], axis=1))
    assert read_header(path).channels == 2
    np.testing.assert_allclose(read_waveform(path).samples, (left + right) / 2, atol=1e-4)


def test_resampling_keeps_the_sound() -> None:
    high = Waveform(tone(500, 1.0, 44100), 44100)
    low = resampled(high, 8000)
    assert low.rate == 8000
    assert len(low.samples) == 8000
    spectrum = np.abs(np.fft.rfft(low.samples))
    assert abs(int(spectrum.argmax()) - 500) <= 2  # the swelling widens the line
    assert resampled(low, 8000) is low


def test_very_short_recordings_survive_resampling() -> None:
    assert len(resampled(Waveform(np.ones(1, np.float32), 48000), 8000).samples) == 1


def test_one_line_for_each_kind_of_broken_file(tmp_path: Path) -> None:
    whole = record(tmp_path / "whole.wav", tone(440)).read_bytes()
    path = tmp_path / "broken.wav"
    second_format = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 16000, 32000, 2, 16)
    unreadable = "expected a recording such as WAV, FLAC or OGG; convert it or remove it"
    broken = {
        b"": "the file is empty (0 bytes); record it again or remove it",
        whole[:1044]: "is cut off: its header says 4,800 bytes of sound, 1,000 are there; copy it again or "
        "remove it",
        whole[:40] + struct.pack("<I", 0): "the recording is empty (0 samples); record it again or remove it",
        b"no sound at all": f"cannot be decoded (Format not recognised); {unreadable}",
        whole[:36] + second_format + whole[36:]: "byte 44: has two rates, 8000 and 16000 samples per second; "
        "expected one; save it again at one rate",
    }
    for content, message in broken.items():
        path.write_bytes(content)
        for read in (read_header, read_waveform):
            with pytest.raises(ReadError) as caught:
                read(path)
            assert str(caught.value) == f"{path}: {message}"


def test_a_length_that_was_not_known_when_the_file_was_begun(tmp_path: Path) -> None:
    whole = record(tmp_path / "a.wav", tone(440))
    content = whole.read_bytes()
    streamed = tmp_path / "streamed.wav"
    streamed.write_bytes(content[:40] + b"\xff\xff\xff\xff" + content[44:])
    np.testing.assert_array_equal(read_waveform(streamed).samples, read_waveform(whole).samples)


def test_missing_files_and_folders(tmp_path: Path) -> None:
    for path, message in {
        tmp_path / "none.wav": "no such file; check the path",
        tmp_path: "is a directory; expected one recording",
    }.items():
        with pytest.raises(ReadError) as caught:
            read_waveform(path)
        assert str(caught.value) == f"{path}: {message}"


def test_samples_that_are_not_finite(tmp_path: Path) -> None:
    import soundfile

    path = tmp_path / "nan.wav"
    samples = tone(440)
    samples[7] = np.nan
    soundfile.write(path, samples, 8000, subtype="FLOAT")
    with pytest.raises(ReadError) as caught:
        read_waveform(path)
    assert str(caught.value) == f"{path}: a recording: sample 7 is nan; repair or leave it out"


@pytest.mark.parametrize(
    ("samples", "rate", "message"),
    [
        (np.zeros((2, 3), np.float32), 8000, "expected samples of shape (time,), got shape (2, 3)"),
        (np.zeros(0, np.float32), 8000, "expected samples of shape (time,), got shape (0,)"),
        (np.zeros(3, np.float32), 0, "expected a rate above 0 samples per second, got 0"),
    ],
)
def test_sound_that_is_none(samples: np.ndarray, rate: int, message: str) -> None:
    with pytest.raises(DataError) as caught:
        Waveform(samples, rate)
    assert str(caught.value) == f"a recording: {message}"


@pytest.mark.parametrize(
    ("module", "message"),
    [
        ("soundfile", 'reading recordings needs soundfile: pip install "gatewise[audio]"'),
        ("soxr", 'changing the rate of recordings needs soxr: pip install "gatewise[audio]"'),
    ],
)
def test_the_command_that_installs_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, message: str
) -> None:
    path = record(tmp_path / "a.wav", tone(440))
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingDependencyError) as caught:
        resampled(read_waveform(path), 16000)
    assert str(caught.value) == message
