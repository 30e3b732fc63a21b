"""What the processor offers: the width of its vectors and how many it holds."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass

import llvmlite.binding as llvm
from numba.core import config

from gatewise.errors import ConfigurationError

__all__ = ["TARGET", "Target"]

# Each sum waits for the one before, so it takes about eight to keep a processor busy; more than twelve would not leave
# the registers that weights need, where there are sixteen. Read from more than eight places at once, weights come
# more slowly.
_SUMS, _PLACES = 12, 8


@dataclass(frozen=True)
class Target:
    """One kind of vector unit, and the multiply-add tile that fits into its registers.

    Attributes
    ----------
    name : str
        Of the instruction set.
    bytes : int
        Of one vector.
    rows, vectors : int
        Rows of the highest tile, and vectors of a panel of weights, of which a tile takes one or more.
    """

    name: str
    bytes: int
    rows: int
    vectors: int

    @property
    def panels(self) -> tuple[int, ...]:
        """Panels that tiles of one row, of two, and so on, take side by side."""
        return tuple(max(1, min(_SUMS // (rows * self.vectors), _PLACES)) for rows in range(1, self.rows + 1))


AVX512 = Target("AVX-512", 64, 8, 3)  # 32 registers
AVX2 = Target("AVX2", 32, 6, 1)  # 16 registers
NEON = Target("NEON", 16, 8, 3)  # 32 registers
BASELINE = Target("128 bits", 16, 4, 2)
_BY_BITS = {"512": AVX512, "256": AVX2, "128": BASELINE}


def detect() -> Target:
    """Choose by what the processor says; ``GATEWISE_VECTOR_BITS`` (512, 256 or 128) narrows it.

    A width beyond the processor's runs all the same, in several instructions for one.
    """
    asked = os.environ.get("GATEWISE_VECTOR_BITS")
    if asked:
        if asked not in _BY_BITS:
            raise ConfigurationError(f"GATEWISE_VECTOR_BITS={asked}: take one of: 128, 256, 512")
        return _BY_BITS[asked]
    if platform.machine().lower() in ("aarch64", "arm64"):
        return NEON
    features = _features()
    if "avx512f" in features:
        return AVX512
    if "avx2" in features and "fma" in features:
        return AVX2
    return BASELINE


def _features() -> set[str]:
    """What numba compiles for: its own setting if there is one, else the processor's."""
    if config.CPU_FEATURES is not None:
        return {name[1:] for name in config.CPU_FEATURES.split(",") if name.startswith("+")}
    if config.CPU_NAME == "generic":
        return set()
    return {name for name, present in llvm.get_host_cpu_features().items() if present}


TARGET = detect()
