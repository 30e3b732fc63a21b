"""What a network is made of, in words and parameters, and what its gates do over one sequence."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import nn

from gatewise.comparison.details.common import thin
from gatewise.inspection.cost import parameter_count
from gatewise.models.forecast import ForecastNetwork
from gatewise.models.language import LanguageNetwork
from gatewise.models.skip import SeasonalSkip
from gatewise.nn import trace

__all__ = ["gates_over_time", "network_in_words", "parts_of"]

# Points of a picture.
POINTS = 80
# Attributes of networks in words.
NAMES = {
    "cell": "recurrent layer",
    "head": "read-out",
    "spread": "read-out of intervals",
    "skip": "linear skip",
    "embed": "input layer",
    "embed_static": "input layer of static columns",
    "input": "input layer",
    "reader": "embedding of symbols",
    "effects": "effects of known columns",
    "changes": "linear map of columns",
    "covariates": "network of known columns",
    "chain": "chain of labels",
}


def parts_of(network: nn.Module) -> dict[str, int]:
    """Parameters of each part of a network, in words."""
    found = {
        NAMES.get(name, name.replace("_", " ")): parameter_count(part)
        for name, part in network.named_children()
    }
    return {name: count for name, count in found.items() if count}


def network_in_words(estimator: Any) -> str:
    """What the network of a fitted estimator is, in a sentence."""
    network, members = estimator.networks_[0], len(estimator.networks_)
    layer = network.cell
    cell = f"{layer.cell.name}, {layer.hidden_size} units"
    if layer.num_layers > 1:
        cell = f"{layer.num_layers} layers of {cell} each"
    if layer.bidirectional:
        cell += ", read both ways"
    many = f"{members} networks whose answers are averaged, each: " if members > 1 else ""
    if isinstance(network, ForecastNetwork):
        helping = estimator.helping_
        worth = (
            f"; columns, and how much larger errors are without them: {helping.describe()}" if helping else ""
        )
        return f"{many}{_forecaster(network, cell, adjusted=estimator.preparation_.adjusted)}{worth}"
    return f"{many}{_other(network, cell)}"


def _forecaster(network: ForecastNetwork, cell: str, *, adjusted: bool) -> str:
    shape = network.shape
    steps, rows = shape.context // shape.segment, f"{shape.segment} row{'s' if shape.segment > 1 else ''}"
    seasonal = isinstance(network.skip, SeasonalSkip)
    kind = f"a seasonal linear path (seasons of {shape.season} rows)" if seasonal else "a linear path"
    columns = (
        ", and what columns say, linearly"
        if network.changes is not None or network.effects is not None
        else ""
    )
    season = f"; a season of {shape.season} rows is taken out before, and added again" if adjusted else ""
    return (
        f"{cell}, over {steps} steps of {rows}, plus {kind} around it from the {shape.context} rows seen to the "
        f"{shape.horizon} forecast{columns}: the forecast is the sum, and starts out as the naive one{season}"
    )


def _other(network: Any, cell: str) -> str:
    if isinstance(network, LanguageNetwork):
        size = network.shape.embedding_size
        return (
            f"symbols embedded in {size} numbers, {cell}, a linear layer to the {network.shape.size} symbols"
        )
    readout = {
        "pool": "mean, maximum and last state",
        "last": "the last state",
        "each": "the state of every step",
    }.get(getattr(network.shape, "readout", ""), "its states")
    chain = ", and a chain of labels over it" if hasattr(network, "chain") else ""
    return f"an input layer, {cell}, {readout} read out by a linear layer{chain}"


def gates_over_time(network: Any, batch: Any) -> dict[str, tuple[float, ...]]:
    """Mean of all units of each gate at each step of the first sequence of a batch, at most 80 steps of it.

    A network that reads both ways is looked at in its forward direction.
    """
    network.eval()
    with torch.no_grad():
        tokens = network.tokens(batch)[:1]
        lengths = getattr(batch, "lengths", None)
        inside = trace(network.cell, tokens if lengths is None else tokens[:, : int(lengths[0])])
    means = {name: np.asarray(gate[:, 0].double().mean(dim=1)) for name, gate in inside.gates.items()}
    return {name: thin(values, POINTS) for name, values in means.items()}
