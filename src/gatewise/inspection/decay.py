"""How a curve of gradients falls with the lag: half-life, what is left, and a word for it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

__all__ = ["STEPS", "Course", "course", "half_life"]

# Over so many steps the norm has to fall to a tenth to be called vanishing, or to grow tenfold.
STEPS = 16
TENFOLD = 10.0

Course = Literal["vanishing", "steady", "exploding"]


def half_life(lags: Sequence[int], norms: Sequence[float]) -> int | None:
    """Return the first lag at which the norm is at or below half of that at lag 0; ``None`` where at none.

    A measured lag, not one that a line through the curve would give: where the norm rises again afterwards, or
    falls to a plateau, a line has a slope that no part of the curve has.

    Examples
    --------
    >>> from gatewise.inspection.decay import half_life
    >>> half_life(range(4), [1.0, 0.7, 0.4, 0.6]), half_life(range(3), [1.0, 0.9, 0.8])
    (2, None)
    """
    return next((lag for lag, norm in zip(lags, norms, strict=True) if norm <= norms[0] / 2), None)


def course(lags: Sequence[int], norms: Sequence[float]) -> Course:
    """Return in a word how the norm goes over the first 16 steps back, whatever the length of the window.

    Equation, for ``n`` the longest lag up to 16::

        f = (norm_n / norm_0)^(16 / n)

    ``"vanishing"`` where ``f`` is at or below a tenth, which is a factor of at most 0.866 per step; ``"exploding"``
    from ten, at least 1.155 per step; else ``"steady"``. A curve of one lag is steady. A window shorter than 16
    steps is judged by its mean factor per step.

    Examples
    --------
    >>> from gatewise.inspection.decay import course
    >>> [course(range(20), [factor**lag for lag in range(20)]) for factor in (0.8, 0.9, 1.2)]
    ['vanishing', 'steady', 'exploding']
    """
    steps, norm = max((lag, norm) for lag, norm in zip(lags, norms, strict=True) if lag <= STEPS)
    ratio = norm / norms[0]
    if steps < 1 or math.isnan(ratio):
        return "steady"
    # In logarithms: a power of a norm near the limits of a float is none.
    grown = STEPS / steps * math.log(ratio) if ratio > 0 else -math.inf
    limit = math.log(TENFOLD)
    return "vanishing" if grown <= -limit else "exploding" if grown >= limit else "steady"
