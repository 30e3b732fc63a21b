"""``gatewise evaluate``: the errors of a saved model on data that it has not seen."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gatewise.cli.console import out, print_json
from gatewise.cli.groups import COLUMNS, with_options
from gatewise.cli.options import Config, Json
from gatewise.estimators.forecast.base import Forecaster
from gatewise.estimators.loading import load

__all__ = ["evaluate"]


@with_options(columns=COLUMNS)
def evaluate(
    model: Annotated[Path, typer.Argument(help="Folder of a saved model.", show_default=False)],
    data: Annotated[str, typer.Argument(help="Data to evaluate on.", show_default=False)],
    columns: dict[str, Any],
    windows: Annotated[
        int, typer.Option(min=1, help="Forecasting: how many horizons at the end of each series.")
    ] = 1,
    json_: Json = False,
    config: Config = None,
) -> None:
    """Measure a saved model on other data.

    A forecaster forecasts the last rows of every series from the rows before them; give it data that it was not
    fitted on, or newer rows of the same series.
    """
    estimator = load(model)
    options = {"windows": windows} if isinstance(estimator, Forecaster) else {}
    metrics = estimator.evaluate(data, **options, **columns)
    if json_:
        print_json(metrics)
        return
    for name, value in metrics.items():
        out.print(f"{name:20} {value:.4g}")
