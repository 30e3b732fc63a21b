"""How a table of series was read, so that newer rows are read alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Aggregate", "Reading"]

Aggregate = Literal["mean", "sum", "last"]


@dataclass(frozen=True)
class Reading:
    """What was said of times when a table was read, or was found in it.

    Attributes
    ----------
    every : str or None
        The step that rows were put into.
    aggregate : {"mean", "sum", "last"}
        What became of several rows in one step.
    date_format : str or None
        How dates are written, in the words of ``strptime``; or what whole numbers are: ``"number"`` (they count), or
        ``"s"``, ``"ms"``, ``"us"``, ``"ns"`` since 1970.
    day_first : bool or None
        Whether ``01/02/2024`` is the first of February.
    timezone : str or None
        The zone in which times are meant.
    """

    every: str | None = None
    aggregate: Aggregate = "mean"
    date_format: str | None = None
    day_first: bool | None = None
    timezone: str | None = None
