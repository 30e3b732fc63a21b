"""Where a running comparison stands: the error of every candidate so far, what runs, what is left."""

from __future__ import annotations

import math
import statistics
import time
from dataclasses import dataclass, field

from scipy.special import stdtrit

from gatewise.comparison.running.progress import Finished, Stage

__all__ = ["Candidate", "Standing"]

STAGES = {
    "kernels": "compiling kernels, once for this processor",
    "probing": "timing every cell, trying the baselines",
    "tuning": "trying learning rates",
    "training": "training seeds",
    "curves": "measuring error against data and length",
    "more seeds": "more seeds of what decides",
    "model": "fitting the model to ship",
}
LAST = 3


@dataclass
class Candidate:
    """What is known of a cell or a baseline by now.

    Attributes
    ----------
    name : str
    is_cell : bool
    errors : list of float
        On the test part, one for each training of the comparison itself.
    rates : int
        Learning rates tried by now.
    failures : int
        Trainings that gave no error.
    """

    name: str
    is_cell: bool
    errors: list[float] = field(default_factory=list)
    rates: int = 0
    failures: int = 0

    @property
    def error(self) -> float | None:
        """Return the mean of the errors so far."""
        return statistics.fmean(self.errors) if self.errors else None

    @property
    def half_width(self) -> float | None:
        """Return half of the 95 % t-interval of that mean over trainings; it says nothing of other test data."""
        count = len(self.errors)
        if count < 2:
            return None
        return float(stdtrit(count - 1, 0.975)) * statistics.stdev(self.errors) / math.sqrt(count)


class Standing:
    """Gathers what :class:`~gatewise.comparison.running.progress.Stage` tells.

    Attributes
    ----------
    stage : str
        What is being done, in words.
    done, total : int
        Jobs of the stage.
    running : tuple of str
        Candidates at work.
    last : list of str
        The trainings that ended last, the newest first.
    error_name : str
        What errors are, such as "MASE".
    """

    def __init__(self) -> None:
        self.stage, self.done, self.total = "", 0, 0
        self.running: tuple[str, ...] = ()
        self.last: list[str] = []
        self.error_name = "error"
        self._candidates: dict[str, Candidate] = {}
        self._left: tuple[float, float] | None = None

    def add(self, stage: Stage) -> None:
        """Take note of what was told."""
        self.stage = STAGES.get(stage.name, stage.name)
        self.done, self.total, self.running = stage.done, stage.total, stage.running
        self._left = None if stage.seconds_left is None else (time.monotonic(), stage.seconds_left)
        if stage.finished is not None:
            self._ended(stage.finished)

    def _ended(self, ended: Finished) -> None:
        self.last = [str(ended), *self.last][:LAST]
        one = self._candidates.setdefault(
            ended.name, Candidate(ended.name, is_cell=ended.purpose != "baseline")
        )
        if ended.purpose == "tune":
            one.rates += 1
        elif ended.purpose in ("main", "baseline"):
            self.error_name = ended.error_name
            if ended.error is not None:
                one.errors.append(ended.error)
            else:
                one.failures += 1

    @property
    def candidates(self) -> list[Candidate]:
        """Return them best first; those without an error stand last."""
        return sorted(self._candidates.values(), key=lambda one: (one.error is None, one.error or 0.0))

    @property
    def seconds_left(self) -> float | None:
        """Return the time until the end as it was told last, less what has gone by since."""
        if self._left is None:
            return None
        told, seconds = self._left
        return seconds - (time.monotonic() - told)
