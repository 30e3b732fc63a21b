"""Arrays as text, and how much of it a page may hold."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

__all__ = ["Budget", "base64_size", "bytes_of", "doubles", "floats"]


def floats(values: NDArray[Any] | torch.Tensor) -> str:
    """Write numbers as float32, little-endian, in base64."""
    return _written(values, "<f4")


def doubles(values: NDArray[Any] | torch.Tensor) -> str:
    """Write numbers as float64, little-endian, in base64."""
    return _written(values, "<f8")


def bytes_of(values: NDArray[Any], low: float, high: float) -> str:
    """Write numbers between two bounds as one byte each, in base64: 0 stands for the lower, 255 for the higher."""
    share = np.clip((np.asarray(values, np.float64) - low) / (high - low), 0, 1)
    return _written(np.rint(255 * share), "u1")


def base64_size(count: int, each: int = 4) -> int:
    """Return the characters that so many numbers take."""
    return -(-count * each // 3) * 4


def _written(values: NDArray[Any] | torch.Tensor, kind: str) -> str:
    array = values.detach().cpu().numpy() if isinstance(values, torch.Tensor) else np.asarray(values)
    return base64.b64encode(np.ascontiguousarray(array.astype(kind)).tobytes()).decode("ascii")


@dataclass
class Budget:
    """Characters that are left of those which a page may have."""

    left: int

    def take(self, characters: int) -> bool:
        """Return whether so many are left, and if so take them."""
        if characters > self.left:
            return False
        self.left -= characters
        return True
