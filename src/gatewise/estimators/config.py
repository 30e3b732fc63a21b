"""The settings of the estimators that few users change; the rest are constructor arguments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeVar

from pydantic import BaseModel, Field

from gatewise.errors import ConfigurationError
from gatewise.training.config import TrainingConfig
from gatewise.validation import Options

__all__ = [
    "BATCH_SIZE",
    "HORIZON_NEEDED",
    "KIND_DEFAULTS",
    "ClassifierConfig",
    "ForecasterConfig",
    "KindDefaults",
    "LanguageModelConfig",
    "Point",
    "Readout",
    "RegressorConfig",
    "TaggerConfig",
    "TextLevel",
    "convolved",
    "given_or_default",
]

BATCH_SIZE = 256
HORIZON_NEEDED = "forecasting needs to know how many rows ahead, such as 24"
# Of one answer for a whole sequence; networks also know "each", which is the task's to choose.
Readout = Literal["pool", "last"]
# What a forecast is of the values that may come.
Point = Literal["median", "mean"]
TextLevel = Literal["character", "byte", "subword", "word"]
Features = Literal["auto", "patches", "convolution"]
_C = TypeVar("_C", bound=BaseModel)


def given_or_default(given: BaseModel | None, kind: type[_C], option: str = "config") -> _C:
    """Return an estimator's configuration, the default of its kind if none is given; refuse one of another kind."""
    if given is None:
        return kind()
    if not isinstance(given, kind):
        came = type(given).__name__ if isinstance(given, BaseModel) else repr(given)
        raise ConfigurationError(f"expected a {kind.__name__}, got {came}", option=option)
    return given


def convolved(features: Features, *, pooled: bool) -> bool | None:
    """Return whether cells read convolutions too; ``None``: where patches are long enough."""
    if features == "convolution" and not pooled:
        raise ConfigurationError(
            "expected auto or patches where a stream could ask for the answer (readout='last', or a value at every "
            "step), since convolutions look ahead, got 'convolution'",
            option="features",
        )
    return features == "convolution" if features != "auto" else None if pooled else False


@dataclass(frozen=True)
class KindDefaults:
    """What one kind of sequence needs where the user says nothing: more dropout around words."""

    hidden_size: int
    input_dropout: float
    dropout: float


KIND_DEFAULTS = {
    "values": KindDefaults(64, 0.1, 0.3),
    "text": KindDefaults(128, 0.4, 0.4),
    "audio": KindDefaults(64, 0.1, 0.3),
}


class ForecasterConfig(Options):
    """How :class:`~gatewise.SequenceForecaster` looks at series.

    Attributes
    ----------
    context_length : int or None
        Rows that a forecast sees; ``None``: seven horizons, in whole seasons, less of short series (see ``Geometry``).
    season_length : int or None
        Rows of one season; ``None``: found in the training rows; 1: none.
    segment_length : int or None
        Rows per step of the cell; ``None``: a season, or a part of it.
    transform : {"auto", "log", "none"}
        ``"auto"`` takes logarithms where every training value is above zero and medians are forecast.
    point : {"median", "mean"}
        What ``y_hat`` is. The median has the least absolute error; sums of forecasts are right with the mean, as of
        demand that is zero on most days, whose median is zero.
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

    context_length: int | None = Field(default=None, ge=2)
    season_length: int | None = Field(default=None, ge=1)
    segment_length: int | None = Field(default=None, ge=1)
    transform: Literal["auto", "log", "none"] = "auto"
    point: Point = "median"
    num_layers: int = Field(default=1, ge=1)
    dropout: float = Field(default=0.2, ge=0, lt=1)
    members: int = Field(default=2, ge=1)
    validation_fraction: float = Field(default=0.1, ge=0, lt=0.9)
    epochs: float = Field(default=1.5, gt=0)
    fewest_steps: int = Field(default=300, ge=1)
    most_steps: int = Field(default=1500, ge=1)
    training: TrainingConfig = TrainingConfig()


class ClassifierConfig(Options):
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
    features : {"auto", "patches", "convolution"}
        What the cell reads of sequences of numbers whose states are pooled. ``"patches"``: their steps.
        ``"convolution"``: beside them what small convolutions find in each patch (see ``ConvolvedInputs``); they look
        ahead, so not with ``readout="last"``. ``"auto"``: convolutions where sequences are cut into
        patches of four steps or more.
    num_layers : int, default 1
    input_dropout, dropout : float or None
        Before the cell and before the head; ``None``: as the kind of sequence needs (see ``KIND_DEFAULTS``).
    members : int, default 1
        Networks of different seeds whose probabilities are averaged.
    training : TrainingConfig
        ``steps=None``: 400 for hundreds of sequences, growing with the root of their number.
    """

    readout: Readout = "pool"
    most_tokens: int = Field(default=64, ge=1)
    differences: bool = True
    features: Features = "auto"
    num_layers: int = Field(default=1, ge=1)
    input_dropout: float | None = Field(default=None, ge=0, lt=1)
    dropout: float | None = Field(default=None, ge=0, lt=1)
    members: int = Field(default=1, ge=1)
    training: TrainingConfig = TrainingConfig()


class TaggerConfig(Options):
    """How :class:`~gatewise.SequenceTagger` looks at sequences.

    Attributes
    ----------
    decoding : {"auto", "greedy"}
        ``"auto"``: where labels mark spans (BIO, IO, IOBES, …), the best sequence of labels that could stand there;
        ``"greedy"``: the best label of each step.
    num_layers : int, default 1
    input_dropout, dropout : float or None
        Before the cell and before the head; ``None``: as the kind of sequence needs (see ``KIND_DEFAULTS``).
    members : int, default 1
        Networks of different seeds whose probabilities are averaged.
    training : TrainingConfig
        ``steps=None``: 400 for hundreds of sequences, growing with the root of their number.
    """

    decoding: Literal["auto", "greedy"] = "auto"
    num_layers: int = Field(default=1, ge=1)
    input_dropout: float | None = Field(default=None, ge=0, lt=1)
    dropout: float | None = Field(default=None, ge=0, lt=1)
    members: int = Field(default=1, ge=1)
    training: TrainingConfig = TrainingConfig()


class LanguageModelConfig(Options):
    """How :class:`~gatewise.LanguageModel` looks at text; ``None``: see ``LanguagePlan``.

    Attributes
    ----------
    num_layers : int or None
    embedding_size : int or None
        Numbers per symbol; frames are read as they are.
    window : int or None
        Items through which gradients go back; the state is carried on beyond.
    dropout : float or None
        Before the head and between layers.
    weight_noise : float or None
        Deviation of the noise that is added to all weights, drawn anew at every update (Graves 2011).
    vocabulary_size : int or None
        Most words, the rarer ones being unknown, or most sub-words, 256 at least; ``None``: 10,000 words, or
        ``√characters`` sub-words, from 512 to 8,000. Characters and bytes are all kept.
    validation_fraction : float, default 0
        Share at the end that is held out of training, only to watch the loss.
    training : TrainingConfig
        ``batch_size``: streams side by side.
    """

    num_layers: int | None = Field(default=None, ge=1)
    embedding_size: int | None = Field(default=None, ge=1)
    window: int | None = Field(default=None, ge=1)
    dropout: float | None = Field(default=None, ge=0, lt=1)
    weight_noise: float | None = Field(default=None, ge=0)
    vocabulary_size: int | None = Field(default=None, ge=2)
    validation_fraction: float = Field(default=0.0, ge=0, lt=0.9)
    training: TrainingConfig = TrainingConfig()


class RegressorConfig(Options):
    """How :class:`~gatewise.SequenceRegressor` looks at sequences.

    Attributes
    ----------
    readout : {"pool", "last"}
        For one value per sequence. ``"pool"``: mean, maximum and last state. ``"last"``: the last state alone,
        as a stream would need; the gates then start out remembering over the sequence's length.
    most_tokens : int or None
        Steps that the cell makes over the longest training sequence of numbers where states are pooled; longer ones
        are cut into patches. ``None``: 64 where there are less than 1,000 sequences, 1,024 where there are more to
        learn single steps from.
    differences : bool, default True
        Show the cell the change over one patch, or step, beside the channels.
    features : {"auto", "patches", "convolution"}
        As in :class:`ClassifierConfig`, for one value per sequence.
    num_layers : int, default 1
    input_dropout, dropout : float or None
        Before the cell and before the head; ``None``: of texts as in classification (see ``KIND_DEFAULTS``), of numbers
        0, and before the head 0.1 where there are less than 1,000 sequences: values are not as robust against it as
        classes are.
    members : int, default 5
        Networks of different seeds whose answers are averaged. With less than 1,000 sequences each leaves
        out a part of them, on which it is found how far answers may go from the mean.
    training : TrainingConfig
        ``steps=None``: 200 for a hundred sequences, growing with the root of their number to 1,500; with a
        value per step 400 at the least.
    """

    readout: Readout = "pool"
    most_tokens: int | None = Field(default=None, ge=1)
    differences: bool = True
    features: Features = "auto"
    num_layers: int = Field(default=1, ge=1)
    input_dropout: float | None = Field(default=None, ge=0, lt=1)
    dropout: float | None = Field(default=None, ge=0, lt=1)
    members: int = Field(default=5, ge=1)
    training: TrainingConfig = TrainingConfig()
