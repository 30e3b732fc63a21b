"""How a network is trained."""

from __future__ import annotations

import math

from pydantic import Field

from gatewise.validation import Options, seconds_from

__all__ = ["TrainingConfig"]

DEFAULT_RATE = 3e-3


class TrainingConfig(Options):
    """Settings of the training loop; every default is what worked across data sets, not on one.

    Attributes
    ----------
    learning_rate : float or None
        Peak rate of AdamW; ``None`` lets the estimator choose (3e-3 for most). It matters more than the
        choice of cell (Greff et al. 2017), so a comparison tunes it for each cell.
    steps : int or None
        Updates; ``None`` lets the estimator choose from the amount of data.
    batch_size : int or None
        Windows or sequences per update; ``None`` lets the estimator choose.
    weight_decay : float, default 0.01
        Decoupled decay (Loshchilov & Hutter 2019) of matrices only, never of biases.
    warmup : float, default 0.08
        Share of the updates in which the rate rises linearly; it then falls to zero along a cosine.
    clip_norm : float, default 1.0
        Gradients are scaled down to this global norm (Pascanu et al. 2013); how often is recorded.
    patience : int or None, default None
        Stop after this many evaluations without improvement and keep the best weights. ``None``: run the
        whole annealed schedule and keep the last weights, which generalise better than the best of a
        long schedule.
    evaluate_every : int or None
        Updates between two evaluations on the validation part; ``None``: 10 in a run.
    max_seconds : float or None
        Plan the schedule to end, annealed, within this wall-clock time, of all members of one model together; the
        ``budget`` of a comparison is for everything that it trains. A run that time has shortened is not
        reproducible bit for bit.
    """

    learning_rate: float | None = Field(default=None, gt=0, lt=10)
    steps: int | None = Field(default=None, ge=1)
    batch_size: int | None = Field(default=None, ge=1)
    weight_decay: float = Field(default=0.01, ge=0)
    warmup: float = Field(default=0.08, ge=0, lt=1)
    clip_norm: float = Field(default=1.0, gt=0)
    patience: int | None = Field(default=None, ge=1)
    evaluate_every: int | None = Field(default=None, ge=1)
    max_seconds: float | None = Field(default=None, gt=0)

    @property
    def peak_rate(self) -> float:
        """Return the learning rate, or what is used where none was chosen."""
        return DEFAULT_RATE if self.learning_rate is None else self.learning_rate

    def within(self, max_seconds: float | str | None) -> TrainingConfig:
        """Return the same settings with this time limit, in seconds or as ``"90s"``, where there is one."""
        if isinstance(max_seconds, str):
            max_seconds = seconds_from(max_seconds, option="max_seconds")
        return self if max_seconds is None else self.model_copy(update={"max_seconds": max_seconds})

    def rate_at(self, progress: float) -> float:
        """Return the learning rate when ``progress`` (0 … 1) of the run is done."""
        if progress < self.warmup:
            return self.peak_rate * progress / self.warmup
        annealed = (progress - self.warmup) / (1.0 - self.warmup)
        return self.peak_rate * 0.5 * (1.0 + math.cos(math.pi * min(1.0, annealed)))
