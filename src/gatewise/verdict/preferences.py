"""What matters to a user besides the error; nothing here needs what measures or decides."""

from __future__ import annotations

from typing import Literal, TypedDict

from pydantic import Field

from gatewise.validation import Options

__all__ = ["Prefer", "PreferenceOptions", "Preferences"]

Prefer = Literal["accuracy", "latency", "memory", "size"]


class Preferences(Options):
    """What matters to a user besides the error.

    Attributes
    ----------
    prefer : {"accuracy", "latency", "memory", "size"}
        ``"accuracy"`` takes the lowest error. The others take what is fastest per step, has the lowest peak while
        training, or the fewest parameters, among those that are shown to be at most 5 % worse; it has to be
        cheaper by more than 5 %.
    max_parameters, max_step_latency_us, max_state_bytes
        Candidates beyond a limit are not recommended.
    """

    prefer: Prefer = Field(default="accuracy", description="What counts among candidates of equal error.")
    max_parameters: int | None = Field(default=None, ge=1, description="Limit of the whole model.")
    max_step_latency_us: float | None = Field(
        default=None, gt=0, description="Limit of one step, in microseconds."
    )
    max_state_bytes: int | None = Field(default=None, ge=1, description="Limit of the state of one stream.")


class PreferenceOptions(TypedDict, total=False):
    """The fields of :class:`Preferences` as keyword arguments."""

    prefer: Prefer
    max_parameters: int | None
    max_step_latency_us: float | None
    max_state_bytes: int | None
