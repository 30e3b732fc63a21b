"""How the gradient of a cell goes back in time."""

from __future__ import annotations

from typing import Any

from pydantic import Field, computed_field, model_validator

from gatewise.inspection.decay import Course, course, half_life
from gatewise.verdict.value import Value

__all__ = ["Gradient", "GradientCurve"]


class GradientCurve(Value):
    """How strongly the state ``k`` steps ago still moves the last one.

    What follows from the norms is written to JSON beside them and never read: it cannot disagree with them, and
    files of earlier versions speak by these definitions too.

    Attributes
    ----------
    lags : tuple of int
    norms : tuple of float
        ‖∂(v·h_t)/∂state at lag k‖ relative to lag 0, geometric mean over sequences.
    """

    lags: tuple[int, ...]
    norms: tuple[float, ...]

    @model_validator(mode="before")
    @classmethod
    def _measured_alone(cls, values: Any) -> Any:
        followed = cls.model_computed_fields
        return {k: v for k, v in values.items() if k not in followed} if isinstance(values, dict) else values

    @computed_field  # type: ignore[prop-decorator]  # pydantic's way to write a property to JSON
    @property
    def half_life(self) -> int | None:
        """The first lag at which the norm is at or below one half; ``None`` where at none."""
        return half_life(self.lags, self.norms)

    @computed_field  # type: ignore[prop-decorator]  # as above
    @property
    def left(self) -> float:
        """Share of the norm that is left at the longest lag."""
        return self.norms[-1]

    @computed_field  # type: ignore[prop-decorator]  # as above
    @property
    def verdict(self) -> Course:
        """How the norm goes over 16 steps, in a word: see :func:`gatewise.inspection.decay.course`."""
        return course(self.lags, self.norms)


class Gradient(Value):
    """The gradient flow of a cell.

    Attributes
    ----------
    initial, trained : GradientCurve or None
    clip_rate : float
        Share of updates in which the gradient was clipped.
    open, shut : dict of str to float
        Share of gate values above 0.9, and below 0.1, per gate, after training: two things, which are not added.
    gates : dict of str to tuple of float
        The mean of all units of each gate at each step of one test sequence, the same for all cells; at most 80 steps.
    saturated : dict of str to float
        Of comparisons by 0.1.0, where both were one: share of values below 0.05 or above 0.95.
    """

    initial: GradientCurve | None
    trained: GradientCurve | None
    clip_rate: float
    open: dict[str, float] = Field(default_factory=dict)
    shut: dict[str, float] = Field(default_factory=dict)
    gates: dict[str, tuple[float, ...]] = Field(default_factory=dict)
    saturated: dict[str, float] = Field(default_factory=dict)
