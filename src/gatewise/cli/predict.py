"""``gatewise predict``: forecasts, classes, values or tags from a saved model."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from gatewise.cli.console import print_json, show_path
from gatewise.cli.groups import COLUMNS, with_options
from gatewise.cli.options import Json
from gatewise.cli.output import check_table

__all__ = ["predict"]


@with_options(columns=COLUMNS)
def predict(
    model: Annotated[Path, typer.Argument(help="Folder of a saved model.", show_default=False)],
    columns: dict[str, Any],
    data: Annotated[
        str | None,
        typer.Argument(
            help="Data to continue, classify or tag; the fitted series by default.", show_default=False
        ),
    ] = None,
    future: Annotated[
        str | None, typer.Option(help="File with future values of the known covariates.", show_default=False)
    ] = None,
    wide: Annotated[
        Literal["nixtla", "autogluon"] | None,
        typer.Option(help="Write the layout of another library.", show_default=False),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(help="CSV or Parquet file to write; standard output by default.", show_default=False),
    ] = None,
    json_: Json = False,
) -> None:
    """Forecast, classify, estimate or tag with a saved model."""
    check_table(output)
    from gatewise.cli.answers import answers, write_csv, write_table
    from gatewise.estimators.forecast.base import Forecaster
    from gatewise.estimators.forecast.frames import widen
    from gatewise.estimators.loading import load

    estimator = load(model)
    if isinstance(estimator, Forecaster):
        # Whatever frame it was fitted on in Python, here it becomes a file.
        estimator.series_ = replace(estimator.series_, frame_kind="pyarrow", index=None)
        table = estimator.predict(data, future=future, **columns)
        if wide is not None:
            model_name = getattr(estimator, "cell", type(estimator).__name__)
            table = widen(table, wide, model_name, estimator.point_)
    else:
        table = answers(estimator, data, columns)
    if json_:
        print_json(table.to_pylist())
    elif output is None:
        write_csv(table, sys.stdout.buffer)
    else:
        write_table(table, output)
        show_path("written", output)
