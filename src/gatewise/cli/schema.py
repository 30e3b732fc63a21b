"""The JSON schema of a command's configuration file, from its signature."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Literal, get_args, get_origin

__all__ = ["schema_of"]

KINDS = {bool: "boolean", int: "integer", float: "number"}


def schema_of(command: Callable[..., None]) -> dict[str, Any]:
    """Return the schema of what ``--config`` of a command takes.

    Parameters
    ----------
    command : function
        As :mod:`gatewise.cli` declares it: each argument annotated with its option.
    """
    arguments = inspect.signature(command, eval_str=True).parameters
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Options of gatewise {command.__name__}",
        "type": "object",
        "additionalProperties": False,
        "properties": {name.strip("_").replace("_", "-"): _property(one) for name, one in arguments.items()},
    }


def _property(argument: inspect.Parameter) -> dict[str, Any]:
    (kind, option), default = get_args(argument.annotation), argument.default
    found: dict[str, Any] = {"description": option.help}
    if default not in (None, inspect.Parameter.empty):
        found["default"] = default if isinstance(default, bool | int | float | str) else str(default)
    plain = next((one for one in (kind, *get_args(kind)) if one in KINDS or get_origin(one) is Literal), None)
    if get_origin(plain) is Literal:
        return found | {"enum": list(get_args(plain))}
    if plain is None:
        # A text, several of them, or a number such as seconds.
        return found | {"type": ["string", "number", "array"]}
    return found | {"type": KINDS[plain]} | ({} if option.min is None else {"minimum": option.min})
