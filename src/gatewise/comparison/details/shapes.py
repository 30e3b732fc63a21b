"""A sequence made small enough to be looked at in a report: lines, words, or a recording's wave and spectrum."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.comparison.details.common import rounded, thin
from gatewise.data.audio.log_mel import LogMel
from gatewise.data.audio.recording import waveform_of
from gatewise.verdict.evidence import Shape

__all__ = ["shape_of"]

CHANNELS, POINTS = 4, 80
WORDS = 60
WAVE, FRAMES, BANDS = 160, 60, 24
# Decibels below the loudest that are shown.
RANGE = 60.0


def shape_of(sequence: Any, channels: tuple[str, ...] = ()) -> Shape:
    """What there is to see of one sequence."""
    if isinstance(sequence, Path):
        return _sound(sequence)
    if isinstance(sequence, str | list):
        words = sequence.split() if isinstance(sequence, str) else sequence
        more = ("…",) if len(words) > WORDS else ()
        return Shape(tokens=(*map(str, words[:WORDS]), *more), steps=len(words))
    values = np.asarray(sequence, np.float64)
    # Those that move most.
    kept = np.sort(np.argsort(-values.std(axis=0), kind="stable")[:CHANNELS])
    named = len(channels) == values.shape[1]
    names = {int(k): channels[k] if named else f"channel {k + 1}" for k in kept}
    return Shape(lines={names[int(k)]: thin(values[:, k], POINTS) for k in kept}, steps=len(values))


def _sound(path: Path) -> Shape:
    sound = waveform_of(path)
    samples = np.abs(sound.samples.astype(np.float64))
    edges = np.linspace(0, len(samples), min(WAVE, len(samples)) + 1).astype(np.int64)
    peaks = np.array([samples[a:b].max() for a, b in pairwise(edges)])
    levels = LogMel(sound.rate, bands=BANDS)(sound.samples)  # (frames, bands)
    return Shape(
        wave=rounded(peaks / (peaks.max() or 1.0), 2),
        mel=_digits(levels),
        mel_bands=BANDS,
        seconds=rounded([len(samples) / sound.rate], 3)[0],
    )


def _digits(levels: NDArray[Any]) -> str:
    """Sixteen shades from far below the loudest to the loudest, band by band."""
    groups = np.array_split(levels, min(FRAMES, len(levels)))
    means = np.stack([group.mean(axis=0) for group in groups], axis=1)  # (bands, frames)
    shades = np.clip((means - means.max() + RANGE) / RANGE * 15, 0, 15).round().astype(int)
    return "".join("0123456789abcdef"[shade] for shade in shades.ravel())
