"""Fitted models behind the Open Inference Protocol: whole sequences, and sessions whose state the server keeps.

Names are imported when they are first used: what only describes options needs no server.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gatewise.serving.app import create_app
    from gatewise.serving.config import ServingConfig

__all__ = ["ServingConfig", "create_app"]

_HOMES = {"ServingConfig": "config", "create_app": "app"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'gatewise.serving' has no attribute {name!r}")
    return getattr(import_module(f"gatewise.serving.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
