"""What one training run recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean

__all__ = ["History", "Progress"]


@dataclass(frozen=True)
class Progress:
    """One report from a running training, for a progress bar.

    Attributes
    ----------
    step, steps : int
        Updates done, and expected by the end: what is planned, or what the time that is given will allow.
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
    restarts : list of int
        Updates after which the best weights were put back and the rate was halved, as the loss had climbed for long
        or was no number any more; see :class:`~gatewise.training.recovery.Recovery`.
    stopped : {"finished", "patience", "time", "interrupted"}
        Why the run ended.
    """

    seconds: list[float] = field(default_factory=list)
    loss: list[float] = field(default_factory=list)
    evaluations: list[tuple[int, float, float]] = field(default_factory=list)
    steps: int = 0
    step_seconds: float = 0.0
    clip_rate: float = 0.0
    restarts: list[int] = field(default_factory=list)
    stopped: str = "finished"

    @classmethod
    def of_model(cls, histories: Sequence[History]) -> History:
        """Join the histories of networks that were trained one after the other and answer together.

        An update is one of each network: its times add up, losses are the mean.
        """
        if len(histories) == 1:
            return histories[0]
        moments = zip(*(zip(one.seconds, one.loss, strict=True) for one in histories), strict=False)
        pairs = [tuple(zip(*moment, strict=True)) for moment in moments]
        watched = [
            tuple(zip(*moment, strict=True))
            for moment in zip(*(one.evaluations for one in histories), strict=False)
        ]
        return cls(
            seconds=[sum(seconds) for seconds, _ in pairs],
            loss=[fmean(loss) for _, loss in pairs],
            evaluations=[(steps[0], sum(seconds), fmean(loss)) for steps, seconds, loss in watched],
            steps=min(one.steps for one in histories),
            step_seconds=sum(one.step_seconds for one in histories),
            clip_rate=fmean(one.clip_rate for one in histories),
            restarts=sorted(step for one in histories for step in one.restarts),
            stopped=histories[-1].stopped,
        )

    @property
    def total_seconds(self) -> float:
        """Return the wall-clock time of the whole run."""
        return self.seconds[-1] if self.seconds else 0.0

    def seconds_to(self, target: float) -> float | None:
        """Return the wall-clock time at which the smoothed loss first reached ``target``, or ``None``."""
        return next((s for s, loss in zip(self.seconds, self.loss, strict=True) if loss <= target), None)
