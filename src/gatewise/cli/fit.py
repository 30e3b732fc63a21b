"""``gatewise fit``: train one model and save it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gatewise.cli.console import err, out, print_json, show_path, training_progress
from gatewise.cli.options import (
    Bidirectional,
    Config,
    Data,
    Json,
    Quiet,
    ReadoutName,
    Seed,
    TaskName,
    duration,
    with_columns,
)
from gatewise.cli.output import check_folder
from gatewise.data.labelled import LabelledSequences
from gatewise.data.readers import read
from gatewise.data.samples.registry import sample_options
from gatewise.errors import ConfigurationError
from gatewise.estimators.classifier import SequenceClassifier
from gatewise.estimators.config import ClassifierConfig
from gatewise.estimators.forecaster import SequenceForecaster
from gatewise.estimators.persistence import check_replaceable
from gatewise.validation import validated

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
    levels: Annotated[str, typer.Option(help="Prediction intervals in percent, comma-separated.")] = "90",
    max_seconds: Annotated[
        str | None, typer.Option(help="End the training within this time, such as 60s.", show_default=False)
    ] = None,
    readout: ReadoutName = None,
    bidirectional: Bidirectional = None,
    seed: Seed = 0,
    json_: Json = False,
    quiet: Quiet = False,
    config: Config = None,
) -> None:
    """Train one recurrent network and save it as a folder."""
    check_replaceable(output)
    check_folder(output.parent)
    options: dict[str, Any] = {} if hidden_size is None else {"hidden_size": hidden_size}
    limit = None if max_seconds is None else duration(max_seconds, "--max-seconds")
    options |= {"random_state": seed, "max_seconds": limit}
    percentages = _levels(levels)
    suggested = sample_options(data)
    horizon = suggested.get("horizon") if horizon is None else horizon
    readout = suggested.get("readout", "pool") if readout is None else readout
    bidirectional = suggested.get("bidirectional", True) if bidirectional is None else bidirectional
    found = read(data, task, **columns)
    rows = 0 if isinstance(found, LabelledSequences) else _rows(horizon)
    with training_progress(quiet or json_) as progress:
        model: SequenceForecaster | SequenceClassifier
        if isinstance(found, LabelledSequences):
            chosen = validated(ClassifierConfig, {"readout": readout})
            model = SequenceClassifier(
                cell, bidirectional=bidirectional, config=chosen, progress=progress, **options
            )
        else:
            model = SequenceForecaster(cell, rows, levels=percentages, progress=progress, **options)
        model.fit(found)  # type: ignore[arg-type]  # the branch above has matched model and data
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


def _rows(horizon: int | None) -> int:
    if horizon is None:
        raise ConfigurationError(
            "horizon: forecasting needs to know how many rows ahead; give --horizon 24 or the like"
        )
    return horizon


def _about_skipped(model: SequenceForecaster | SequenceClassifier) -> list[str]:
    skipped = getattr(model, "skipped_", ())
    if not skipped:
        return []
    names = ", ".join(skipped[:MOST_NAMES]) + (", …" if len(skipped) > MOST_NAMES else "")
    return [f"{len(skipped)} series too short to be trained on, still forecast: {names}"]


def _levels(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(level) for level in text.split(",") if level.strip())
    except ValueError:
        raise typer.BadParameter(
            f"expected percentages such as 80,90, got {text!r}", param_hint="--levels"
        ) from None
