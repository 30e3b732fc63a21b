"""What classifier, regressor and tagger share as recurrent networks over whole sequences."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from gatewise.data.arrays import Floats, Rows
from gatewise.data.batch import SequenceBatch, bucketed
from gatewise.data.inputs.base import Inputs
from gatewise.data.sequences import SequenceSet
from gatewise.errors import ConfigurationError, DataError
from gatewise.estimators.config import ClassifierConfig, RegressorConfig, TaggerConfig
from gatewise.estimators.members import fit_members
from gatewise.estimators.schedule import default_batch_size, scheduled
from gatewise.estimators.seeds import RandomState
from gatewise.estimators.sequence_arguments import as_sequences
from gatewise.estimators.tracing import Shown, Traced
from gatewise.models.sequence import SequenceNetwork, SequenceShape
from gatewise.nn import Cell
from gatewise.spelling import spelled
from gatewise.training.history import History
from gatewise.training.watching import ShownProgress

__all__ = ["SequenceNetworkMixin"]


class SequenceNetworkMixin(Traced, ABC):
    """Training networks from encoded sequences, and looking into them; a subclass gives ``_network``."""

    cell: str | Cell
    max_seconds: float | str | None
    random_state: RandomState
    progress: ShownProgress
    kind_: str
    inputs_: Inputs
    networks_: list[SequenceNetwork]
    histories_: list[History]

    def _build(self, shape: SequenceShape) -> SequenceNetwork:
        return SequenceNetwork(shape)

    @abstractmethod
    def _shape(self) -> SequenceShape:
        """Return the shape of the network, as data and options ask for it."""

    def _network(self) -> SequenceNetwork:
        """Build an untrained network."""
        return self._build(self._shape())

    def _go_on(self, asked: bool) -> bool:
        """Return whether there are networks to go on from and it is asked for; forget them where it is not.

        Raises
        ------
        ConfigurationError
            Options ask for another network than the fitted one.
        """
        if not asked or not hasattr(self, "networks_"):
            vars(self).pop("networks_", None)
            return False
        fitted = self.networks_[0].shape
        # What was found in the data that the network was built for, which loading does not bring back.
        vars(self).setdefault("memory_", fitted.memory)
        vars(self).setdefault("dropout_", fitted.dropout)
        now = self._shape()
        for field in fields(SequenceShape):
            had, has = getattr(fitted, field.name), getattr(now, field.name)
            if str(had) != str(has):
                raise ConfigurationError(
                    f"the fitted networks have {had}, and training goes on from them: expected the same, got {has}; "
                    f"leave {spelled('warm_start')} out to begin anew",
                    option=field.name,
                )
        return True

    def shown(self, X: Any) -> Iterator[Shown]:
        """Give each sequence as networks read it, and as its user does."""
        if X is None:
            raise DataError(f"data: a {type(self).__name__} needs sequences; give data")
        read = self.read_all(X)  # type: ignore[attr-defined]  # the estimator has it
        given = read if isinstance(read, SequenceSet) else None
        known = given.target if given is not None and given.task == getattr(self, "task", None) else None
        ids = getattr(read, "ids", None)
        channels, codes = getattr(read, "channels", ()), getattr(self, "channel_codes_", None)
        channels = channels if codes is None or not channels else codes.named(channels)
        for number, whole in enumerate(self.coded(as_sequences(self, read, reset=False))):  # type: ignore[attr-defined]  # as above
            sequence = self._part_shown(whole)
            batch = self.inputs_.collate([self.inputs_.encode(sequence)])
            axis, seen = self.inputs_.shown(sequence, int(batch.lengths[0]))
            name = str(number + 1) if ids is None else str(ids[number])
            total = self.inputs_.units(whole)
            yield Shown(
                name, axis, seen, batch, channels,
                None if known is None else self._part_shown(known[number]),
                total=total if total > len(seen) else None,
                cut="" if total <= len(seen) else "middle" if sequence is whole else "end",
            )  # fmt: skip

    def _part_shown(self, sequence: Any) -> Any:
        """Return as much of a sequence, or of its target, as is read at once."""
        return sequence

    def without(self, shown: Shown, first: int, last: int, channel: int | None = None) -> Shown:
        """Return a sequence as if some of it had not been observed; see :meth:`Traced.without`."""
        encoded = self.inputs_.without(shown.given, first, last, channel)
        return replace(shown, batch=self.inputs_.collate([encoded]))

    def changed(self, shown: Shown, step: int, channel: int, value: Any) -> Shown:
        """Return a sequence with another value, or another word, in one place, encoded anew."""
        if isinstance(shown.given, list):
            words = [*shown.given]
            words[step] = value
            return self._encoded_anew(shown, words)
        if self.kind_ == "audio":
            raise DataError(
                "change: recordings are shown as levels, which cannot be changed; clamp a gate or a unit"
            )
        given = shown.given.copy()
        given[step, channel] = value
        return self._encoded_anew(shown, given)

    def _encoded_anew(self, shown: Shown, given: Any) -> Shown:
        batch = self.inputs_.collate([self.inputs_.encode(given)])
        axis, seen = self.inputs_.shown(given, int(batch.lengths[0]))
        return replace(shown, axis=axis, given=seen, batch=batch)

    def _train(
        self,
        encoded: Sequence[NDArray[Any]],
        target_of: Callable[[Rows], NDArray[Any]],
        loss_of: Callable[[nn.Module, SequenceBatch], Tensor],
        config: ClassifierConfig | RegressorConfig | TaggerConfig,
        *,
        default_steps: int,
        learned: Sequence[Rows] | None = None,
        weights: Floats | None = None,
        one_pass: bool = False,
    ) -> None:
        """Set ``networks_`` and ``histories_`` from sequences that ``inputs_`` has encoded.

        ``target_of`` gives the target of a batch from the numbers of its sequences; ``learned`` the numbers of the
        sequences that each member learns from, by default all; ``default_steps`` are the updates where ``config``
        names no number. ``weights`` are those of sequences; ``one_pass``: see each of them once by default. Networks
        that are there are trained on.
        """
        lengths = np.array([len(sequence) for sequence in encoded])
        size = config.training.batch_size or default_batch_size(len(encoded))
        fitted = [copy.deepcopy(network) for network in getattr(self, "networks_", [])]
        members = len(fitted) or config.members
        turns = iter(learned or [np.arange(len(encoded))] * members)
        steps = max(1, round(len(encoded) / size)) if one_pass else default_steps

        def batches(random: np.random.Generator) -> Iterator[SequenceBatch]:
            own = next(turns)
            for places in bucketed(lengths[own], size, random):
                rows = own[places]
                batch = self.inputs_.collate([encoded[row] for row in rows], target_of(rows), random)
                yield batch if weights is None else batch.weighted(weights[rows])

        self.networks_, self.histories_ = fit_members(
            iter(fitted).__next__ if fitted else self._network,
            batches,
            loss_of,
            scheduled(
                config.training, self.cell, self.max_seconds, each_value=getattr(self, "per_step_", False)
            ),
            members=members,
            steps=config.training.steps or steps,
            random_state=self.random_state,
            report=self.progress,
        )
