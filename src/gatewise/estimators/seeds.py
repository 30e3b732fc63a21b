"""What scikit-learn calls a random state, as the seed of one training."""

from __future__ import annotations

from numbers import Integral
from typing import TypeAlias

import numpy as np

from gatewise.errors import ConfigurationError

__all__ = ["RandomState", "seed_of"]

RandomState: TypeAlias = int | np.random.RandomState | np.random.Generator | None
MOST = 2**31 - 1


def seed_of(random_state: RandomState) -> int | None:
    """Return a whole number as it is; of a generator its next number, so that a second fit differs from the first."""
    if random_state is None:
        return None
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(MOST))
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(MOST))
    if isinstance(random_state, Integral) and random_state >= 0:
        return int(random_state)
    raise ConfigurationError(
        f"expected a whole number from 0 on, a generator of numpy or None, got {random_state!r}",
        option="random_state",
    )
