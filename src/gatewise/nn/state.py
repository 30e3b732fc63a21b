"""What a layer carries between calls: one tensor, or a pair for the LSTM, as in torch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from gatewise.errors import LayerInputError
from gatewise.nn.cells.base import States

__all__ = ["LSTMState", "State", "pack", "unpack"]


class LSTMState(NamedTuple):
    """The LSTM's two states, each (layers × directions, batch, hidden); a tuple, as in ``torch.nn.LSTM``."""

    h: Tensor
    c: Tensor


State = Tensor | tuple[Tensor, ...]


def pack(states: States) -> State:
    """Give the state in the form that users see."""
    return states[0] if len(states) == 1 else LSTMState(*states)


def unpack(state: State, names: tuple[str, ...], shape: tuple[int, ...], axes: str, like: Tensor) -> States:
    """Take a user's initial state apart after checking it.

    Parameters
    ----------
    state : Tensor or tuple of Tensor
        As the layer returned it.
    names : tuple of str
        Names of the states, of which there must be as many.
    shape : tuple of int
        That each must have.
    axes : str
        What the numbers of the shape count, for messages.
    like : Tensor
        Whose dtype and device each must share.

    Raises
    ------
    LayerInputError
        If anything differs, naming the state.
    """
    states = (state,) if isinstance(state, Tensor | np.ndarray) else tuple(state)
    states = tuple(torch.from_numpy(part) if isinstance(part, np.ndarray) else part for part in states)
    if len(states) != len(names):
        wanted = ", ".join(f"{name}_0" for name in names)
        raise LayerInputError(
            f"initial state: expected {len(names)} ({wanted}), got {len(states)}; pass on what came back"
        )
    for name, tensor in zip(names, states, strict=True):
        if tuple(tensor.shape) != shape:
            raise LayerInputError(f"{name}_0: expected shape {shape} = ({axes}), got {tuple(tensor.shape)}")
        if (tensor.dtype, tensor.device) != (like.dtype, like.device):
            raise LayerInputError(
                f"{name}_0: expected {like.dtype} on {like.device}, got {tensor.dtype} on {tensor.device}; "
                "convert it with .to()"
            )
    return states
