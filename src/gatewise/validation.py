"""Option values checked once, with one line for what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from gatewise.errors import ConfigurationError

__all__ = ["Options", "near", "sayable", "seconds_from"]

UNITS = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}


class Options(BaseModel):
    """Base of every configuration: frozen, strict about names, and wrong in one line.

    Raises
    ------
    ConfigurationError
        Names the first option that is wrong, what was expected and what came.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise _in_one_line(error, type(self).model_fields) from None


def _in_one_line(error: ValidationError, known: Iterable[str]) -> ConfigurationError:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        better = near(name, known) or f"expected some of {', '.join(known)}"
        return ConfigurationError(f"no such option; {better}", option=name)
    cause = first.get("ctx", {}).get("error")
    if (
        isinstance(cause, ConfigurationError) and cause.option is not None
    ):  # of a configuration inside this one
        return ConfigurationError(str(cause).partition(": ")[2], option=f"{name}.{cause.option}")
    if first["type"] == "value_error":
        return ConfigurationError(str(cause), option=name)
    return ConfigurationError(f"{_expected(first)}, got {first['input']!r}", option=name)


def _expected(error: ErrorDetails) -> str:
    """What pydantic says it expects, in our words."""
    if error["type"] == "literal_error":
        choices = error["ctx"]["expected"].replace("' or '", "', '").replace("'", "")
        return f"expected one of {choices}"
    # "…, unable to parse string as an integer" says nothing that the value does not.
    message = error["msg"].partition(", unable to ")[0]
    wanted = message.removeprefix("Input should be ")
    if wanted == message:
        return message[0].lower() + message[1:]
    return f"expected {'a number ' if wanted.startswith(('greater', 'less')) else ''}{wanted}"


def near(word: str, known: Iterable[str]) -> str:
    """``"did you mean budget?"`` for ``"budgett"``; empty where no known word is near."""
    found = get_close_matches(word, list(known), n=1, cutoff=0.7)
    return f"did you mean {found[0]}?" if found else ""


def seconds_from(time: float | str, *, option: str | None = None) -> float:
    """Seconds from a number of them, or from ``"90s"``, ``"5m"``, ``"1h"``.

    Raises
    ------
    ConfigurationError
        It is not a time above zero.
    """
    text = str(time)
    number = text.rstrip("hmins")
    try:
        seconds = float(number) * UNITS[text[len(number) :] or "s"]
    except (KeyError, ValueError):
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise ConfigurationError(f"expected a time such as 90s, 5m or 1h, got {time!r}", option=option)
    return seconds


def sayable(seconds: float) -> str:
    """``"90s"``, ``"2m"``, ``"1h"``: the same time in the largest unit that has a whole number of it."""
    for unit, size in (("h", 3600), ("m", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:.0f}{unit}"
    return f"{seconds:g}s"
