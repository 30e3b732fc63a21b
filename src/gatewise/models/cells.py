"""Which recurrent layer a name stands for."""

from __future__ import annotations

from collections.abc import Callable

from gatewise import nn
from gatewise.errors import ConfigurationError
from gatewise.nn.recurrent import Recurrent

__all__ = ["build_cell", "cell_type"]


def build_cell(
    cell: str, input_size: int, hidden_size: int, num_layers: int, *, bidirectional: bool = False
) -> Recurrent:
    """Return a layer of the cell that has this name, for input of shape (batch, time, input_size)."""
    # Recurrent's own constructor takes more than those of its three subclasses.
    kind: Callable[..., Recurrent] = cell_type(cell)
    return kind(input_size, hidden_size, num_layers, batch_first=True, bidirectional=bidirectional)


def cell_type(cell: str | type[Recurrent]) -> type[Recurrent]:
    """Return the layer class named ``cell`` (``"RNN"``, ``"LSTM"``, ``"GRU"``), or ``cell`` itself if it is one."""
    if isinstance(cell, type) and issubclass(cell, Recurrent):
        return cell
    exported = [getattr(nn, name) for name in nn.__all__]
    layers = {
        kind.__name__: kind
        for kind in exported
        if isinstance(kind, type) and issubclass(kind, Recurrent) and kind is not Recurrent
    }
    for name, kind in layers.items():
        if name.lower() == str(cell).lower():
            return kind
    raise ConfigurationError(f"cell: expected one of {', '.join(sorted(layers))}, got {cell!r}")
