"""Options that several commands share, and the configuration file behind them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
import yaml

from gatewise.data.readers.task import Task
from gatewise.errors import ConfigurationError
from gatewise.validation import seconds_from

__all__ = [
    "Config",
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
Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]
Seed = Annotated[
    int, typer.Option("--seed", min=0, help="Seed of everything that is random; random_state in Python.")
]
