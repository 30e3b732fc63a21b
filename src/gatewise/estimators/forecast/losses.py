"""What a forecasting network makes small, and what single windows cost it."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from gatewise.data.arrays import Floats
from gatewise.data.forecast import ForecastBatch

__all__ = ["of_windows", "pinball", "squared_point"]


def pinball(forecast: Tensor, batch: ForecastBatch, quantiles: Tensor) -> Tensor:
    """Return the mean pinball loss over observed rows, doubled so that the median's part is the absolute error.

    ``forecast`` is (batch, horizon, outputs); ``quantiles`` are (outputs,).
    """
    assert batch.target is not None
    error = batch.target[:, :, None] - forecast
    return _observed_mean(_pinball(error, quantiles), batch)


def squared_point(forecast: Tensor, batch: ForecastBatch, quantiles: Tensor) -> Tensor:
    """Return the same with the squared error of the first output, whose best answer is the mean."""
    assert batch.target is not None
    error = batch.target[:, :, None] - forecast
    point, ends = error[:, :, :1].square(), _pinball(error[:, :, 1:], quantiles[1:])
    return _observed_mean(torch.cat([point, ends], dim=-1), batch)


def _pinball(error: Tensor, quantiles: Tensor) -> Tensor:
    # Twice the larger of q · e and (q − 1) · e, in fewer passes.
    return error.abs() + (2.0 * quantiles - 1.0) * error


def _observed_mean(loss: Tensor, batch: ForecastBatch) -> Tensor:
    assert batch.weight is not None
    total: Tensor = (loss * batch.weight[:, :, None]).sum() / batch.weight.sum().clamp_min(1.0)
    return total


def of_windows(point: Floats, batch: ForecastBatch, power: int) -> Floats:
    """Return the sum over each window's observed rows of its errors to some power, shape (windows,)."""
    assert batch.target is not None
    assert batch.weight is not None
    missed = np.abs(point - batch.target.numpy()) ** power
    total: Floats = (missed * batch.weight.numpy()).sum(axis=1)
    return total
