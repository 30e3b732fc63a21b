"""``gatewise compare``: which of the three, for these data, on this machine."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from gatewise.cli.console import comparison_progress, err, out
from gatewise.cli.options import Config, Data, Json, Quiet, Seed, duration, split_names, with_columns
from gatewise.cli.output import output_folder

__all__ = ["compare"]


@with_columns
def compare(
    data: Data,
    columns: dict[str, Any],
    horizon: Annotated[int | None, typer.Option(min=1, help="Rows to forecast.", show_default=False)] = None,
    task: Annotated[str | None, typer.Option(help="forecast or classification; found from the data by default.", show_default=False)] = None,
    cells: Annotated[str, typer.Option(help="Cells to compare, comma-separated; name=cell gives a cell another name.")] = "RNN,LSTM,GRU",
    test: Annotated[str | None, typer.Option(help="A test set of its own, for classification.", show_default=False)] = None,
    budget: Annotated[str | None, typer.Option(help="Time for everything, such as 90s or 10m.", show_default=False)] = None,
    match: Annotated[str, typer.Option(help="What is equal for all cells: parameters, hidden or time.")] = "parameters",
    hidden_size: Annotated[int | None, typer.Option(min=1, help="Units of the GRU; the others are matched to it.", show_default=False)] = None,
    folds: Annotated[int, typer.Option(min=1, help="Splits into training and test.")] = 1,
    seeds: Annotated[int, typer.Option(min=2, help="Networks per cell and fold.")] = 5,
    trials: Annotated[int, typer.Option(min=1, help="Learning rates tried per cell.")] = 4,
    curves: Annotated[bool, typer.Option(help="Measure error against length and amount of data.")] = True,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; one per core by default.", show_default=False)] = None,
    readout: Annotated[str | None, typer.Option(help="Classification: pool over all steps, or last step only.", show_default=False)] = None,
    bidirectional: Annotated[bool | None, typer.Option(help="Classification: read from both ends.", show_default=False)] = None,
    prefer: Annotated[str, typer.Option(help="Among equals: accuracy, latency, memory or size.", rich_help_panel="Verdict")] = "accuracy",
    max_parameters: Annotated[int | None, typer.Option(min=1, help="Limit of the whole network.", rich_help_panel="Verdict", show_default=False)] = None,
    max_step_latency_us: Annotated[float | None, typer.Option(help="Limit of one step, in microseconds.", rich_help_panel="Verdict", show_default=False)] = None,
    max_state_bytes: Annotated[int | None, typer.Option(min=1, help="Limit of the state of one stream.", rich_help_panel="Verdict", show_default=False)] = None,
    output: Annotated[Path, typer.Option(help="Folder for report, numbers and model.")] = Path("gatewise-output"),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be trained and about how long it takes.")] = False,
    seed: Seed = 0,
    json_: Json = False,
    quiet: Quiet = False,
    config: Config = None,
) -> None:
    """Train RNN, LSTM and GRU on your sequences and say, with evidence, which one to use."""
    started = time.perf_counter()
    from gatewise.comparison.compare import prepare
    from gatewise.comparison.config import ComparisonConfig
    from gatewise.comparison.recommend import Preferences
    from gatewise.settings import checked

    limits = {
        "prefer": prefer,
        "max_parameters": max_parameters,
        "max_step_latency_us": max_step_latency_us,
        "max_state_bytes": max_state_bytes,
    }
    preferences = checked(Preferences, limits)
