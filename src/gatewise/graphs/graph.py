"""What a model computes, written down: inputs, states, operators one after the other, answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "Dimension", "Field", "Graph", "Node", "State"]

Array = NDArray[Any]
# A number, or the name of one that a caller chooses: "batch", "time".
Dimension = int | str


@dataclass(frozen=True)
class Field:
    """One input or answer.

    Attributes
    ----------
    name : str
    dtype : {"float32", "float64", "int64", "bool"}
    shape : tuple of int and str
        ``"batch"`` is the first axis of every field; ``"time"`` counts steps.
    names : tuple of str
        What the places of the last axis are called, where they have names: classes, labels, channels.
    """

    name: str
    dtype: str
    shape: tuple[Dimension, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class State:
    """What is carried from one step to the next.

    Attributes
    ----------
    name, after : str
        Of the value before the step and after it.
    initial : array
        What a stream begins with, without the batch axis.
    """

    name: str
    after: str
    initial: Array

    @property
    def dtype(self) -> str:
        """The name of its type."""
        return str(self.initial.dtype)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one stream's, without the batch axis."""
        shape: tuple[int, ...] = self.initial.shape
        return shape

    @property
    def nbytes(self) -> int:
        """Bytes that one stream carries of it."""
        return self.initial.nbytes


@dataclass(frozen=True)
class Node:
    """One operator: a name of ONNX's and its meaning there, or one of the two in :mod:`gatewise.graphs.recurrent`.

    Attributes
    ----------
    operator : str
    inputs, outputs : tuple of str
        Names of values. Axes, shapes and the like are attributes here, also where ONNX has them as inputs.
    attributes : dict
    """

    operator: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Graph:
    """A model, or one step of it.

    Attributes
    ----------
    name : str
    inputs, outputs : tuple of Field
    states : tuple of State
        Empty where whole sequences are read.
    nodes : tuple of Node
        In an order in which they can be computed.
    constants : dict of str to array
        Weights and everything else that was learned.
    about : dict
        What else one has to know to use it, as JSON values: what stays outside of it, classes, vocabulary.
    """

    name: str
    inputs: tuple[Field, ...]
    outputs: tuple[Field, ...]
    states: tuple[State, ...]
    nodes: tuple[Node, ...]
    constants: Mapping[str, Array]
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def state_bytes(self) -> int:
        """Bytes that one stream carries from step to step."""
        return sum(state.nbytes for state in self.states)

    @property
    def constant_bytes(self) -> int:
        """Bytes of everything that was learned."""
        return sum(np.asarray(array).nbytes for array in self.constants.values())
