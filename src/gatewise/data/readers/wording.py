"""Counts of things, as messages write them."""

from __future__ import annotations

from gatewise.data.arrays import Mask

__all__ = ["counted", "such_rows"]


def counted(count: int, noun: str) -> str:
    """So many of something: ``"1 row"``, ``"1,200 rows"``."""
    return f"{count:,} {noun}{'s' if count != 1 else ''}"


def such_rows(mask: Mask) -> str:
    """Write the number of rows that ``mask`` marks: ``"3 such rows"``."""
    return counted(int(mask.sum()), "such row")
