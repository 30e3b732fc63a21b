"""Arrays by what they hold."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "Floats", "Integers", "Mask", "Rows", "Texts", "Values"]

# Of any type.
Array: TypeAlias = NDArray[np.generic]
# What is estimated and measured.
Floats: TypeAlias = NDArray[np.float64]
# What networks read.
Values: TypeAlias = NDArray[np.float32]
Integers: TypeAlias = NDArray[np.int64]
# Numbers of rows, sequences or windows.
Rows: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]
Texts: TypeAlias = NDArray[np.str_]
