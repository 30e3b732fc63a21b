"""A cell as the loops over time see it: two functions of numbers, and the places of its gates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Cell"]


@dataclass(frozen=True)
class Cell:
    """One cell. Everything that runs over time is made from this.

    A step has one stage for each product with U: ``stored[first_block : first_block + gates] += source · U[gates]``,
    then ``activate``. The source is ``h``, and ``r ⊙ h`` in a second stage.

    Attributes
    ----------
    activate : ``(stage, gates, gate_stride, past_h, past_c, h, c, reset_h, stride, rows, units, option)``
        From sums to gates, in place, and in the last stage to the new states. Gates are (rows, gate_stride);
        states before and after the step, and the source of a second stage, (rows, stride). New states may take
        the place of the old ones.
    gradients : ``(stage, job, …, unit_0, count, dh, dc, between, handed_on, d_reset_h, reset_h, grads)``
        The same back for some units of step t, the last stage first: from gradients of the states to those of the
        sums, ``grads`` (rows of the run, gate_stride), which may take the place of the gates. Lanes beyond the last
        unit become zero, since products go over whole vectors. ``dh`` and ``dc`` come from the steps behind;
        ``between`` takes what the second stage leaves for the first, ``handed_on`` what the step before gets
        beside the product with U; ``d_reset_h`` has the gradient of ``r ⊙ h``: (rows, h_stride) each.
        ``reset_h`` takes ``r ⊙ h``, (rows, units). The others are those of :mod:`gatewise.kernels.time.rows`.
    of_input, of_hidden : tuple of int
        For every stored block the block of W, and of U, that it belongs to; −1: none.
    products : tuple of (first gate of U, gates, first stored block)
        One for each stage.
    states : int
        One, or two with the LSTM's cell state.
    hands_on : {"", "dc", "dh"}
        What a step of the way back hands on beside the product with U.
    own_bias : int
        The gate whose bias of U is no part of ``x W + b``; −1: none.
    option : int
        Tells variants of a cell apart.
    """

    name: str
    activate: Any
    gradients: Any
    of_input: tuple[int, ...]
    of_hidden: tuple[int, ...]
    products: tuple[tuple[int, int, int], ...]
    states: int = 1
    hands_on: str = ""
    own_bias: int = -1
    option: int = 0

    @property
    def stored(self) -> int:
        """Blocks of numbers kept for every row."""
        return len(self.of_input)

    @property
    def input_gates(self) -> tuple[int, ...]:
        """Gates of W in the order of the blocks."""
        return tuple(gate for gate in self.of_input if gate >= 0)

    @property
    def blocks(self) -> int:
        """Blocks of W, and of U: one for each gate and candidate."""
        return len(self.input_gates)

    @property
    def two_products(self) -> bool:
        """Whether a step multiplies ``r ⊙ h`` too, which the way back then needs of every row."""
        return len(self.products) > 1

    @property
    def reset_block(self) -> int:
        """The stored block whose sums have ``r ⊙ h`` in them; −1: none."""
        return self.products[-1][2] if self.two_products else -1

    @property
    def biases(self) -> tuple[tuple[int | None, int | None], ...]:
        """For every stored block the gates whose input and hidden bias it starts with."""
        pairs = zip(self.of_input, self.of_hidden, strict=True)
        return tuple((w if w >= 0 else None, u if u >= 0 else None) for w, u in pairs)
