"""Option values checked once, with one line for what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from gatewise.errors import ConfigurationError

__all__ = ["validated"]

Options = TypeVar("Options", bound=BaseModel)


def validated(kind: type[Options], values: Mapping[str, Any]) -> Options:
    """An instance of ``kind`` with these values.

    Raises
    ------
    ConfigurationError
        Names the first option that is wrong, what was expected and what came.
    """
    try:
        return kind(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            known = ", ".join(kind.model_fields)
            raise ConfigurationError(f"{name}: no such option; expected some of {known}") from None
        message = first["msg"][0].lower() + first["msg"][1:]
        raise ConfigurationError(f"{name}: {message}, got {first['input']!r}") from None
