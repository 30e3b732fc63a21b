"""``gatewise compare``: which of the three, for these data, on this machine."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from gatewise.cli.console import comparison_progress, err, out, print_json, show_path
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
    split_names,
    with_columns,
)
from gatewise.cli.output import check_folder, write_text
from gatewise.cli.tables import show_comparison, show_facts
from gatewise.comparison.compare import Prepared, prepare
from gatewise.comparison.config import ComparisonConfig, Match
from gatewise.comparison.results import Comparison
from gatewise.errors import SavedModelError
from gatewise.estimators.saving.directory import CONFIG
from gatewise.models.cells import cell_type
from gatewise.validation import validated
from gatewise.verdict.ranking import Prefer
from gatewise.verdict.recommend import Preferences, Recommendation

__all__ = ["compare"]


@with_columns
def compare(
    data: Data,
    columns: dict[str, Any],
    horizon: Annotated[int | None, typer.Option(min=1, help="Rows to forecast.", show_default=False)] = None,
    task: TaskName = None,
    cells: Annotated[
        str, typer.Option(help="Cells to compare, comma-separated; name=cell gives a cell another name.")
    ] = "RNN,LSTM,GRU",
    test: Annotated[
        str | None, typer.Option(help="A test set of its own; not for forecasting.", show_default=False)
    ] = None,
    budget: Annotated[
        str | None, typer.Option(help="Time for everything, such as 90s or 10m.", show_default=False)
    ] = None,
    match: Annotated[Match, typer.Option(help="What is equal for all cells.")] = "parameters",
    hidden_size: Annotated[
        int | None,
        typer.Option(min=1, help="Units of the GRU; the others are matched to it.", show_default=False),
    ] = None,
    folds: Annotated[int, typer.Option(min=1, help="Splits into training and test.")] = 1,
    seeds: Annotated[int, typer.Option(min=2, help="Networks per cell and fold.")] = 5,
    trials: Annotated[int, typer.Option(min=1, help="Learning rates tried per cell.")] = 4,
    curves: Annotated[bool, typer.Option(help="Measure error against length and amount of data.")] = True,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; one per core by default.", show_default=False)
    ] = None,
    readout: ReadoutName = None,
    bidirectional: Bidirectional = None,
    level: Level = None,
    prefer: Annotated[Prefer, typer.Option(help="What counts among cells of equal error.")] = "accuracy",
    max_parameters: Annotated[
        int | None,
        typer.Option(min=1, help="Limit of the whole network.", show_default=False),
    ] = None,
    max_step_latency_us: Annotated[
        float | None,
        typer.Option(help="Limit of one step, in microseconds.", show_default=False),
    ] = None,
    max_state_bytes: Annotated[
        int | None,
        typer.Option(min=1, help="Limit of the state of one stream.", show_default=False),
    ] = None,
    output: Annotated[Path, typer.Option(help="Folder for report, numbers and model.")] = Path(
        "gatewise-output"
    ),
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be trained and about how long it takes.")
    ] = False,
    seed: Seed = 0,
    json_: Json = False,
    quiet: Quiet = False,
    config: Config = None,
) -> None:
    """Train RNN, LSTM and GRU on your sequences and say, with evidence, which one to use."""
    started = time.perf_counter()
    preferences = {
        "prefer": prefer,
        "max_parameters": max_parameters,
        "max_step_latency_us": max_step_latency_us,
        "max_state_bytes": max_state_bytes,
    }
    validated(Preferences, preferences)
    settings = {
        "match": match,
        "hidden_size": hidden_size,
        "folds": folds,
        "seeds": seeds,
        "trials": trials,
        "curves": curves,
        "budget": None if budget is None else duration(budget, "--budget"),
        "workers": workers,
    }
    if not dry_run:
        check_folder(output)
    prepared = prepare(
        data,
        task,
        cells=_named(cells),
        horizon=horizon,
        test=test,
        random_state=seed,
        config=validated(ComparisonConfig, settings),
        bidirectional=bidirectional,
        readout=readout,
        level=level,
        **columns,
    )
    facts = prepared.task.facts()
    if not json_:
        show_facts(facts, out if dry_run else err)
    if dry_run:
        _show_plan(prepared, json_)
        return
    with comparison_progress(quiet or json_) as progress:
        comparison = prepared.run(started=started, progress=progress, preferences=preferences)
    recommendation = comparison.recommend(**preferences)
    write_text(output / "comparison.json", comparison.to_json() + "\n")
    report = comparison.to_html(output / "report.html", **preferences)
    model = _save(comparison, recommendation, output / "model")
    if json_:
        print_json({"recommendation": recommendation.model_dump(), "report": str(report), "model": model,
                    "evidence": comparison.evidence.model_dump(mode="json")})  # fmt: skip
        return
    show_comparison(comparison.evidence, recommendation)
    out.print()
    show_path("report", report)
    show_path("numbers", output / "comparison.json")
    if model is not None:
        show_path("model", Path(model))


def _named(cells: str) -> dict[str, str]:
    """``RNN,mine=GRU`` as names and cells."""
    pairs = [(name.partition("=")) for name in split_names(cells)]
    named = {name if sign else cell_type(name).__name__: cell if sign else name for name, sign, cell in pairs}
    return {name: cell_type(cell).__name__ for name, cell in named.items()}


def _show_plan(prepared: Prepared, as_json: bool) -> None:
    plan, seconds = prepared.estimate()
    if as_json:
        print_json({"plan": plan.describe(), "jobs": plan.jobs, "seconds": round(seconds, 1)})
        return
    for line in plan.describe():
        out.print(line)
    out.print(f"about {seconds:.0f} s")


def _save(comparison: Comparison, recommendation: Recommendation, path: Path) -> str | None:
    """Save the model that was fitted on everything; boosted trees cannot be saved safely, so they are not."""
    if comparison.model_ is None:
        return None
    try:
        return str(comparison.model_.save(path))
    except SavedModelError as error:
        err.print(f"no model saved: {error}")
        if (path / CONFIG).is_file():
            # A model of an earlier run would be taken for the one that this report recommends.
            shutil.rmtree(path)
        return None
