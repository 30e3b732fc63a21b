"""Log-mel spectra against what is known of them."""

from __future__ import annotations

import numpy as np
import pytest
from sounds import tone

import gatewise.data.audio.log_mel as module
from gatewise.data.audio.log_mel import LogMel
from gatewise.errors import ConfigurationError

RATES = (8000, 11025, 16000, 22050, 44100, 48000)


def centres(log_mel: LogMel) -> np.ndarray:
    def mel(frequency: float) -> float:
        return 2595 * np.log10(1 + frequency / 700)

    edges = np.linspace(mel(log_mel.lowest_hz), mel(log_mel.highest_hz), log_mel.bands + 2)
    return 700 * (10 ** (edges[1:-1] / 2595) - 1)


@pytest.mark.parametrize("rate", RATES)
def test_bands_follow_the_rate(rate: int) -> None:
    log_mel = LogMel(rate)
    assert log_mel.highest_hz == min(0.49 * rate, 8000)
    assert (log_mel.weights > 0).any(axis=0).all()
    np.testing.assert_allclose(log_mel.weights.sum(axis=0), 1, rtol=1e-5)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("hertz", [300, 1000, 3000])
def test_a_tone_is_loudest_in_its_band(rate: int, hertz: int) -> None:
    log_mel = LogMel(rate)
    loudest = log_mel(tone(hertz, 0.5, rate)).mean(axis=0).argmax()
    distance = np.abs(centres(log_mel) - hertz)
    assert distance[loudest] <= np.sort(distance)[1] + rate / log_mel.window


@pytest.mark.parametrize("rate", RATES)
def test_frames_stand_ten_milliseconds_apart(rate: int) -> None:
    frames = len(LogMel(rate)(tone(500, 1.0, rate)))
    assert frames == pytest.approx(98, abs=1)


def test_twice_as_loud_is_six_decibels_more() -> None:
    sound = tone(700)
    log_mel = LogMel(8000)
    np.testing.assert_allclose(log_mel(2 * sound) - log_mel(sound), 6.0206, atol=1e-3)


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = tone(700, 1.0)
    whole = LogMel(8000)(sound)
    monkeypatch.setattr(module, "BLOCK", 7)
    np.testing.assert_allclose(LogMel(8000)(sound), whole, atol=1e-4)


def test_the_offset_of_a_converter_is_not_heard() -> None:
    sound = tone(700)
    np.testing.assert_allclose(LogMel(8000)(sound + np.float32(0.1)), LogMel(8000)(sound), atol=0.1)


@pytest.mark.parametrize("samples", [1, 10, 199, 200])
def test_short_recordings_are_one_frame(samples: int) -> None:
    assert LogMel(8000)(np.ones(samples, np.float32)).shape == (1, 40)


def test_silence_is_finite() -> None:
    assert np.isfinite(LogMel(8000)(np.zeros(8000, np.float32))).all()


def test_rates_without_room_for_bands() -> None:
    with pytest.raises(ConfigurationError) as caught:
        LogMel(200)
    assert (
        str(caught.value) == "rate: expected more than 245 samples per second for bands from 60 Hz, got 200"
    )
