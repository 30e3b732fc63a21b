"""What a fitted network did with one sequence: what it read, every state and gate, and what it answered."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from gatewise.data.arrays import Floats, Values
from gatewise.data.axis import Axis
from gatewise.errors import ConfigurationError
from gatewise.nn import Cell, Inside, inside

__all__ = ["Answer", "LayerTrace", "Named", "SequenceTrace", "Shown", "Traced", "as_floats", "joined"]

# Of answers: their names, and what they are.
Named: TypeAlias = tuple[tuple[str, ...], str]


@dataclass(frozen=True)
class Answer:
    """What one network says of a sequence.

    Attributes
    ----------
    values : float64 array, shape (answers,), or (steps, answers) where it answers at every step
    names : tuple of str
        Of the answers: classes, labels, symbols, forecast rows by their stamps; ``("value",)`` of a number.
    what : str
        "probability" or "value".
    truth : float64 array, str, list of str, or None
        What should have been answered, where it is known.
    """

    values: Floats
    names: tuple[str, ...]
    what: str
    truth: Any = None


@dataclass(frozen=True)
class Shown:
    """A sequence as an estimator looks into it.

    Attributes
    ----------
    name : str
    axis : Axis
    given : float32 array (units, channels) or list of str
        What the user gave, unit by unit, as far as the network saw it.
    channels : tuple of str
    batch : the batch of one row that networks take
    truth : see :class:`Answer`
    stamps : tuple of str
        Of forecast rows.
    total : int or None
        Units that were given, where fewer are shown.
    cut : {"", "middle", "end"}
        Which of them are not.
    """

    name: str
    axis: Axis
    given: Values | list[str]
    batch: Any
    channels: tuple[str, ...] = ()
    truth: Any = None
    stamps: tuple[str, ...] = ()
    total: int | None = None
    cut: str = ""


@dataclass(frozen=True)
class LayerTrace:
    """One direction of one layer over one sequence.

    Attributes
    ----------
    cell : Cell
    layer : int
        From 1, the lowest.
    direction : {"forward", "backward"}
    input : float32 array, shape (steps, features)
        As the cell sees it.
    before, states, gates : dict of str to float32 array, shape (steps, units)
        What each step began with, what it left, and its gates. Backward, a step begins with what those after it left.
    weights : dict of str to float32 array
        ``input`` (blocks · units, features), ``hidden`` (blocks · units, units), ``input_bias`` and ``hidden_bias``
        (blocks · units), the biases only where there are some.
    """

    cell: Cell
    layer: int
    direction: str
    input: Values
    before: dict[str, Values]
    states: dict[str, Values]
    gates: dict[str, Values]
    weights: dict[str, Values]

    @classmethod
    def of(cls, found: Inside, row: int = 0, steps: int | None = None) -> LayerTrace:
        """Take one row of a batch out, and of it the first ``steps``."""

        def cut(tensor: torch.Tensor) -> Values:
            return np.ascontiguousarray(tensor.detach()[:steps, row].float().numpy())

        def all_of(parts: dict[str, torch.Tensor]) -> dict[str, Values]:
            return {name: cut(part) for name, part in parts.items()}

        weights = {
            name: part.detach().float().numpy()
            for name, part in found.weights._asdict().items()
            if part is not None
        }
        direction = "backward" if found.direction else "forward"
        return cls(
            found.cell, found.layer + 1, direction, cut(found.input), all_of(found.before), all_of(found.states),
            all_of(found.gates), weights,
        )  # fmt: skip

    @property
    def kept(self) -> Values | None:
        """The share of its (last) state that each unit keeps in a step; ``None`` without such a gate."""
        return self.cell.kept(self.gates)

    @property
    def written(self) -> Values | None:
        """The share of the candidate that each unit takes in a step; ``None`` without such a gate."""
        return self.cell.written(self.gates)

    @property
    def state(self) -> Values:
        """The state that the keep gate acts on: ``c`` of an LSTM, else ``h``."""
        return self.states[self.cell.states[-1]]


@dataclass(frozen=True)
class SequenceTrace:
    """What one network of a fitted estimator did with one sequence.

    Attributes
    ----------
    model : str
        The name of the cell, or the one that a comparison gave.
    name : str
        Of the sequence.
    member : int
        Which of the estimator's networks, from 0.
    axis : Axis
    given, channels
        What the user gave; see :class:`Shown`.
    layers : tuple of LayerTrace
        From the lowest on; of two directions the forward one first.
    answer : Answer
        Of this network alone.
    total, cut
        What was given and is not shown; see :class:`Shown`.
    """

    model: str
    name: str
    member: int
    axis: Axis
    given: Values | list[str]
    channels: tuple[str, ...]
    layers: tuple[LayerTrace, ...]
    answer: Answer
    total: int | None = None
    cut: str = ""

    def __len__(self) -> int:
        return len(self.axis)

    @property
    def top(self) -> tuple[LayerTrace, ...]:
        """The directions of the highest layer, of which the answer is made."""
        return tuple(one for one in self.layers if one.layer == self.layers[-1].layer)


class Traced(ABC):
    """An estimator that can be looked into; a subclass says how it reads a sequence and what a network answers."""

    cell: str | Cell
    networks_: Sequence[Any]

    def trace(self, X: Any = None, *, member: int = 0) -> list[SequenceTrace]:
        """Record inputs, states, gates and answer of one network for each sequence.

        Parameters
        ----------
        X : what ``predict`` takes
        member : int, default 0
            Which of the estimator's networks.

        Returns
        -------
        list of SequenceTrace

        Raises
        ------
        ConfigurationError
            There is no such network.
        """
        self._check_fitted()  # type: ignore[attr-defined]  # every estimator has it
        return [self.trace_of(one, member=member) for one in self.shown(X)]

    def trace_of(self, shown: Shown, *, member: int = 0) -> SequenceTrace:
        """Record what one network does with a sequence that :meth:`shown` gave."""
        network: Any = self.network_of(member)
        with torch.inference_mode():
            answer = self.said(network, shown)
            found = inside(network.cell, network.tokens(shown.batch))
        return SequenceTrace(
            str(self.cell), shown.name, member, shown.axis, shown.given, shown.channels,
            tuple(LayerTrace.of(one) for one in found), replace(answer, truth=shown.truth), shown.total, shown.cut,
        )  # fmt: skip

    def network_of(self, member: int) -> nn.Module:
        """Return one of the networks."""
        if isinstance(member, bool) or not isinstance(member, int) or not 0 <= member < len(self.networks_):
            raise ConfigurationError(
                f"member: expected a number from 0 to {len(self.networks_) - 1}, got {member!r}"
            )
        network: nn.Module = self.networks_[member]
        return network

    @abstractmethod
    def shown(self, X: Any) -> Iterator[Shown]:
        """Give each sequence as networks read it, and as its user does."""

    def said(self, network: Any, shown: Shown) -> Answer:
        """Return what one network answers."""
        names, what = self.answered(shown)
        return Answer(self.answers(network, shown.batch)[0], names, what)

    @abstractmethod
    def answers(self, network: Any, batch: Any) -> Floats:
        """Return what one network answers to each row of a batch."""

    @abstractmethod
    def answered(self, shown: Shown) -> Named:
        """Return the names of these answers, and what they are: see :class:`Answer`."""

    @abstractmethod
    def without(self, shown: Shown, first: int, last: int, channel: int | None = None) -> Shown:
        """Return a sequence as if its units ``first`` to ``last`` (of ``given``) had not been observed.

        Values stand on the straight line between their neighbours, words and symbols are unknown, sounds are silent.

        Parameters
        ----------
        channel : int, optional
            Of this channel alone.
        """

    @abstractmethod
    def changed(self, shown: Shown, step: int, channel: int, value: Any) -> Shown:
        """Return a sequence with another value, or another word, in one place of what its user gave.

        Raises
        ------
        DataError
            It cannot stand there.
        """


def joined(batches: Sequence[Any]) -> Any:
    """Make one batch of batches of rows of one length; words of fewer characters are filled up."""
    parts: dict[str, Any] = {}
    for name in vars(batches[0]):
        values = [getattr(one, name) for one in batches]
        if isinstance(values[0], torch.Tensor):
            widest = max(one.shape[-1] for one in values)
            filled = [nn.functional.pad(one, (0, widest - one.shape[-1])) for one in values]
            parts[name] = torch.cat(filled if values[0].ndim == 3 else values)
        else:
            parts[name] = None if values[0] is None else np.concatenate(values)
    return replace(batches[0], **parts)


def as_floats(tensor: torch.Tensor) -> NDArray[np.float64]:
    """Return a tensor as an array of float64."""
    return tensor.detach().double().numpy()
