"""``gatewise evaluate``: the errors of a saved model on data that it has not seen."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Annotated, Any

import typer

from gatewise.cli.console import err, out, print_json
from gatewise.cli.groups import COLUMNS, with_options
from gatewise.cli.options import Json
from gatewise.errors import SeenDataWarning

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
) -> None:
    """Measure a saved model on other data.

    A forecaster forecasts the last rows of every series from the rows before them; give it data that it was not
    fitted on, or newer rows of the same series. Data that the model has seen are told.
    """
    from gatewise.data.readers import read
    from gatewise.estimators.forecast.base import Forecaster
    from gatewise.estimators.language.base import LanguageEstimator
    from gatewise.estimators.loading import load

    estimator = load(model)
    options = {"windows": windows} if isinstance(estimator, Forecaster) else {}
    source: Any = data
    if isinstance(estimator, LanguageEstimator):
        # It takes a text itself, for which it would take the name of the file.
        source, columns = read(data, "language", **columns), {}
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", SeenDataWarning)
        metrics = estimator.evaluate(source, **options, **columns)
    for one in told:
        err.print(f"warning: {one.message}", markup=False, soft_wrap=True)
    if json_:
        print_json(metrics)
        return
    for name, value in metrics.items():
        out.print(f"{name:20} {value:.4g}")
