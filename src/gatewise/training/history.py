"""What one training run recorded."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["History", "Progress"]


@dataclass(frozen=True)
class Progress:
    """One report from a running training, for a progress bar.

    Attributes
    ----------
    step, steps : int
        Updates done and planned.
    loss : float
        Smoothed training loss.
    seconds_left : float
        Estimate of the wall-clock time until the end.
    """

    step: int
    steps: int
    loss: float
    seconds_left: float


@dataclass
class History:
    """The course of one training run.

    Attributes
    ----------
    seconds, loss : list of float
        Wall clock since the start and smoothed training loss, at up to 100 moments.
    evaluations : list of (step, seconds, validation loss)
    steps : int
        Updates done.
    step_seconds : float
        Median wall-clock time of one update.
    clip_rate : float
        Share of updates in which the gradient was clipped.
    stopped : {"finished", "patience", "time", "interrupted"}
        Why the run ended.
    """

    seconds: list[float] = field(default_factory=list)
    loss: list[float] = field(default_factory=list)
    evaluations: list[tuple[int, float, float]] = field(default_factory=list)
    steps: int = 0
    step_seconds: float = 0.0
    clip_rate: float = 0.0
    stopped: str = "finished"

    @property
    def total_seconds(self) -> float:
        """Return the wall-clock time of the whole run."""
        return self.seconds[-1] if self.seconds else 0.0

    def seconds_to(self, target: float) -> float | None:
        """Return the wall-clock time at which the smoothed loss first reached ``target``, or ``None``."""
        return next((s for s, loss in zip(self.seconds, self.loss, strict=True) if loss <= target), None)
