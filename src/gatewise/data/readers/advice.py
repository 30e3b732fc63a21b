"""All that is in the way of reading a source, said at once, with options by which it was read."""

from __future__ import annotations

from collections.abc import Callable

from gatewise.errors import GatewiseError
from gatewise.spelling import spelled

__all__ = ["all_at_once", "as_notes"]


def all_at_once(error: GatewiseError, attempt: Callable[[dict[str, object]], object]) -> None:
    """Add to an error what would be met next, and a remedy for all of it.

    Parameters
    ----------
    error : GatewiseError
        One that names no option to get further with stays as it is.
    attempt : callable
        Does again what failed, with more options; returns what was read.
    """
    tried, last, others = dict[str, object](), error, list[str]()
    while more := {name: value for name, value in last.suggested.items() if name not in tried}:
        tried |= more
        try:
            error.found, error.remedy = attempt(tried), tried
            break
        except GatewiseError as following:
            last = following
            # The name of the source stands in the first message.
            others.append(str(last).removeprefix(f"{str(error).partition(': ')[0]}: "))
    error.others = tuple(others)
    as_notes(error)


def as_notes(error: GatewiseError) -> None:
    """Have Python show the same below the message; again where more has come to be known."""
    error.__notes__ = [f"also: {one}" for one in error.others]
    if error.remedy:
        words = ", ".join(spelled(name, value) for name, value in error.remedy.items())
        error.__notes__.append(f"This would work: {words}")
