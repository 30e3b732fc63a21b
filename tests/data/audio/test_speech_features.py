"""Features of recordings: what they do not depend on, and what augmentation does to them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from sounds import record

from gatewise.data.audio.augmentation import Augmentation
from gatewise.data.audio.log_mel import LogMel
from gatewise.data.audio.mfcc import Mfcc
from gatewise.data.audio.speech_features import SpeechFeatures
from gatewise.data.audio.waveform import Waveform
from gatewise.errors import DataError

FEATURES = SpeechFeatures(LogMel(8000))


def chirp(rate: int = 8000, seconds: float = 0.5) -> Waveform:
    at = np.arange(round(seconds * rate)) / rate
    noise = np.random.default_rng(0).normal(0, 0.01, len(at))
    return Waveform((np.sin(2 * np.pi * (400 + 1500 * at) * at) * 0.2 + noise).astype(np.float32), rate)


def test_shape_and_scale() -> None:
    features = FEATURES(chirp())
    assert features.dtype == np.float32
    assert features.shape == (24, FEATURES.width)
    assert np.abs(features.mean()) < 1e-4
    assert features.std() == pytest.approx(1, abs=0.05)


def test_loudness_does_not_matter() -> None:
    sound = chirp()
    quiet = Waveform(sound.samples * np.float32(0.01), sound.rate)
    np.testing.assert_allclose(FEATURES(quiet), FEATURES(sound), atol=1e-3)


def test_the_second_half_does_not_know_the_microphone() -> None:
    features = SpeechFeatures(LogMel(8000), floor_db=200, patch=1)
    levels = features.encode(chirp())
    other = levels + np.linspace(-5, 5, 40, dtype=np.float32)
    (one,), (two,) = (features.batch([encoded])[0] for encoded in (levels, other))
    np.testing.assert_allclose(one[:, 40:], two[:, 40:], atol=1e-3)
    assert np.abs(one[:, :40] - two[:, :40]).max() > 0.1


def test_what_a_recording_may_be(tmp_path: Path) -> None:
    sound = chirp()
    path = record(tmp_path / "a.flac", sound.samples)
    expected = FEATURES(sound)
    np.testing.assert_array_equal(FEATURES((sound.samples, 8000)), expected)
    for recording in (path, str(path)):
        np.testing.assert_allclose(FEATURES(recording), expected, atol=0.05)


def test_a_batch_is_each_recording_alone() -> None:
    sounds = [chirp(seconds=seconds) for seconds in (0.5, 0.01, 0.31)]
    values, lengths = FEATURES.batch([FEATURES.encode(sound) for sound in sounds])
    for row, sound in enumerate(sounds):
        np.testing.assert_allclose(values[row, : lengths[row]], FEATURES(sound), atol=1e-4)
        assert not values[row, lengths[row] :].any()


def test_silence_gives_zeros() -> None:
    for samples in (1, 80, 8000):
        np.testing.assert_allclose(FEATURES((np.zeros(samples), 8000)), 0, atol=1e-4)


def test_every_rate_is_brought_to_the_lowest() -> None:
    features = SpeechFeatures.of([chirp(16000), chirp(44100), chirp(11025)])
    assert features.log_mel.rate == 11025
    assert SpeechFeatures.of([chirp(48000)]).log_mel.rate == 16000
    low, high = features(chirp(11025)), features(chirp(44100))
    # The noise of the two differs.
    assert np.corrcoef(low.ravel(), high[: len(low)].ravel())[0, 1] > 0.7


def test_long_recordings_are_read_in_larger_steps() -> None:
    for seconds, patch in ((0.5, 2), (2.5, 2), (5, 4), (60, 8)):
        assert SpeechFeatures.of([(np.zeros(round(8000 * seconds)), 8000)]).patch == patch


def test_at_least_one_recording() -> None:
    with pytest.raises(DataError) as caught:
        SpeechFeatures.of([])
    assert str(caught.value) == "expected at least one recording, got none"


def test_saved_as_json() -> None:
    features = SpeechFeatures(LogMel(11025), patch=3, augmentation=Augmentation(tilt_db=1))
    assert SpeechFeatures.from_json(json.loads(json.dumps(features.to_json()))) == features
    mfcc = Mfcc(LogMel(8000, bands=26))
    assert Mfcc.from_json(json.loads(json.dumps(mfcc.to_json()))) == mfcc


def test_augmentation_is_drawn_from_the_generator() -> None:
    encoded = [FEATURES.encode(chirp(seconds=seconds)) for seconds in (0.5, 0.3)]
    kept = [levels.copy() for levels in encoded]
    first, again, other = (FEATURES.batch(encoded, np.random.default_rng(seed))[0] for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert first.shape[2] == FEATURES.width
    assert other.shape != first.shape or np.abs(first - other).max() > 0.1
    assert np.isfinite(first).all()
    for levels, before in zip(encoded, kept, strict=True):
        np.testing.assert_array_equal(levels, before)


def test_noise_is_as_loud_as_asked() -> None:
    levels = np.full((50, 200, 40), -20, np.float32)
    lengths = np.full(50, 200)
    noisy = Augmentation(tilt_db=0, noise_share=1, noise_db=(10, 10))(
        levels, lengths, np.random.default_rng(0)
    )
    added = 10 * np.log10(np.mean(10 ** (noisy / 10) - 0.01))
    assert added == pytest.approx(-30, abs=0.2)


def test_tilt_is_one_smooth_curve_for_each_recording() -> None:
    levels = np.zeros((4, 10, 40), np.float32)
    tilted = Augmentation(noise_share=0)(levels, np.full(4, 10), np.random.default_rng(0))
    assert not np.ptp(tilted, axis=1).any()
    assert np.ptp(tilted, axis=2).min() > 0.5
    assert np.abs(np.diff(tilted, n=2, axis=2)).max() < 8


def test_mfcc_do_not_know_the_microphone() -> None:
    sound = chirp()
    mfcc = Mfcc.of([sound])
    coefficients = mfcc(sound)
    assert coefficients.shape == (48, 13)
    np.testing.assert_allclose(coefficients.mean(axis=0), 0, atol=1e-3)
    np.testing.assert_allclose(mfcc((sound.samples * 0.1, 8000)), coefficients, atol=1e-2)
