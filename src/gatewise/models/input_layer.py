"""The base of the layers that turn a batch into what a recurrent layer reads."""

from __future__ import annotations

from torch import nn

__all__ = ["InputLayer"]


class InputLayer(nn.Module):
    """Base: from a batch to what the recurrent layer reads, shape (batch, time, ``width``)."""

    width: int
