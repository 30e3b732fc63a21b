"""What a comparison was asked to do, so that it can be asked again."""

from __future__ import annotations

from pydantic import JsonValue

from gatewise.verdict.value import Value

__all__ = ["Request"]


class Request(Value):
    """The words of :func:`gatewise.compare` and their values.

    Attributes
    ----------
    data : str
        What was read, in the user's words: a path, or "pandas frame".
    test : str or None
        The test set of its own.
    options : dict
        All other words, with the defaults of those that were not given; ``None``: the data decide.
    estimator : dict
        The configuration of the networks, as they were trained but for what tuning chose.
    command : str or None
        The command line, where there was one.
    """

    data: str
    test: str | None = None
    options: dict[str, JsonValue]
    estimator: dict[str, JsonValue]
    command: str | None = None
