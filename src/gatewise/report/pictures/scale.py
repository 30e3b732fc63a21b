"""From values to places along an axis, and the ticks that stand there."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from gatewise.report.text import compact

__all__ = ["FAR_APART", "Scale", "between", "covering", "linear", "logarithmic", "rows"]

Show = Callable[[float], str]
Ticks = tuple[tuple[float, str], ...]

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
# Values further apart than this many times stand on a logarithmic axis, if all are above zero.
FAR_APART = 20.0


@dataclass(frozen=True)
class Scale:
    """One axis.

    Attributes
    ----------
    low, high : float
        Values at its two ends; ``low`` is at the left, or at the bottom.
    ticks : tuple of (value, label)
    label : str
        What is measured, with its unit.
    names : bool
        Ticks are names of rows, in the colour of the text.
    """

    low: float
    high: float
    ticks: Ticks = ()
    label: str = ""
    log: bool = False
    names: bool = False

    def share(self, value: float) -> float:
        """Return how far along the axis a value is: 0 at its beginning, 1 at its end."""
        low, high = self.low, self.high
        if self.log:
            low, high, value = math.log(low), math.log(high), math.log(max(value, self.low * 1e-3))
        return (value - low) / (high - low) if high != low else 0.5

    def labelled(self, label: str) -> Scale:
        """Return the same axis with a label."""
        return replace(self, label=label)


def between(low: float, high: float, show: Show = compact, count: int = 5) -> Scale:
    """Return an axis from ``low`` to ``high`` with about ``count`` round ticks."""
    return Scale(low, high, _round(low, high, show, count))


def linear(
    values: Iterable[float], show: Show = compact, *, count: int = 5, room: float = 0.05, zero: bool = False
) -> Scale:
    """Return an axis that holds all finite values with some room beside them, and zero where it is asked for."""
    finite = [value for value in values if math.isfinite(value)] + ([0.0] if zero else [])
    low, high = (min(finite), max(finite)) if finite else (0.0, 1.0)
    spread = (high - low) or abs(high) or 1.0
    below = 0.0 if zero and low == 0.0 else room * spread
    above = 0.0 if zero and high == 0.0 else room * spread
    return between(low - below, high + above, show, count)


def logarithmic(values: Iterable[float], show: Show = compact) -> Scale:
    """Return a logarithmic axis with ticks at powers of ten, or between them where these are few."""
    finite = [value for value in values if math.isfinite(value) and value > 0]
    low, high = (min(finite) / 1.15, max(finite) * 1.15) if finite else (0.1, 10.0)
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    every = max(1, len(exponents) // 6)
    between_powers = (1, 2, 5) if high < 100 * low else (1,)
    places = [m * 10.0**e for e in exponents if e % every == 0 for m in between_powers]
    return Scale(low, high, tuple((place, show(place)) for place in places if low <= place <= high), log=True)


def covering(values: Sequence[float], show: Show = compact, *, zero: bool = False) -> Scale:
    """Return a logarithmic axis where values above zero are far apart, else a linear one."""
    finite = [value for value in values if math.isfinite(value)]
    if finite and min(finite) > 0 and max(finite) > FAR_APART * min(finite):
        return logarithmic(finite, show)
    return linear(finite, show, zero=zero)


def rows(names: Sequence[str]) -> Scale:
    """Return an axis of names, the first on top."""
    return Scale(len(names) - 0.5, -0.5, tuple(enumerate(names)), names=True)


def _round(low: float, high: float, show: Show, count: int) -> Ticks:
    rough = (high - low) / max(count, 1)
    if not rough > 0 or not math.isfinite(rough):
        return ((low, show(low)),) if math.isfinite(low) else ()
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(one * power for one in _STEPS if one * power >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple(
        (value, show(value)) for value in (round(k * step, 12) + 0.0 for k in range(first, last + 1))
    )
