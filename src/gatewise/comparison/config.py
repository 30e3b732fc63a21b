"""What a comparison is asked to do."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["ComparisonConfig", "Match"]

Match = Literal["parameters", "hidden", "time"]


class ComparisonConfig(BaseModel):
    """Settings of a comparison.

    Attributes
    ----------
    match : {"parameters", "hidden", "time"}
        What is equal for all cells: parameters of the whole network (default: it is what a model costs to
        keep), hidden size, or wall-clock time of a training.
    hidden_size : int or None
        Of the reference cell (GRU where it takes part); ``None``: the estimator's default.
    folds : int, default 1
        Splits: rolling origins for forecasting, stratified folds for classification.
    seeds : int, default 5
        Networks per cell and fold. Intervals with fewer than three are very wide.
    trials : int, default 4
        Learning rates tried per cell, the same number for each.
    curves : bool, default True
        Measure error against sequence length and amount of training data, too.
    budget : float or None
        Wall-clock seconds for everything; what is left out to keep it is reported. Compiling the kernels, once
        for a processor, does not count.
    workers : int or None
        Processes, one thread of arithmetic each; ``None``: one per core.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    match: Match = "parameters"
    hidden_size: int | None = Field(default=None, ge=1)
    folds: int = Field(default=1, ge=1)
    seeds: int = Field(default=5, ge=2)
    trials: int = Field(default=4, ge=1)
    curves: bool = True
    budget: float | None = Field(default=None, gt=0)
    workers: int | None = Field(default=None, ge=1)
