"""Small recordings made of tones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

RATE = 8000


def tone(hertz: float, seconds: float = 0.3, rate: int = RATE, seed: int = 0) -> NDArray[np.float32]:
    """A tone that swells and fades, in a little noise."""
    random = np.random.default_rng(seed)
    at = np.arange(round(seconds * rate)) / rate
    sound = np.sin(2 * np.pi * hertz * at) * np.hanning(len(at)) * 0.3
    return (sound + random.normal(0, 0.001, len(at))).astype(np.float32)


def record(path: Path, samples: NDArray[np.floating], rate: int = RATE) -> Path:
    """Write a recording, and the folders it stands in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, rate)
    return path
