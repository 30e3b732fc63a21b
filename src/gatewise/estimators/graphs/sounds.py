"""From samples of recordings to what the cell reads, written down: log-mel levels, normalised each for itself."""

from __future__ import annotations

import numpy as np

from gatewise.data.audio.log_mel import LEAST_POWER, LogMel
from gatewise.data.audio.speech_features import DB, SpeechFeatures
from gatewise.estimators.graphs.values import in_patches
from gatewise.graphs.build import Builder, Value

__all__ = ["sound_tokens"]

ZERO = np.zeros(1, np.float32)


def sound_tokens(
    builder: Builder, samples: Value, lengths: Value, features: SpeechFeatures
) -> tuple[Value, Value]:
    """Write down :class:`SpeechFeatures` for padded samples (batch, time); returns tokens and their number."""
    levels, frames = _levels(builder, samples, lengths, features.log_mel)
    normalised = _normalised(builder, levels, frames, features)
    patch = features.patch
    patches = in_patches(builder, normalised, patch, 2 * features.log_mel.bands)
    count = builder("Div", frames + np.int64(patch - 1), np.int64(patch))
    return patches.shaped(0, -1, features.width), count


def _levels(builder: Builder, samples: Value, lengths: Value, log_mel: LogMel) -> tuple[Value, Value]:
    """Return decibels (batch, frames, bands), and how many frames each recording has."""
    window, hop = np.int64(log_mel.window), np.int64(log_mel.hop)
    count = lengths.widened(1)
    real = builder("Less", builder.places(samples, 1), count)
    # The mean is that of the converter, not of the sound.
    heard = builder("Where", real, samples, ZERO)
    total = builder("ReduceSum", heard.as_type("float64"), axis=1, keepdims=1)
    centred = heard - (total / count.as_type("float64")).as_type("float32")
    before = builder(
        "Gather", centred, builder("Max", builder.places(samples, 1) - np.int64(1), np.int64(0)), axis=1
    )
    steep = builder("Where", real, centred - before * np.float32(log_mel.pre_emphasis), ZERO)
    # A recording shorter than a frame is filled up with zeros.
    padded = builder("Concat", steep, steep.part(0, 1, 1) * np.zeros((1, int(window)), np.float32), axis=1)

    def frames_of(time: Value) -> Value:
        return builder("Div", builder("Max", time - window, np.int64(0)), hop) + np.int64(1)

    time = builder("Gather", builder("Shape", samples), np.int64(1), axis=0)
    starts = builder("Range", np.int64(0), frames_of(time), np.int64(1)) * hop
    frames = builder(
        "Gather", padded, starts.widened(1) + np.arange(window), axis=1
    )  # (batch, frames, window)
    real_part, imaginary = (frames @ waves for waves in _waves(log_mel))
    power = real_part * real_part + imaginary * imaginary
    levels = builder("Log", power @ _fixed(log_mel.weights) + np.float32(LEAST_POWER)) / np.float32(DB)
    return levels, frames_of(lengths)


def _waves(log_mel: LogMel) -> tuple[np.ndarray, np.ndarray]:
    """Return what the Fourier transform multiplies a frame by, the shape of the window included."""
    size, shape = log_mel.points, log_mel.shape
    turns = np.outer(np.arange(log_mel.window), np.arange(size // 2 + 1)) % size * (2 * np.pi / size)
    return tuple(
        _fixed((shape[:, None] * wave).astype(np.float32)) for wave in (np.cos(turns), -np.sin(turns))
    )  # type: ignore[return-value]  # two


def _fixed(matrix: np.ndarray) -> np.ndarray:
    # With an axis more: matrices of two axes were learned, and may be rounded.
    return matrix[None]


def _normalised(builder: Builder, levels: Value, frames: Value, features: SpeechFeatures) -> Value:
    """Write down the two halves of :class:`SpeechFeatures`, (batch, frames, 2 · bands); zeros beyond the ends."""
    real = builder("Less", builder.places(levels, 1), frames.widened(1)).widened(2).as_type("float32")
    count = frames.widened(1).widened(2).as_type("float32")

    def mean_over_time(x: Value) -> Value:
        return builder("ReduceSum", x, axis=1, keepdims=1) / count

    power = builder("Exp", levels * np.float32(DB)) * real
    loudest = builder("ReduceMax", mean_over_time(power), axis=2, keepdims=1)
    floor = np.float32(10 ** (-features.floor_db / 10))
    floored = builder("Log", power / loudest + floor) / np.float32(DB) * real
    of_band = mean_over_time(floored)
    of_all = builder("ReduceMean", of_band, axis=2, keepdims=1)
    from_band, from_all = (floored - of_band) * real, (floored - of_all) * real
    spread_of_band = builder("Sqrt", mean_over_time(from_band * from_band))
    mean_square = builder("ReduceMean", from_all * from_all, axis=2, keepdims=1)
    spread_of_all = builder("Sqrt", mean_over_time(mean_square))
    least = np.float32(0.1)
    return builder("Concat", from_all / (spread_of_all + least), from_band / (spread_of_band + least), axis=2)
