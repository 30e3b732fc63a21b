"""What a cell is: one description, which everything else reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from types import FunctionType
from typing import Any, NamedTuple, TypeVar, cast

from torch import Tensor

from gatewise.errors import ConfigurationError

__all__ = ["Cell", "States", "Step", "Weights", "operator_name"]

States = tuple[Tensor, ...]
# Tensors or arrays.
Values = TypeVar("Values", bound=Any)


class Weights(NamedTuple):
    """Parameters of one direction of one layer; ``blocks`` blocks of ``hidden`` units each.

    They have torch's layout: one row per block and unit, so ``x W`` of the equations is ``x @ weight.T``.
    """

    input: Tensor  # (blocks * hidden, input)
    hidden: Tensor  # (blocks * hidden, hidden)
    input_bias: Tensor | None = None  # (blocks * hidden,)
    hidden_bias: Tensor | None = None  # (blocks * hidden,)


class Step(NamedTuple):
    """What one time step gives: the new states, the output being the first, and the gates by name."""

    states: States
    gates: dict[str, Tensor]


@dataclass(frozen=True)
class Cell:
    """One kind of recurrent cell, as data: what layers, streams, comparisons and reports read of it.

    ``gatewise.nn.Recurrent(cell, input_size, hidden_size)`` makes a layer of it. The step is the definition of
    correct; kernels, if there are any, are tested against it.

    Parameters
    ----------
    name : str
        How users call it, in ``cell=`` and ``--cells``: letters, digits, ``-`` and ``_``, a letter first.
    description : str
        How messages call it.
    states : tuple of str
        What is carried between steps, the output first; one or two.
    block_names : tuple of str
        The blocks of parameters, each ``hidden × (input + hidden)``, in the order in which the weights have them.
    gates : tuple of str
        Those of the blocks that multiply something: the keys of what ``step`` gives.
    keeps : tuple of int
        Per block, what its gate does with the past: 1 keeps it, −1 lets in the new, 0 neither.
    initial_bias : tuple of float
        One value per block.
    equations : tuple of str
        The same as ``step``, a line each, for people.
    step : callable
        ``(projected, states, weights) -> Step``, where ``projected`` is ``x W + b`` of this step. It must neither
        write in place nor look at values, so that it differentiates any number of times and works under
        ``torch.func`` and in every floating-point type.
    kernel : str, optional
        Name of its kernels in :mod:`gatewise.kernels.cells`; without any the reference runs it. Records that differ
        only in what the equations do not see, such as ``initial_bias``, may share kernels.
    torch_operator : callable, optional
        torch's own operator of the same function.
    padding : tuple of float, optional
        For that operator: weights of an input column that is 1 on padded steps, one per block, such that the states
        stay within bounds there.
    summary : str
        What it is, for people, in a line: what :func:`gatewise.explain` begins with.
    meanings : tuple of str
        For people: what each of the gates does when it is 1 and when it is 0; none, or one for each of ``gates``.

    Raises
    ------
    ConfigurationError
        If the name cannot be typed, or the numbers of states, blocks and biases do not fit together.

    Examples
    --------
    A cell that forgets at one fixed rate:

    >>> import torch.nn.functional as F
    >>> from gatewise.nn import Cell, Recurrent
    >>> def step(projected, states, weights):
    ...     new = (projected + F.linear(states[0], weights.hidden, weights.hidden_bias)).tanh()
    ...     return (0.9 * states[0] + 0.1 * new,), {}
    >>> leaky = Cell("leaky", "leaky RNN", ("h",), ("candidate",), step=step)
    >>> Recurrent(leaky, 3, 8)
    leaky(3, 8)
    """

    name: str
    description: str
    states: tuple[str, ...]
    block_names: tuple[str, ...]
    step: Callable[[Tensor, States, Weights], tuple[States, dict[str, Tensor]]] = field(repr=False)
    gates: tuple[str, ...] = ()
    keeps: tuple[int, ...] = ()
    initial_bias: tuple[float, ...] = ()
    equations: tuple[str, ...] = ()
    kernel: str | None = None
    torch_operator: Callable[..., tuple[Tensor, ...]] | None = field(default=None, repr=False)
    padding: tuple[float, ...] | None = None
    summary: str = ""
    meanings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", self.name):
            raise ConfigurationError(
                f"cell: name: expected letters, digits, - and _, a letter first, got {self.name!r}"
            )
        for name in ("states", "block_names", "gates", "keeps", "initial_bias", "equations", "meanings"):
            value = getattr(self, name)
            if isinstance(value, str):
                raise ConfigurationError(f"cell {self.name}: {name}: expected a tuple, got {value!r}")
            object.__setattr__(self, name, tuple(value))
        if not self.block_names:
            raise ConfigurationError(f"cell {self.name}: block_names: expected at least one, got none")
        if not 1 <= len(self.states) <= 2:
            raise ConfigurationError(f"cell {self.name}: states: expected one or two, got {len(self.states)}")
        for name, default in (("keeps", 0), ("initial_bias", 0.0)):
            if not getattr(self, name):
                object.__setattr__(self, name, (default,) * self.blocks)
            if len(getattr(self, name)) != self.blocks:
                raise ConfigurationError(
                    f"cell {self.name}: {name}: expected {self.blocks}, one for each of "
                    f"{', '.join(self.block_names)}, got {len(getattr(self, name))}"
                )

        foreign = [gate for gate in self.gates if gate not in self.block_names]
        if foreign:
            raise ConfigurationError(
                f"cell {self.name}: gates: expected some of {', '.join(self.block_names)}, got {foreign[0]!r}"
            )
        if len(self.meanings) not in (0, len(self.gates)):
            raise ConfigurationError(
                f"cell {self.name}: meanings: expected one for each of {', '.join(self.gates) or 'no gates'}, "
                f"got {len(self.meanings)}"
            )

    @property
    def blocks(self) -> int:
        """Number of blocks of parameters."""
        return len(self.block_names)

    @property
    def operator(self) -> str:
        """Name of its operator among torch's, behind ``gatewise::``."""
        return self.kernel or operator_name(self.name)

    def kept(self, gates: Mapping[str, Values]) -> Values | None:
        """Return the share of its (last) state that each unit keeps in a step; ``None`` where no gate keeps one."""
        named = dict(zip(self.keeps, self.block_names, strict=True))
        if 1 in named:
            return gates[named[1]]
        return cast(Values, 1 - gates[named[-1]]) if -1 in named else None

    def written(self, gates: Mapping[str, Values]) -> Values | None:
        """Return the share of its candidate that each unit takes in a step; ``None`` where no gate says it."""
        named = dict(zip(self.keeps, self.block_names, strict=True))
        if -1 in named:
            return gates[named[-1]]
        return cast(Values, 1 - gates[named[1]]) if 1 in named else None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Cell):
            return NotImplemented
        return all(_same(getattr(self, one.name), getattr(other, one.name)) for one in fields(self))

    def __hash__(self) -> int:
        return hash((self.name, self.description, self.states, self.block_names))

    def __str__(self) -> str:
        return self.name


def operator_name(name: str) -> str:
    """Write a cell's name as torch takes it, which tells neither upper and lower case nor - and _ apart."""
    return name.lower().replace("-", "_")


def _same(one: object, other: object) -> bool:
    """Return whether two values are equal, functions also if one is a copy of the other or defined again as it was."""
    if isinstance(one, partial) and isinstance(other, partial):
        return _same(one.func, other.func) and (one.args, one.keywords) == (other.args, other.keywords)
    try:
        if one is other or not (isinstance(one, FunctionType) and isinstance(other, FunctionType)):
            return bool(one == other)
        return _meaning(one) == _meaning(other) and all(map(_same, _enclosed(one), _enclosed(other)))
    except (RuntimeError, ValueError):
        return False  # such as tensors, which have no single answer to ==


def _meaning(function: FunctionType) -> tuple[object, ...]:
    """Return what a function does, whatever the line on which it stands."""
    code = function.__code__
    return code.co_code, code.co_consts, code.co_names, function.__defaults__, function.__kwdefaults__


def _enclosed(function: FunctionType) -> list[object]:
    return [cell.cell_contents for cell in function.__closure__ or ()]
