"""``gatewise update``: newer rows for a saved forecaster, without training it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gatewise.cli.console import err, out, print_json, show_path
from gatewise.cli.groups import COLUMNS, with_options
from gatewise.cli.options import Json
from gatewise.cli.output import check_folder
from gatewise.errors import ConfigurationError

__all__ = ["update"]


@with_options(columns=COLUMNS)
def update(
    model: Annotated[Path, typer.Argument(help="Folder of a saved forecaster.", show_default=False)],
    data: Annotated[str, typer.Argument(help="Newer rows of its series, or new series.", show_default=False)],
    columns: dict[str, Any],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FOLDER",
            help="To save the model in; its own by default.",
            show_default=False,
        ),
    ] = None,
    json_: Json = False,
) -> None:
    """Let a saved forecaster go on from newer rows, without training.

    What predict continues is then the newest row of every series. Gaps are laid out; rows that were there before may
    be given again, and have to agree. fit --warm-start trains on with newer data.
    """
    folder = model if output is None else output
    check_folder(folder.parent)
    from gatewise.estimators.forecast.base import Forecaster
    from gatewise.estimators.loading import load
    from gatewise.estimators.saving.directory import check_replaceable

    estimator = load(model)
    if not isinstance(estimator, Forecaster):
        raise ConfigurationError(
            f"model: only forecasters go on from newer rows, this is a {type(estimator).__name__}; fit it again"
        )
    check_replaceable(folder)
    before = estimator.series_
    newer = estimator.read(data, **columns)
    for note in newer.notes:
        err.print(f"note: {note}", markup=False)
    estimator.update(newer)
    saved = estimator.save(folder)
    added = len(estimator.series_) - len(before)
    left = len(set(before.ids) - set(newer.ids))
    if json_:
        told = {
            "model": str(saved),
            "series": len(estimator.series_),
            "new": added,
            "without_newer_rows": left,
        }
        print_json(told)
        return
    out.print(f"{len(estimator.series_):,} series, {added:,} of them new, {left:,} without newer rows")
    show_path("model", saved)
