"""``gatewise compare``: which of the cells, RNN, LSTM and GRU by default, for these data on this machine."""

from __future__ import annotations

import shlex
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gatewise.cli.console import err, out, print_json, show_path
from gatewise.cli.groups import COLUMNS, ESTIMATOR, fields_of, with_options
from gatewise.cli.options import Data, Json, Quiet, Seed, TaskName, split_names
from gatewise.cli.output import check_folder, in_folder
from gatewise.cli.reading import beside_it, read_first
from gatewise.cli.signals import interrupts
from gatewise.cli.stopping import how_to_go_on, say_how_to_go_on
from gatewise.comparison.config import ComparisonConfig
from gatewise.spelling import spelled

if TYPE_CHECKING:
    from gatewise.comparison.compare import Prepared
    from gatewise.comparison.running.store import Store
    from gatewise.comparison.stopped import Stopped

__all__ = ["compare"]

# In the output folder: what each training gave, until all is done; and what a stop leaves to look at.
RESULTS, PARTIAL = ".results", "partial"


@with_options(options=ESTIMATOR, settings=fields_of(ComparisonConfig), columns=COLUMNS)
def compare(
    data: Data,
    options: dict[str, Any],
    settings: dict[str, Any],
    columns: dict[str, Any],
    task: TaskName = None,
    cells: Annotated[
        str,
        typer.Option(
            metavar="NAMES",
            help="Cells to compare, comma-separated, of those that gatewise explain lists; name=cell gives one "
            "another name.",
        ),
    ] = "RNN,LSTM,GRU",
    test: Annotated[
        str | None,
        typer.Option(
            metavar="PATH",
            help="A test set of its own, never learned from; not for forecasting.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER", help="For report, numbers and model.")
    ] = Path("gatewise-output"),
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be trained and about how long it takes.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a comparison of these data that was stopped.")
    ] = False,
    seed: Seed = 0,
    json_: Json = False,
    quiet: Quiet = False,
) -> None:
    """Train RNN, LSTM and GRU on your sequences and say, with evidence, which one to use."""
    started = time.perf_counter()
    asked = ComparisonConfig(**settings)
    if not dry_run:
        check_folder(output)
    found, options = read_first(data, task, options, columns, cells=split_names(cells), quiet=quiet or json_)
    beside = beside_it(data, found.task or "") if test is None and not (quiet or json_) else None
    if beside is not None:
        err.print(f"note: {beside} lies beside it: {spelled('test', beside)} tests on it", soft_wrap=True)
    from gatewise.cli.tables import show_comparison
    from gatewise.comparison.compare import prepare
    from gatewise.comparison.stopped import Stopped
    from gatewise.comparison.watching.watch import show_facts

    prepared = prepare(
        found, task, cells=_named(cells), test=test, config=asked, random_state=seed, **options, **columns
    )
    command = shlex.join(["gatewise", *sys.argv[1:]])
    prepared = replace(prepared, request=prepared.request.model_copy(update={"command": command}))
    if not json_:
        show_facts(prepared.task.facts(), out if dry_run else err)
    if dry_run:
        _show_plan(prepared, json_)
        return
    store = _store(prepared, output, resume=resume, quiet=quiet or json_)
    told: list[str] = []
    from gatewise.cli.progress import comparison_progress
    from gatewise.cli.results import write_results

    interrupts.last_words = lambda: how_to_go_on() if store.kept else ()
    with interrupts.terminations():
        try:
            with comparison_progress(quiet or json_, told) as progress:
                comparison = prepared.run(started=started, progress=progress, store=store)
        except Stopped as stop:
            _leave(stop, output / PARTIAL, store, told, quiet=json_)
            raise
        recommendation = comparison.recommend()
        try:
            # With it goes what was stored of each training.
            paths = write_results(comparison, output, aside=(RESULTS, PARTIAL))
        except KeyboardInterrupt:
            say_how_to_go_on(
                comparison.evidence.plan.jobs, comparison.evidence.plan.jobs, kept=store.complete
            )
            raise
    if json_:
        print_json(
            {
                "recommendation": recommendation.model_dump(),
                **{name: path and str(path) for name, path in paths.items() if name != "numbers"},
                "evidence": comparison.evidence.model_dump(mode="json"),
            }
        )
        return
    show_comparison(comparison.evidence, recommendation, told)
    out.print()
    for name, path in paths.items():
        if path is not None:
            show_path(name, path)
    if paths["model"] is not None and comparison.saved != recommendation.choice:
        err.print(f"note: the model is {comparison.saved}, as --save says", markup=False)


def _named(cells: str) -> dict[str, str]:
    """``RNN,mine=GRU`` as names and cells."""
    from gatewise.nn import cell_named

    pairs = [(name.partition("=")) for name in split_names(cells)]
    named = {name if sign else cell_named(name).name: cell if sign else name for name, sign, cell in pairs}
    return {name: cell_named(cell).name for name, cell in named.items()}


def _store(prepared: Prepared, output: Path, *, resume: bool, quiet: bool) -> Store:
    """Where results are kept until the report is written; says what is there."""
    store = prepared.store(
        output / RESULTS, resume=resume, warn=lambda text: err.print(f"note: {text}", soft_wrap=True)
    )
    if resume and not quiet:
        found = f"{store.found} results are" if store.found != 1 else "1 result is"
        begun = (
            f"{found} stored, and taken as they are" if store.found else "nothing is stored, all is trained"
        )
        err.print(f"resuming: {begun}")
    if store.aside is not None:
        err.print(
            f"note: begun anew, as --resume was not given; results of before go to {store.aside}",
            soft_wrap=True,
        )
    return store


def _leave(stop: Stopped, folder: Path, store: Store, told: list[str], *, quiet: bool) -> None:
    """Say how to go on, and write what there is beside what an earlier comparison may have left."""
    from gatewise.cli.tables import show_comparison

    # First, as there may not be the time for a report.
    say_how_to_go_on(stop.done, stop.total, kept=store.complete)
    if stop.comparison is not None:
        stop.comparison.to_json(in_folder(folder / "comparison.json"))
        report = stop.comparison.report(folder / "report.html")
        if not quiet:
            show_comparison(stop.comparison.evidence, stop.comparison.recommend(), told)
            out.print()
            show_path("report", report)
            show_path("numbers", folder / "comparison.json")


def _show_plan(prepared: Prepared, as_json: bool) -> None:
    plan, seconds = prepared.estimate()
    if as_json:
        print_json({"plan": plan.describe(), "jobs": plan.jobs, "seconds": round(seconds, 1)})
        return
    for line in plan.describe():
        out.print(line)
    out.print(f"about {seconds:.0f} s")
