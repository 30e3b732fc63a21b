"""The words that :func:`gatewise.compare` takes beside its arguments, and what becomes of each."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import Annotated, Any, Literal, NamedTuple, TypedDict, TypeVar

import numpy as np
from pydantic import BeforeValidator, Field

from gatewise.comparison.config import ComparisonConfig, Match
from gatewise.data.readers.axes import Axes
from gatewise.data.readers.options import Rare
from gatewise.data.readers.table.frames import Source
from gatewise.errors import ConfigurationError
from gatewise.estimators.config import Readout, TextLevel
from gatewise.estimators.kinds import KINDS
from gatewise.estimators.words import spread
from gatewise.validation import Options, near
from gatewise.verdict.preferences import PreferenceOptions

__all__ = ["CompareOptions", "Sorted", "check_values", "sort_options", "with_all_words"]

Function = TypeVar("Function", bound=Callable[..., Any])
Names = str | Sequence[str]

# What it is called elsewhere, also in this package; the nearest known word would be another.
OTHER_WORDS = {"seed": "random_state", "max_seconds": "budget", "n_jobs": "workers", "y": "target"}


class ConfigOptions(PreferenceOptions, total=False):
    """The fields of :class:`ComparisonConfig`."""

    match: Match
    hidden_size: int | None
    folds: int | None
    seeds: int
    trials: int
    curves: bool
    budget: float | str | None
    workers: int | None
    save: str | None
    refit_all: bool


class EstimatorOptions(TypedDict, total=False):
    """What the estimators of some tasks take; ``level`` is a text's symbol, ``levels`` are a forecast's intervals.

    Lengths are rows of a forecast's season, window and step of the cell.
    """

    readout: Readout | None
    bidirectional: bool | None
    level: TextLevel | None
    levels: tuple[int, ...] | None
    members: int | None
    season_length: int | None
    context_length: int | None
    segment_length: int | None


def _whole(value: object) -> object:
    return value.item() if isinstance(value, np.integer) else value


_Whole = Annotated[int, BeforeValidator(_whole)]


def _path(value: object) -> object:
    if not isinstance(value, str | PathLike | None):
        raise ValueError(f"expected a path, got {value!r}")
    return value


def _progress(value: object) -> object:
    if not (value is None or isinstance(value, bool) or callable(value)):
        raise ValueError(f"expected True, False or a function, got {value!r}")
    return value


class _Checked(Options):
    """What no configuration checks by itself, so that a wrong value ends in one line before anything is read."""

    horizon: _Whole | None = None
    random_state: _Whole = Field(default=0, ge=0)
    readout: Readout | None = None
    bidirectional: bool | None = None
    level: TextLevel | None = None
    levels: tuple[_Whole, ...] | None = None
    members: _Whole | None = Field(default=None, ge=1)
    season_length: _Whole | None = Field(default=None, ge=1)
    context_length: _Whole | None = Field(default=None, ge=2)
    segment_length: _Whole | None = Field(default=None, ge=1)
    store: Annotated[Any, BeforeValidator(_path)] = None
    resume: bool = False
    progress: Annotated[Any, BeforeValidator(_progress)] = None


def check_values(**values: Any) -> None:
    """Raise a ``ConfigurationError`` unless the values are of the types that :func:`gatewise.compare` names."""
    _Checked(**{name: value for name, value in values.items() if name in _Checked.model_fields})


class ColumnOptions(TypedDict, total=False):
    """How a table is read: as the readers take it."""

    id: Names | None
    time: Names | None
    target: Names | None
    past: Names | None
    known: Names | None
    static: Names | None
    static_data: Source | None
    channels: Names | None
    categorical: Names | None
    group: str | None
    pattern: str | None
    every: str | None
    aggregate: Literal["mean", "sum", "last"] | None
    impute: Literal["previous"] | None
    duplicates: Literal["error", "first", "last", "mean"] | None
    decimal: Literal[".", ","] | None
    encoding: str | None
    axes: Axes | None
    rare: Rare
    date_format: str | None
    day_first: bool | None
    timezone: str | None
    calendar: Names | None
    holidays: str | None


class CompareOptions(ConfigOptions, EstimatorOptions, ColumnOptions, total=False):
    """All of them, for a type checker."""


class Sorted(NamedTuple):
    """What was given, by what it is for; ``None`` stands for what was not."""

    config: ComparisonConfig
    estimator: dict[str, Any]
    columns: dict[str, Any]


def sort_options(
    function: Callable[..., Any], options: Mapping[str, Any], config: ComparisonConfig | None
) -> Sorted:
    """Options of ``function``, those of the comparison laid over ``config``.

    Raises
    ------
    ConfigurationError
        A word is not known; the message has the nearest one that is.
    """
    for name in options:
        if name in CompareOptions.__optional_keys__:
            continue
        known = inspect.signature(function).parameters
        near_by = near(OTHER_WORDS.get(name, ""), known) or _elsewhere(name) or near(name, known)
        better = near_by or "see help(gatewise.compare)"
        raise ConfigurationError(f"compare takes no such argument; {better}", option=name)
    if not isinstance(config, ComparisonConfig | None):
        raise ConfigurationError(f"expected a ComparisonConfig, got {config!r}", option="config")
    asked, given = dict(config or ()), {name: one for name, one in options.items() if one is not None}
    asked |= {name: one for name, one in options.items() if name in ComparisonConfig.model_fields}
    return Sorted(
        ComparisonConfig(**asked),
        {name: one for name, one in given.items() if name in EstimatorOptions.__optional_keys__},
        {name: one for name, one in given.items() if name in ColumnOptions.__optional_keys__},
    )


def _elsewhere(name: str) -> str:
    """Where a field of the networks' configuration belongs."""
    configs = [kind.config_type for kind in KINDS.values() if name in kind.config_type.model_fields]
    return f"give estimator={configs[0].__name__}({name}=…) or the like" if configs else ""


def with_all_words(function: Function) -> Function:
    """Show the words behind ``**options`` in a function's signature, with the defaults of the configuration."""
    defaults = {name: field.default for name, field in ComparisonConfig.model_fields.items()}
    function.__signature__ = spread(function, CompareOptions, defaults)  # type: ignore[attr-defined]  # what help() reads
    return function
