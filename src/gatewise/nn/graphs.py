"""Layers in graphs of ``torch.fx``: one node each, as torch's own layers are."""

from __future__ import annotations

from typing import Any

from torch import nn
from torch.fx import Proxy

from gatewise.errors import LayerInputError

__all__ = ["as_leaf"]


def as_leaf(layer: nn.Module, input: Proxy, *arguments: Any, **options: Any) -> Proxy:
    """Make the call of a layer one node of the graph that is being traced; tracers know torch's layers alone so.

    Raises
    ------
    LayerInputError
        If the layer itself is what is traced, and so no part of a model.
    """
    tracer: Any = input.tracer
    if tracer.root is layer:
        raise LayerInputError(
            f"{type(layer).__name__}: torch.fx traces models that have layers, not a layer itself; "
            "put it into a torch.nn.Sequential"
        )
    made: Proxy = tracer.create_proxy(
        "call_module", tracer.path_of_module(layer), (input, *arguments), options
    )
    return made
