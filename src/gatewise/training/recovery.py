"""Going back to the best weights, with a lower rate, when the loss climbs for long or is no number any more."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

__all__ = ["Recovery"]

BLOCKS, FEWEST, MOST = 100, 20, 100
PATIENCE = 3
SHARE_OF_GAIN, SHARE_OF_LOSS, DEVIATIONS = 0.1, 0.05, 6.0
SLOWER = 0.5
MOST_FAILURES = 5


@dataclass(frozen=True)
class Level:
    """The mean loss of a block of updates, and its standard error."""

    mean: float
    error: float

    @classmethod
    def of(cls, losses: list[float]) -> Level:
        """Return the level of these losses."""
        return cls(statistics.fmean(losses), statistics.stdev(losses) / math.sqrt(len(losses)))


class Recovery:
    """Watches the loss of one training, keeps its best weights, and puts them back.

    The loss is looked at in blocks of a hundredth of the run, 20 to 100 updates. It climbs where the mean of a block
    lies above the lowest so far by a tenth of what was gained since the first block, by a twentieth of the lowest
    itself, and by six standard errors. Three such blocks in a row, one at the end of the run, or a loss that is no
    number: weights and the optimizer's moments are again those after the best block, and the rate is halved from there
    on. That is seldom what noise does, and always what a cell does that was driven too fast: in our language models a
    GRU at the LSTM's rate lost half of what it had learned, and half of the time left in finding it again.

    Parameters
    ----------
    model : Module
    optimizer : Optimizer
    steps : int
        Updates that are planned.

    Attributes
    ----------
    updates : list of int
        At which it went back.
    """

    def __init__(self, model: nn.Module, optimizer: Optimizer, steps: int) -> None:
        self.model, self.optimizer = model, optimizer
        self.block = min(max(steps // BLOCKS, FEWEST), MOST)
        self.updates: list[int] = []
        self._losses: list[float] = []
        self._first = self._best = Level(math.inf, 0.0)
        self._kept: list[tuple[Tensor, Tensor]] = []
        self._climbing = 0

    @property
    def slower(self) -> float:
        """By how much the rate is to be multiplied."""
        return SLOWER ** len(self.updates)

    def observe(self, step: int, loss: float) -> None:
        """Take note of the loss of an update that was made, and go back if it has climbed for long."""
        self._losses.append(loss)
        if len(self._losses) < self.block:
            return
        level, self._losses = Level.of(self._losses), []
        if level.mean < self._best.mean:
            if not self._kept:
                self._first = level
            self._best, self._climbing = level, 0
            self._kept = [(tensor, tensor.clone()) for tensor in self._tensors()]
            return
        self._climbing = self._climbing + 1 if self._is_above(level) else 0
        if self._climbing == PATIENCE:
            self._go_back(step)

    def failed(self, step: int) -> bool:
        """Go back from a loss or gradient that is no number; ``False`` where there is nothing to go back to."""
        if not self._kept or len(self.updates) >= MOST_FAILURES:
            return False
        self._go_back(step)
        return True

    def finish(self, step: int) -> None:
        """Go back if the run ends while its loss climbs."""
        if self._climbing:
            self._go_back(step)

    def _is_above(self, level: Level) -> bool:
        rise, best = level.mean - self._best.mean, self._best.mean
        noise = DEVIATIONS * math.hypot(level.error, self._best.error)
        return rise > max(SHARE_OF_GAIN * (self._first.mean - best), SHARE_OF_LOSS * abs(best), noise)

    @torch.no_grad()
    def _go_back(self, step: int) -> None:
        for tensor, kept in self._kept:
            tensor.copy_(kept)
        self.updates.append(step)
        self._losses, self._climbing = [], 0

    def _tensors(self) -> list[Tensor]:
        """Return weights, buffers and moments; all are changed in place."""
        states = (self.optimizer.state[p] for group in self.optimizer.param_groups for p in group["params"])
        moments = [value for state in states for value in state.values() if isinstance(value, Tensor)]
        return [*self.model.state_dict().values(), *moments]
