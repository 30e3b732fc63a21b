"""The settings of the estimators that few users change; the rest are constructor arguments."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from gatewise.models.sequence import Readout
from gatewise.training.config import TrainingConfig

__all__ = ["BATCH_SIZE", "ClassifierConfig", "ForecasterConfig"]

BATCH_SIZE = 256


class ForecasterConfig(BaseModel):
    """How :class:`~gatewise.SequenceForecaster` looks at series.

    Attributes
    ----------
    context_length : int or None
        Rows that a forecast sees; ``None``: seven horizons, in whole seasons (see ``Geometry``).
    season_length : int or None
        Rows of one season; ``None``: found in the training rows; 1: none.
    segment_length : int or None
        Rows per step of the cell; ``None``: a season, or a part of it.
    transform : {"auto", "log", "none"}
        ``"auto"`` takes logarithms where every training value is above zero.
    num_layers : int, default 1
    dropout : float, default 0.2
        Before the head.
    members : int, default 2
        Networks of different seeds whose forecasts are averaged: nearly always better than one.
    validation_fraction : float, default 0.1
        Share at the end of every series (at least one horizon) that is held out of training, to calibrate
        intervals and to watch the loss.
    epochs : float, default 1.5
        Passes over all windows, kept between ``fewest_steps`` and ``most_steps`` updates.
    training : TrainingConfig
        ``batch_size=None``: 256 windows; ``steps=None``: as ``epochs`` says.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    context_length: int | None = Field(default=None, ge=2)
    season_length: int | None = Field(default=None, ge=1)
    segment_length: int | None = Field(default=None, ge=1)
    transform: Literal["auto", "log", "none"] = "auto"
    num_layers: int = Field(default=1, ge=1)
    dropout: float = Field(default=0.2, ge=0, lt=1)
    members: int = Field(default=2, ge=1)
    validation_fraction: float = Field(default=0.1, ge=0, lt=0.9)
    epochs: float = Field(default=1.5, gt=0)
    fewest_steps: int = Field(default=300, ge=1)
    most_steps: int = Field(default=1500, ge=1)
    training: TrainingConfig = TrainingConfig()


class ClassifierConfig(BaseModel):
    """How :class:`~gatewise.SequenceClassifier` looks at sequences.

    Attributes
    ----------
    readout : {"pool", "last"}
        ``"pool"``: mean, maximum and last state. ``"last"``: the last state alone, as a stream would need; the
        sequence is then read step by step as it is, and the gates start out remembering over its length.
    most_tokens : int, default 64
        Steps that the cell makes over the longest training sequence; longer ones are cut into patches.
    differences : bool, default True
        Show the cell the change over one patch beside the channels.
    num_layers : int, default 1
    input_dropout, dropout : float, default 0.1 and 0.3
        Before the cell and before the head.
    members : int, default 1
        Networks of different seeds whose probabilities are averaged.
    training : TrainingConfig
        ``steps=None``: 400 for hundreds of sequences, growing with the root of their number.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    readout: Readout = "pool"
    most_tokens: int = Field(default=64, ge=1)
    differences: bool = True
    num_layers: int = Field(default=1, ge=1)
    input_dropout: float = Field(default=0.1, ge=0, lt=1)
    dropout: float = Field(default=0.3, ge=0, lt=1)
    members: int = Field(default=1, ge=1)
    training: TrainingConfig = TrainingConfig()
