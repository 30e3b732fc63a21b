"""What every way into a network offers."""

from __future__ import annotations

from torch import nn

__all__ = ["InputLayer"]


class InputLayer(nn.Module):
    """Base: from a batch to what the recurrent layer reads, shape (batch, time, ``width``)."""

    width: int
