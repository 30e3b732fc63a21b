"""Steps of time in words, and words as steps."""

from __future__ import annotations

import re
from typing import Literal

from gatewise.data.calendar import DAY
from gatewise.errors import ConfigurationError

__all__ = ["UNITS", "StepKind", "as_text", "in_units", "parsed"]

StepKind = Literal["duration", "months", "business", "count"]

UNITS = {
    "week": 7 * DAY,
    "day": DAY,
    "hour": 3_600 * 10**9,
    "minute": 60 * 10**9,
    "second": 10**9,
    "millisecond": 10**6,
    "microsecond": 10**3,
    "nanosecond": 1,
}
CODES = {"s": "second", "min": "minute", "h": "hour", "D": "day", "W": "week"}
MONTHS = {"M": 1, "Q": 3, "Y": 12}


def parsed(text: str) -> tuple[StepKind, int]:
    """The kind and size of ``"15min"``, ``"1D"``, ``"1B"``, ``"1M"``, ``"row"``, …."""
    if text == "row":
        return "count", 1
    match = re.fullmatch(r"(\d*)\s*([A-Za-z]+)", text.strip())
    size = int(match[1] or 1) if match else 0
    if match and size:
        if match[2] in CODES:
            return "duration", size * UNITS[CODES[match[2]]]
        if match[2] in MONTHS:
            return "months", size * MONTHS[match[2]]
        if match[2] == "B":
            return "business", size
    raise ConfigurationError(
        f"a step of {text!r} is not understood; write a number and one of s, min, h, D, B, W, M, Q, Y, "
        "such as 15min, 1D, 1B (business day) or 1M (month), or write row to count rows"
    )


def in_units(kind: StepKind, size: int) -> tuple[int, str]:
    """A number and its unit: ``(15, "minute")``."""
    if kind == "count":
        return size, "row"
    if kind == "business":
        return size, "business day"
    if kind == "months":
        return (size // 12, "year") if size % 12 == 0 else (size, "month")
    unit = next(unit for unit, ticks in UNITS.items() if size % ticks == 0)
    return size // UNITS[unit], unit


def as_text(kind: StepKind, size: int) -> str:
    """The inverse of :func:`parsed`; empty for parts of a second."""
    if kind == "count":
        return "row"
    number, unit = in_units(kind, size)
    codes = {name: code for code, name in CODES.items()} | {"business day": "B", "month": "M", "year": "Y"}
    return f"{number}{codes[unit]}" if unit in codes else ""
