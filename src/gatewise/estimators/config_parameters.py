"""Fields of a configuration as parameters of its estimator, as scikit-learn's searches name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel

__all__ = ["parameters_of", "with_parameters"]

_C = TypeVar("_C", bound=BaseModel)
BETWEEN = "__"


def parameters_of(config: BaseModel, prefix: str) -> dict[str, Any]:
    """Return all fields after ``prefix``: ``config__num_layers``, ``config__training__steps``."""
    found: dict[str, Any] = {}
    for name in type(config).model_fields:
        value = getattr(config, name)
        found[f"{prefix}{BETWEEN}{name}"] = value
        if isinstance(value, BaseModel):
            found |= parameters_of(value, f"{prefix}{BETWEEN}{name}")
    return found


def with_parameters(config: _C, given: Mapping[str, Any]) -> _C:
    """Return a configuration with other values, ``{"training__steps": 3}``; what nobody chose stays unchosen."""
    chosen = {name: getattr(config, name) for name in config.model_fields_set}
    inside: dict[str, dict[str, Any]] = {}
    for name, value in given.items():
        first, _, rest = name.partition(BETWEEN)
        if rest and isinstance(getattr(config, first, None), BaseModel):
            inside.setdefault(first, {})[rest] = value
        else:
            chosen[name] = value
    chosen |= {
        name: with_parameters(chosen.get(name, getattr(config, name)), one) for name, one in inside.items()
    }
    return type(config)(**chosen)
