"""What was looked for in the data: what is missing, twice, constant, far off, adrift, and what would give it away."""

from __future__ import annotations

from typing import Literal

from gatewise.verdict.value import Value

__all__ = ["Balance", "Check", "DataChecks"]


class Check(Value):
    """One thing that was looked for.

    Attributes
    ----------
    name : str
        "missing values", "same sequence in training and test".
    state : {"good", "look", "bad"}
        Nothing found; something to know; something that makes errors look better than they will be.
    found : str
        In a sentence with numbers.
    method : str
        How it was looked for.
    places : tuple of str
        Where, the worst first; at most ten.
    """

    name: str
    state: Literal["good", "look", "bad"]
    found: str
    method: str
    places: tuple[str, ...] = ()


class Balance(Value):
    """How many there are of each class, in the training and the test part of the first split; at most 40 classes."""

    names: tuple[str, ...]
    training: tuple[int, ...]
    test: tuple[int, ...]
    counted: str


class DataChecks(Value):
    """All that was looked for, and the balance of classes where there are any.

    Attributes
    ----------
    tested : str
        Who was tested, in a sentence.
    """

    checks: tuple[Check, ...]
    balance: Balance | None = None
    tested: str = ""
