"""Which recurrent layer a name stands for."""

from __future__ import annotations

from gatewise import nn
from gatewise.errors import ConfigurationError
from gatewise.nn.recurrent import Recurrent

__all__ = ["cell_type"]


def cell_type(cell: str | type[Recurrent]) -> type[Recurrent]:
    """The layer class named ``cell`` (``"RNN"``, ``"LSTM"``, ``"GRU"``), or ``cell`` itself if it is one."""
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
