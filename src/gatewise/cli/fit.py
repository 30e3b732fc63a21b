"""``gatewise fit``: train one model and save it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gatewise.cli.console import err, out, print_json, show_path
from gatewise.cli.groups import COLUMNS, ESTIMATOR, with_options
from gatewise.cli.options import Data, Json, Quiet, Seed, TaskName, duration
from gatewise.cli.output import check_folder
from gatewise.cli.reading import read_first
from gatewise.cli.signals import interrupts
from gatewise.errors import ConfigurationError
from gatewise.estimators.config import Point

__all__ = ["fit"]

MOST_NAMES = 10


@with_options(options=ESTIMATOR, columns=COLUMNS)
def fit(
    data: Data,
    options: dict[str, Any],
    columns: dict[str, Any],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER", help="To save the model in.")
    ] = Path("gatewise-model"),
    cell: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="RNN, LSTM, GRU or another that gatewise explain lists.", show_default="GRU"
        ),
    ] = None,
    task: TaskName = None,
    hidden_size: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Units of the cell.", show_default=False)
    ] = None,
    point: Annotated[
        Point | None,
        typer.Option(help="Forecasting: what a forecast is; medians by default.", show_default=False),
    ] = None,
    warm_start: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Train this saved model on, with the data alone; what it is stays as it is.",
            show_default=False,
        ),
    ] = None,
    max_seconds: Annotated[
        Any,
        typer.Option(
            parser=duration,
            metavar="TIME",
            help="End this training within this time, such as 60s; compare's --budget is for all of its trainings.",
            show_default=False,
        ),
    ] = None,
    seed: Seed = 0,
    json_: Json = False,
    quiet: Quiet = False,
) -> None:
    """Train one recurrent network and save it as a folder."""
    check_folder(output.parent)
    if point is not None:
        options = {**options, "point": point}
    if warm_start is not None:
        estimator = _to_go_on(warm_start, {"cell": cell, "hidden_size": hidden_size, "task": task} | options)
        found, cell = _read_like(estimator, data, columns), str(estimator.cell)
    else:
        cell = cell or "GRU"
        found, options = read_first(data, task, options, columns, cells=[cell], quiet=quiet or json_)
    from gatewise.cli.progress import training_progress
    from gatewise.estimators.kinds import KINDS
    from gatewise.estimators.saving.directory import check_replaceable
    from gatewise.nn import cell_named

    check_replaceable(output)
    cell = cell_named(cell).name
    common: dict[str, Any] = {} if hidden_size is None else {"hidden_size": hidden_size}
    common |= {"random_state": seed, "max_seconds": max_seconds}
    with training_progress(quiet or json_) as progress:
        if warm_start is None:
            kind = KINDS[found.task]
            model, again = kind.build(options, cell=cell, progress=progress, **common), {}
        else:
            model, again = estimator.set_params(progress=progress, **common), {"warm_start": True}
        if not json_:
            _say_before(found, cell, max_seconds, quiet=quiet)
        with interrupts.patient():
            model.fit(found, **again)
    with interrupts.tidied():
        saved = model.save(output)
    steps = sum(history.steps for history in model.histories_)
    seconds = sum(history.total_seconds for history in model.histories_)
    loss = model.histories_[0].loss[-1]
    restarts = sum(len(history.restarts) for history in model.histories_)
    if json_:
        print_json(
            {
                "model": str(saved),
                "steps": steps,
                "seconds": seconds,
                "loss": loss,
                "restarts": restarts,
            }
        )
        return
    for note in _about_skipped(model):
        err.print(f"note: {note}", markup=False)
    if any(history.stopped == "interrupted" for history in model.histories_):
        err.print("stopped early: the best weights so far were kept")
    if restarts:
        from gatewise.data.readers.wording import counted

        err.print(
            f"unstable: {counted(restarts, 'time')} the loss climbed, or was no number any more, and training went on "
            "from earlier weights at half the rate; a lower learning_rate may do better"
        )
    out.print(f"{cell}: {steps} updates in {seconds:.1f} s, training loss {loss:.4g}")
    show_path("model", saved)


def _to_go_on(path: Path, given: dict[str, Any]) -> Any:
    """The saved model that is trained on; options that are given have to be what it was built with."""
    from gatewise.estimators.config import given_or_default
    from gatewise.estimators.kinds import KINDS
    from gatewise.estimators.loading import load
    from gatewise.estimators.words import has_word

    model = load(path)
    kind = next((one for one in KINDS.values() if isinstance(model, one.estimator)), None)
    if kind is None or not has_word(model.fit, "warm_start"):
        raise ConfigurationError(
            f"{path} holds a {type(model).__name__}, which is not trained on; fit it anew",
            option="warm_start",
        )
    config = given_or_default(model.config, kind.config_type)
    built = {"task": kind.task} | dict(config) | model.get_params(deep=False)
    for name, value in given.items():
        if value is not None and str(value) != str(built.get(name)):
            raise ConfigurationError(
                f"expected {built.get(name, 'nothing')}, as the model in {path} was built, got {value}; leave it out",
                option=name,
            )
    return model


def _read_like(model: Any, data: str, columns: dict[str, Any]) -> Any:
    """Read what a saved model is trained on as what it was fitted on; series have their target among their columns."""
    read = getattr(model, "read_to_learn", model.read)
    return read(data, **columns)


def _say_before(found: Any, cell: str, max_seconds: float | None, *, quiet: bool) -> None:
    """What was read and what will be trained; what was done to the data, with ``--quiet``, too."""
    if not quiet:
        columns = getattr(found, "columns", None)
        err.print(f"task {found.task}{f': {columns.describe()}' if columns else ''}", markup=False)
    for note in found.notes:
        err.print(f"note: {note}", markup=False)
    if not quiet:
        limit = "" if max_seconds is None else f", within {max_seconds:g} s"
        err.print(f"planned: one model of {cell}{limit}", markup=False)


def _about_skipped(model: Any) -> list[str]:
    skipped = getattr(model, "skipped_", ())
    if not skipped:
        return []
    names = ", ".join(skipped[:MOST_NAMES]) + (", …" if len(skipped) > MOST_NAMES else "")
    return [f"{len(skipped)} series too short to be trained on, still forecast: {names}"]
