"""Answers to look at: the values that pictures are made of."""

from __future__ import annotations

from pydantic import Field

from gatewise.verdict.value import Value

__all__ = ["Examples", "ForecastExample"]


class ForecastExample(Value):
    """One forecast to look at: what came before, what came, and each candidate's answer with its interval."""

    title: str
    history: tuple[float, ...]
    actual: tuple[float, ...]
    stamps: tuple[str, ...]
    forecasts: dict[str, tuple[float, ...]]
    low: dict[str, tuple[float, ...]]
    high: dict[str, tuple[float, ...]]


class Examples(Value):
    """The values that pictures are made of.

    Attributes
    ----------
    forecasts : tuple of ForecastExample
        ``stamps`` name history and actual rows together.
    classes : tuple of str
    confusion : dict of str to matrix
        Rows actual, columns predicted, counts, per candidate.
    actual : tuple of float
        Values of a part of the test steps or sequences.
    predicted : dict of str to tuple of float
        What each candidate answered for them.
    written : dict of str to str
        A text that each candidate has made up.
    """

    forecasts: tuple[ForecastExample, ...] = ()
    classes: tuple[str, ...] = ()
    confusion: dict[str, tuple[tuple[int, ...], ...]] = Field(default_factory=dict)
    actual: tuple[float, ...] = ()
    predicted: dict[str, tuple[float, ...]] = Field(default_factory=dict)
    written: dict[str, str] = Field(default_factory=dict)
