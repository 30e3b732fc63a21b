"""What a cell is: one description, which everything else reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import partial
from typing import NamedTuple

from torch import Tensor

from gatewise.errors import ConfigurationError

__all__ = ["Cell", "States", "Step", "Weights"]

States = tuple[Tensor, ...]


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
        How users call it, in ``cell=`` and ``--cells``.
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
        Name of its kernels in :mod:`gatewise.kernels.cells`; without any the reference runs it.
    torch_operator : callable, optional
        torch's own operator of the same function.
    padding : tuple of float, optional
        For that operator: weights of an input column that is 1 on padded steps, one per block, such that the states
        stay within bounds there.

    Raises
    ------
    ConfigurationError
        If the numbers of states, blocks and biases do not fit together.

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
    step: Callable[[Tensor, States, Weights], tuple[States, dict[str, Tensor]]] = field(
        compare=False, repr=False
    )
    gates: tuple[str, ...] = ()
    keeps: tuple[int, ...] = ()
    initial_bias: tuple[float, ...] = ()
    equations: tuple[str, ...] = ()
    kernel: str | None = None
    torch_operator: Callable[..., tuple[Tensor, ...]] | None = field(default=None, compare=False, repr=False)
    padding: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
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

    def __eq__(self, other: object) -> bool:
        # A copied or unpickled cell is the same cell, though a partial function of it is another object.
        return isinstance(other, Cell) and self._facts() == other._facts()

    def __hash__(self) -> int:
        return hash((self.name, self.description, self.states, self.block_names))

    def _facts(self) -> tuple[object, ...]:
        step: object = self.step
        if isinstance(step, partial):
            step = (step.func, step.args, step.keywords)
        compared = (getattr(self, one.name) for one in fields(self) if one.compare)
        return (*compared, step)

    @property
    def blocks(self) -> int:
        """Number of blocks of parameters."""
        return len(self.block_names)

    def __str__(self) -> str:
        return self.name
