"""``gatewise backtest``: what a saved model would have forecast, beside what came."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gatewise.cli.console import print_json, show_path
from gatewise.cli.groups import COLUMNS, with_options
from gatewise.cli.options import Json
from gatewise.cli.output import check_table
from gatewise.errors import ConfigurationError

__all__ = ["backtest"]


@with_options(columns=COLUMNS)
def backtest(
    model: Annotated[Path, typer.Argument(help="Folder of a saved forecaster.", show_default=False)],
    data: Annotated[str, typer.Argument(help="Series, as long as they are known.", show_default=False)],
    columns: dict[str, Any],
    windows: Annotated[
        int,
        typer.Option(min=1, metavar="N", help="Forecasts of each series, the last of which ends with it."),
    ] = 5,
    step: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Rows from one forecast to the next; the horizon by default, so that none overlap.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            help="CSV or Parquet file to write the forecasts to, beside what came.", show_default=False
        ),
    ] = None,
    json_: Json = False,
) -> None:
    """Forecast the past: several times at the end of each series, each from the rows before it only.

    Errors are shown by cutoff (the last row that was read), by step of the horizon and by series. Give it rows that
    the model was not fitted on, at the end of the same series or of others; data that it has seen are told.
    """
    check_table(output)
    from gatewise.cli.answers import write_table
    from gatewise.cli.errors import as_records, seen_told, show_errors
    from gatewise.estimators.forecast.backtest import GROUPS
    from gatewise.estimators.forecast.base import Forecaster
    from gatewise.estimators.loading import load

    estimator = load(model)
    if not isinstance(estimator, Forecaster):
        raise ConfigurationError(
            f"model: only forecasters have a past to forecast, this is a {type(estimator).__name__}; "
            "measure it with gatewise evaluate"
        )
    with seen_told():
        found = estimator.backtest(data, windows=windows, step=step, **columns)
    if output is not None:
        write_table(found.forecasts, output)
    if json_:
        print_json(as_records(found, *GROUPS))
        return
    show_errors(found, *reversed(GROUPS))
    if output is not None:
        show_path("written", output)
