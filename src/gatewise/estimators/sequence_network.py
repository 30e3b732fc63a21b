"""What classifier, regressor and tagger share as recurrent networks over whole sequences."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from gatewise.data.arrays import Rows
from gatewise.data.batch import SequenceBatch, bucketed
from gatewise.data.inputs.base import Inputs
from gatewise.estimators.config import ClassifierConfig, RegressorConfig, TaggerConfig
from gatewise.estimators.members import fit_members
from gatewise.estimators.schedule import default_batch_size, scheduled
from gatewise.models.sequence import SequenceNetwork, SequenceShape
from gatewise.nn import Cell
from gatewise.training.history import History, Progress

__all__ = ["SequenceNetworkMixin"]


class SequenceNetworkMixin(ABC):
    """Training of an estimator's networks from encoded sequences; a subclass gives ``_network``."""

    cell: str | Cell
    max_seconds: float | None
    random_state: int | None
    progress: Callable[[Progress], None] | None
    inputs_: Inputs
    networks_: list[SequenceNetwork]
    histories_: list[History]

    def _build(self, shape: SequenceShape) -> SequenceNetwork:
        return SequenceNetwork(shape)

    @abstractmethod
    def _network(self) -> SequenceNetwork:
        """Build an untrained network."""

    def _train(
        self,
        encoded: Sequence[NDArray[Any]],
        target_of: Callable[[Rows], NDArray[Any]],
        loss_of: Callable[[nn.Module, SequenceBatch], Tensor],
        config: ClassifierConfig | RegressorConfig | TaggerConfig,
        *,
        default_steps: int,
        learned: Sequence[Rows] | None = None,
    ) -> None:
        """Set ``networks_`` and ``histories_`` from sequences that ``inputs_`` has encoded.

        ``target_of`` gives the target of a batch from the numbers of its sequences; ``learned`` the numbers of the
        sequences that each member learns from, by default all; ``default_steps`` are the updates where ``config``
        names no number.
        """
        lengths = np.array([len(sequence) for sequence in encoded])
        size = config.training.batch_size or default_batch_size(len(encoded))
        turns = iter(learned or [np.arange(len(encoded))] * config.members)

        def batches(random: np.random.Generator) -> Iterator[SequenceBatch]:
            own = next(turns)
            for places in bucketed(lengths[own], size, random):
                rows = own[places]
                yield self.inputs_.collate([encoded[row] for row in rows], target_of(rows), random)

        self.networks_, self.histories_ = fit_members(
            self._network,
            batches,
            loss_of,
            scheduled(
                config.training, self.cell, self.max_seconds, each_value=getattr(self, "per_step_", False)
            ),
            members=config.members,
            steps=config.training.steps or default_steps,
            random_state=self.random_state,
            report=self.progress,
        )
