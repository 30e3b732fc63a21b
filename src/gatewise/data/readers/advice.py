"""All that is in the way of reading a source, said at once, with options by which it was read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gatewise.errors import GatewiseError
from gatewise.spelling import spelled

__all__ = ["all_at_once", "written"]

MOST = 8


def all_at_once(error: GatewiseError, attempt: Callable[[dict[str, object]], object]) -> None:
    """Add to an error what would be met next, and a remedy for all of it that was tried.

    Parameters
    ----------
    error : GatewiseError
        With a remedy of its own; without any it stays as it is.
    attempt : callable
        Does again what failed, with more options.
    """
    if not error.remedy:
        return
    remedy, others = dict(error.remedy), list[str]()
    for _ in range(MOST):
        try:
            attempt(remedy)
            break
        except GatewiseError as further:
            more = {name: value for name, value in further.remedy.items() if name not in remedy}
            # The name of the source stands in the first message.
            others.append(str(further).removeprefix(f"{str(error).partition(': ')[0]}: "))
            if not more:
                remedy = {}
                break
            remedy |= more
    else:
        remedy = {}
    error.remedy, error.others = remedy, tuple(others)
    # What a traceback shows below the message.
    for one in others:
        error.add_note(f"also: {one}")
    if remedy:
        error.add_note(f"It can be read with {written(remedy)}")


def written(remedy: Mapping[str, object]) -> str:
    """Options as the door that was used takes them: ``target="temp", impute="previous"``."""
    words = [spelled(name, value) for name, value in remedy.items()]
    return (" " if words and words[0].startswith("--") else ", ").join(words)
