"""From the states of the highest layer to the answer, as a page can compute it again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gatewise.data.forecast import ForecastBatch
from gatewise.estimators.forecast.network import SequenceForecaster
from gatewise.estimators.language.network import LanguageModel
from gatewise.estimators.regression.network import SequenceRegressor
from gatewise.estimators.tagging.network import SequenceTagger
from gatewise.estimators.tracing import SequenceTrace, Shown
from gatewise.inspection.page.packing import floats
from gatewise.models.chain import ChainNetwork

__all__ = ["head_of"]

Spec = dict[str, Any]


def head_of(model: Any, network: Any, shown: Shown, trace: SequenceTrace, first: int) -> Spec:
    """Return the read-out, the linear head and what follows it.

    ``before`` is what a read-out that pools has seen of the steps before ``first``.
    """
    spec = _spec(model, network, shown)
    if spec["readout"] == "pool" and first:
        states = np.concatenate([one.states["h"][:first] for one in trace.top], axis=1)
        spec["before"] = {
            "sum": states.sum(axis=0).tolist(),
            "max": states.max(axis=0).tolist(),
            "count": first,
        }
    return spec


def _spec(model: Any, network: Any, shown: Shown) -> Spec:
    match model:
        case SequenceForecaster():
            return _forecast(network, shown.batch)
        case SequenceTagger():
            return _labels(network)
        case SequenceRegressor():
            return _linear(network, network.shape.readout, "value") | _in_units(model, network)
        case LanguageModel():
            return _linear(network, "each", "sigmoid" if model.vocabulary_.kind == "frames" else "softmax")
    return _linear(network, network.shape.readout, "softmax")


def _linear(network: Any, readout: str, then: str) -> Spec:
    return {
        "readout": readout,
        "then": then,
        "weight": floats(network.head.weight),
        "bias": floats(network.head.bias),
        "outputs": int(network.head.weight.shape[0]),
    }


def _in_units(model: SequenceRegressor, network: Any) -> Spec:
    """Return what answers are multiplied with and added to; of several targets that is in the weights."""
    scale = model.trust_ * model.deviation_
    if not model.target_names_:
        return {"offset": model.mean_, "scale": scale}
    unit, mean = torch.as_tensor(scale).float(), torch.as_tensor(model.mean_).float()
    weight, bias = network.head.weight * unit[:, None], network.head.bias * unit + mean
    return {"offset": 0.0, "scale": 1.0, "weight": floats(weight), "bias": floats(bias)}


def _labels(network: Any) -> Spec:
    if not isinstance(network, ChainNetwork):
        return _linear(network, "each", "softmax")
    chain = {"follows": floats(network.chain.follows), "begins": floats(network.chain.begins)}
    return _linear(network, "each", "chain") | chain


def _forecast(network: Any, batch: ForecastBatch) -> Spec:
    with torch.no_grad():
        bias = network.skip(torch.zeros(1, network.shape.context, device="cpu"))[0]
        # What a linear map does with the identity is its matrix.
        matrix = network.skip(torch.eye(network.shape.context, device="cpu")) - bias
        held = _beside(network, batch)
    return _linear(network, "last", "forecast") | {
        "skip": floats(matrix),
        "skip_bias": floats(bias),
        "beside": [floats(one) for one in held],
    }


def _beside(network: Any, batch: ForecastBatch) -> list[Tensor]:
    """Return what columns add to the horizon besides effects of known rows, as ``a + unit · b``."""
    fixed, in_unit = (
        torch.zeros(network.shape.horizon, device="cpu"),
        torch.zeros(network.shape.horizon, device="cpu"),
    )
    if network.changes is not None:
        none, one = (
            network.changes(replace(batch, unit=torch.full_like(batch.unit, unit)))[0] for unit in (0.0, 1.0)
        )
        fixed, in_unit = none, one - none
    if network.covariates is not None:
        latest = batch.channels[:, -1:, -network.shape.known :].expand_as(batch.future)
        rows = torch.cat([batch.future, batch.future - latest], dim=-1)
        fixed = fixed + network.covariates(rows)[0, :, 0]
    return [fixed, in_unit]
