"""What the axes of arrays mean: n sequences, t steps of time, c channels."""

from __future__ import annotations

from typing import Literal, get_args

from gatewise.errors import ConfigurationError

__all__ = ["Axes", "check_axes"]

Axes = Literal["n t c", "n c t", "n t", "n c"]


def check_axes(axes: str | None) -> None:
    """Refuse axes that are not known."""
    known = get_args(Axes)
    if axes is not None and axes not in known:
        *others, last = map(repr, known)
        raise ConfigurationError(
            f"expected {', '.join(others)} or {last} (sequences, time, channels), got {axes!r}", option="axes"
        )
