"""Numbers and lists as people read them: significant digits, units, narrow spaces."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from gatewise.verdict.evidence import Estimate, Metric

__all__ = [
    "MISSING",
    "capital",
    "change_format",
    "compact",
    "duration",
    "error_format",
    "interval",
    "join",
    "metric_label",
    "microseconds",
    "number",
    "percent",
    "plain",
    "quantity",
    "share_left",
    "short_percent",
    "size",
    "times",
]

MISSING = "–"
LEAST_SHARE = 0.001
_SPACE = "\u202f"  # narrow and unbroken, between a number and its unit and between thousands
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def _exponent(value: float, digits: int) -> int:
    """Return the power of ten of ``value`` after rounding: 9.996 to three digits is 10.0, not 9.00."""
    return int(f"{abs(value):.{digits - 1}e}".partition("e")[2])


def _decimals(value: float, digits: int) -> int:
    return max(digits - 1 - _exponent(value, digits), 0) if value else 0


def _fixed(value: float, decimals: int) -> str:
    shown = f"{value:,.{decimals}f}".replace(",", _SPACE)
    return ("−" + shown[1:] if shown.strip("-0.") else shown[1:]) if shown.startswith("-") else shown


def number(value: float | None, digits: int = 3) -> str:
    """Write significant digits, and all of an integer: ``0.0123``, ``1.20``, ``12 480``, ``3.10 × 10⁻⁶``."""
    if value is None or not math.isfinite(value):
        return MISSING
    if isinstance(value, int):
        return _fixed(value, 0)
    if value and not -5 < (power := _exponent(value, digits)) < 9:
        return f"{_fixed(value / 10.0**power, digits - 1)} × 10{str(power).translate(_RAISED)}"
    return _fixed(value, _decimals(value, digits))


def compact(value: float) -> str:
    """Write a label of an axis: no zeros at its end, powers of ten beyond a million."""
    if value and not -4 < (power := _exponent(value, 3)) < 6:
        lead = compact(round(value / 10.0**power, 3))
        raised = f"10{str(power).translate(_RAISED)}"
        return raised if lead == "1" else f"{lead} × {raised}"
    shown = _fixed(value, 6)
    return shown.rstrip("0").rstrip(".")


def quantity(value: float | None, unit: str, digits: int = 3) -> str:
    """Write a number and its unit: ``31.4 µs``."""
    shown = number(value, digits)
    return shown if shown == MISSING else f"{shown}{_SPACE}{unit}"


def percent(value: float | None, digits: int = 3) -> str:
    """Write a share in percent, with two decimals at most: ``12.5 %``."""
    if value is None or not math.isfinite(value):
        return MISSING
    decimals = min(_decimals(100 * value, digits), 2)
    return f"{_fixed(100 * value, decimals)}{_SPACE}%"


def share_left(share: float) -> str:
    """Write what is left of a whole, which may be more than it: ``12 %``, ``under 0.1 %``, ``2.0 × 10⁵ times``."""
    if 0 <= share < LEAST_SHARE:
        return f"under {quantity(100 * LEAST_SHARE, '%', 1)}"
    return percent(share, 2) if not share >= 10 else f"{number(share, 2)} times"


def short_percent(value: float) -> str:
    """Write a share as the label of an axis: ``10 %``."""
    return f"{compact(100 * value)}{_SPACE}%"


def duration(seconds: float | None) -> str:
    """Write a time in the unit that suits it, from microseconds to hours."""
    if seconds is None or not math.isfinite(seconds):
        return MISSING
    if not seconds:
        return f"0{_SPACE}s"
    for limit, scale, unit in (
        (1e-3, 1e6, "µs"),
        (1.0, 1e3, "ms"),
        (120.0, 1.0, "s"),
        (7200.0, 1 / 60, "min"),
    ):
        if seconds < limit:
            return quantity(seconds * scale, unit)
    return quantity(seconds / 3600, "h")


def size(count: float | None) -> str:
    """Write a number of bytes in B, KiB, MiB or GiB."""
    if count is None or not math.isfinite(count):
        return MISSING
    for limit, unit in ((2**10, "B"), (2**20, "KiB"), (2**30, "MiB")):
        if count < limit:
            return quantity(count / (limit / 2**10), unit)
    return quantity(count / 2**30, "GiB")


def times(ratio: float) -> str:
    """Write a ratio, to stand before "as long": ``1.4 times``, or ``about`` where that rounds to 1."""
    shown = number(float(ratio), 2)
    return "about" if shown == "1.0" else f"{shown} times"


def plain(value: float | None) -> str:
    """Write a setting as it is: it is no measurement."""
    return MISSING if value is None else compact(value)


def microseconds(value: float | None) -> str:
    """Write a time that is given in microseconds."""
    return quantity(value, "µs")


def capital(words: str) -> str:
    """Return words with a capital at the start."""
    return words[:1].upper() + words[1:]


def join(parts: Iterable[str], last: str = "and") -> str:
    """Write a list: ``a``, ``a and b``, ``a, b and c``."""
    *head, tail = parts
    return f"{', '.join(head)} {last} {tail}" if head else tail


def error_format(metric: Metric) -> Callable[[float | None], str]:
    """Return how values of the deciding metric are written: shares in percent, the rest in three digits."""
    return percent if metric.is_share else number


def change_format(metric: Metric) -> Callable[[float | None], str]:
    """Return how differences of the deciding metric are written: of shares in percentage points, signed."""

    def show(value: float | None) -> str:
        if value is None or not math.isfinite(value):
            return MISSING
        shown = number(100 * value) if metric.is_share else number(value)
        signed = shown if shown.startswith("−") or not value else f"+{shown}"
        return f"{signed} points" if metric.is_share else signed

    return show


def interval(estimate: Estimate, metric: Metric) -> str:
    """Write an interval as ``0.590 to 0.634``, with the decimals of the mean; empty where there is none."""
    if estimate.low is None or estimate.high is None:
        return ""
    if not all(map(math.isfinite, (estimate.mean, estimate.low, estimate.high))):
        return ""
    if metric.is_share:
        return f"{percent(estimate.low)} to {percent(estimate.high)}"
    decimals = _decimals(estimate.mean, 3)
    if not decimals or decimals > 6:
        return f"{number(estimate.low)} to {number(estimate.high)}"
    return f"{_fixed(estimate.low, decimals)} to {_fixed(estimate.high, decimals)}"


def metric_label(name: str) -> str:
    """Write ``coverage-90`` as ``coverage of the 90 % interval``; other names stay."""
    kind, dash, level = name.partition("-")
    if dash and kind in ("coverage", "width", "MSIS") and level.isdigit():
        return f"{kind} of the {level}{_SPACE}% interval"
    return name
