"""``gatewise fit``: train one model and save it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gatewise.cli.console import err, out, print_json, show_path, training_progress
from gatewise.cli.estimators import estimator_for
from gatewise.cli.options import (
    Bidirectional,
    Config,
    Data,
    Json,
    Level,
    Quiet,
    ReadoutName,
    Seed,
    TaskName,
    duration,
    with_columns,
)
from gatewise.cli.output import check_folder
from gatewise.data.readers import read
from gatewise.data.samples.registry import sample_options
from gatewise.estimators.saving.directory import check_replaceable

__all__ = ["fit"]

MOST_NAMES = 10


@with_columns
def fit(
    data: Data,
    columns: dict[str, Any],
    output: Annotated[Path, typer.Option(help="Folder to save the model in.")] = Path("gatewise-model"),
    cell: Annotated[str, typer.Option(help="RNN, LSTM or GRU.")] = "GRU",
    horizon: Annotated[int | None, typer.Option(min=1, help="Rows to forecast.", show_default=False)] = None,
    task: TaskName = None,
    hidden_size: Annotated[
        int | None, typer.Option(min=1, help="Units of the cell.", show_default=False)
    ] = None,
    levels: Annotated[
        str | None,
        typer.Option(
            help="Forecasting: intervals in percent, comma-separated; 90 by default.", show_default=False
        ),
    ] = None,
    max_seconds: Annotated[
        str | None, typer.Option(help="End the training within this time, such as 60s.", show_default=False)
    ] = None,
    readout: ReadoutName = None,
    bidirectional: Bidirectional = None,
    level: Level = None,
    seed: Seed = 0,
    json_: Json = False,
    quiet: Quiet = False,
    config: Config = None,
) -> None:
    """Train one recurrent network and save it as a folder."""
    check_replaceable(output)
    check_folder(output.parent)
    common: dict[str, Any] = {} if hidden_size is None else {"hidden_size": hidden_size}
    limit = None if max_seconds is None else duration(max_seconds, "--max-seconds")
    common |= {"random_state": seed, "max_seconds": limit}
    options = sample_options(data)
    given = {
        "horizon": horizon, "levels": _levels(levels), "readout": readout, "bidirectional": bidirectional,
        "level": level,
    }  # fmt: skip
    options |= {name: value for name, value in given.items() if value is not None}
    found = read(data, task, **columns)
    with training_progress(quiet or json_) as progress:
        model = estimator_for(found, cell, options, progress=progress, **common)
        model.fit(found)
    saved = model.save(output)
    steps = sum(history.steps for history in model.histories_)
    seconds = sum(history.total_seconds for history in model.histories_)
    loss = model.histories_[0].loss[-1]
    if json_:
        print_json(
            {
                "model": str(saved),
                "steps": steps,
                "seconds": seconds,
                "loss": loss,
            }
        )
        return
    for note in (*found.notes, *_about_skipped(model)):
        err.print(f"note: {note}", markup=False)
    if any(history.stopped == "interrupted" for history in model.histories_):
        err.print("stopped early: the best weights so far were kept")
    out.print(f"{cell}: {steps} updates in {seconds:.1f} s, training loss {loss:.4g}")
    show_path("model", saved)


def _about_skipped(model: Any) -> list[str]:
    skipped = getattr(model, "skipped_", ())
    if not skipped:
        return []
    names = ", ".join(skipped[:MOST_NAMES]) + (", …" if len(skipped) > MOST_NAMES else "")
    return [f"{len(skipped)} series too short to be trained on, still forecast: {names}"]


def _levels(text: str | None) -> tuple[int, ...] | None:
    if text is None:
        return None
    try:
        return tuple(int(level) for level in text.split(",") if level.strip())
    except ValueError:
        raise typer.BadParameter(
            f"expected percentages such as 80,90, got {text!r}", param_hint="--levels"
        ) from None
