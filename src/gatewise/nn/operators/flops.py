"""What ``torch.utils.flop_counter`` counts of our operators: the products, as it does for torch's own layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.utils.flop_counter import register_flop_formula

__all__ = ["register"]

Shape = Sequence[int]


def register(name: str) -> None:
    """Have the operators of a cell counted; padding counts as data."""
    register_flop_formula(getattr(torch.ops.gatewise, name))(_forward)
    register_flop_formula(getattr(torch.ops.gatewise, f"{name}_backward"))(_backward)


def _forward(x: Shape, h_0: Shape, c_0: Shape | None, w: Shape, *_: Any, **__: Any) -> int:  # noqa: ARG001
    time, batch, features = x
    return 2 * time * batch * w[0] * (features + h_0[-1])


def _backward(
    dy: Shape,  # noqa: ARG001
    dh_n: Shape,  # noqa: ARG001
    dc_n: Shape | None,  # noqa: ARG001
    x: Shape,
    h_0: Shape,
    c_0: Shape | None,  # noqa: ARG001
    w: Shape,
    u: Shape,  # noqa: ARG001
    b_w: Shape | None,  # noqa: ARG001
    b_u: Shape | None,  # noqa: ARG001
    lengths: Shape | None,  # noqa: ARG001
    reverse: bool,  # noqa: ARG001
    needs_x: bool,
    *_: Any,
    **__: Any,
) -> int:
    time, batch, features = x
    # Of each product the gradient of the weights, and that of what they were multiplied by, which x may not need.
    return 2 * time * batch * w[0] * (2 * h_0[-1] + (2 if needs_x else 1) * features)
