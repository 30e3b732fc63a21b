"""Options that several commands share, and kinds of values."""

from __future__ import annotations

from typing import Annotated

import typer

from gatewise.data.tasks import Task
from gatewise.errors import ConfigurationError
from gatewise.validation import seconds_from

__all__ = [
    "Data",
    "Json",
    "Quiet",
    "Seed",
    "TaskName",
    "duration",
    "percentages",
    "split_names",
]


def duration(text: str) -> float:
    """Seconds from ``90s``, ``5m``, ``1h`` or a plain number of seconds."""
    try:
        return seconds_from(text)
    except ConfigurationError as error:
        raise typer.BadParameter(str(error)) from None


def percentages(text: str) -> tuple[int, ...]:
    """``80,90`` as two numbers."""
    try:
        return tuple(int(level) for level in str(text).split(",") if level.strip())
    except ValueError:
        raise typer.BadParameter(f"expected percentages such as 80,90, got {text!r}") from None


def split_names(text: str | None) -> tuple[str, ...]:
    """``a,b`` as two names."""
    return tuple(name.strip() for name in text.split(",") if name.strip()) if text else ()


Data = Annotated[
    str,
    typer.Argument(
        metavar="DATA",
        help="Table (CSV, TSV, Parquet, Excel), .jsonl, .tsf, .ts, .conllu or .txt file, folder of recordings, or "
        "sample:NAME.",
        show_default=False,
    ),
]
TaskName = Annotated[
    Task | None, typer.Option("--task", help="Found from the data by default.", show_default=False)
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]
Seed = Annotated[
    int, typer.Option("--seed", min=0, help="Seed of everything that is random; random_state in Python.")
]
