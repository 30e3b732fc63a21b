"""Options that several commands share, and the configuration file behind them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import typer
import yaml

from gatewise.data.readers.task import Task

__all__ = [
    "Bidirectional",
    "Config",
    "Data",
    "Json",
    "Level",
    "Quiet",
    "ReadoutName",
    "Seed",
    "TaskName",
    "duration",
    "split_names",
    "with_columns",
]

Command = TypeVar("Command", bound=Callable[..., None])

UNITS = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}


def duration(text: str, option: str) -> float:
    """Seconds from ``90s``, ``5m``, ``1h`` or a plain number of seconds."""
    number = text.rstrip("hmins")
    unit = text[len(number) :] or "s"
    try:
        seconds = float(number) * UNITS[unit]
    except (KeyError, ValueError):
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise typer.BadParameter(f"expected a time such as 90s, 5m or 1h, got {text!r}", param_hint=option)
    return seconds


def split_names(text: str | None) -> tuple[str, ...]:
    """``a,b`` as two names."""
    return tuple(name.strip() for name in text.split(",") if name.strip()) if text else ()


def _load_config(context: typer.Context, path: Path | None) -> Path | None:
    """Take the defaults of this command's options from a YAML file; flags on the command line win."""
    if path is None:
        return None
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise typer.BadParameter(f"{path}: cannot be read ({error.strerror})") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{path}: not a YAML file ({str(error).splitlines()[0]})") from None
    if not isinstance(values, dict):
        raise typer.BadParameter(f"{path}: expected names and values, such as horizon: 24")
    known = {p.name: p for p in context.command.params if p.name not in (None, "config")}
    defaults = {}
    for key, value in values.items():
        name = str(key).replace("-", "_")
        name = "json_" if name == "json" else name  # as the functions call it
        if name not in known:
            options = ", ".join(sorted(str(name).strip("_").replace("_", "-") for name in known))
            raise typer.BadParameter(f"{path}: unknown key {key!r}; expected some of {options}")
        defaults[name] = ",".join(map(str, value)) if isinstance(value, list) else value
    context.default_map = {**(context.default_map or {}), **defaults}
    return path


Data = Annotated[
    str,
    typer.Argument(
        help="Table (CSV, TSV, Parquet), .ts, .jsonl, .conllu or .txt file, folder of recordings, or sample:NAME.",
        show_default=False,
    ),
]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        callback=_load_config,
        is_eager=True,
        help="YAML file with options by their long names.",
        show_default=False,
    ),
]
TaskName = Annotated[
    Task | None, typer.Option("--task", help="Found from the data by default.", show_default=False)
]
ReadoutName = Annotated[
    Literal["pool", "last"] | None,
    typer.Option(
        "--readout", help="One answer per sequence: from all steps, or the last.", show_default=False
    ),
]
Bidirectional = Annotated[
    bool | None,
    typer.Option(help="Read sequences from both ends.", show_default=False),
]
Level = Annotated[
    Literal["character", "byte", "subword", "word"] | None,
    typer.Option(help="Language: what is predicted; characters by default.", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of everything that is random.")]

_COLUMNS = {
    "id": "Column that names the series.",
    "time": "Column of time stamps.",
    "target": "Column to learn: a value, a class or a tag; several, or 'all', make a series each.",
    "past": "Covariates known up to now, comma-separated.",
    "known": "Covariates known for the future too, comma-separated.",
    "static": "Columns that never change within a series, comma-separated.",
    "channels": "Columns of the values of a sequence, comma-separated.",
    "group": "Whom a sequence belongs to, such as a speaker; no group is both trained and tested on.",
    "pattern": "Names of recordings, such as '{label}_{group}_{take}.wav'.",
    "every": "Distance of rows, such as 1h, 1D, 1M or row: rows are put on that grid.",
    "impute": "'previous': fill NaN with the last value before it.",
    "duplicates": "What to do with rows of equal id and time: mean, first or last.",
}
_LISTS = ("target", "past", "known", "static", "channels")


def _value(name: str, text: str) -> str | tuple[str, ...]:
    """What a reader takes: several names where there may be several, one label for a classification."""
    if name not in _LISTS:
        return text
    names = split_names(text)
    return names[0] if name == "target" and len(names) == 1 else names


def with_columns(command: Command) -> Command:
    """Give a command the options that name columns; it gets those that were used as ``columns``."""

    def wrapped(**arguments: Any) -> None:
        named = {name: arguments.pop(name) for name in _COLUMNS}
        used = {name: _value(name, value) for name, value in named.items() if value is not None}
        command(**arguments, columns=used)

    signature = inspect.signature(command, eval_str=True)
    own = [parameter for name, parameter in signature.parameters.items() if name != "columns"]
    added = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[
                str | None,
                typer.Option(f"--{name}", help=text, rich_help_panel="Columns", show_default=False),
            ],
        )
        for name, text in _COLUMNS.items()
    ]
    own = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own]
    wrapped.__signature__ = signature.replace(parameters=[*own, *added])  # type: ignore[attr-defined]
    wrapped.__annotations__ = {p.name: p.annotation for p in (*own, *added)}
    wrapped.__name__, wrapped.__doc__ = command.__name__, command.__doc__
    return wrapped  # type: ignore[return-value]
