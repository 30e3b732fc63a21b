"""``gatewise evaluate``: the errors of a saved model on data that it has not seen."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from gatewise.cli.console import print_json
from gatewise.cli.groups import COLUMNS, with_options
from gatewise.cli.options import Json
from gatewise.errors import ConfigurationError

__all__ = ["evaluate"]


@with_options(columns=COLUMNS)
def evaluate(
    model: Annotated[Path, typer.Argument(help="Folder of a saved model.", show_default=False)],
    data: Annotated[str, typer.Argument(help="Data to evaluate on.", show_default=False)],
    columns: dict[str, Any],
    windows: Annotated[
        int, typer.Option(min=1, help="Forecasting: how many horizons at the end of each series.")
    ] = 1,
    by: Annotated[
        Literal["series", "step", "cutoff"] | None,
        typer.Option(help="Forecasting: a table of errors, too.", show_default=False),
    ] = None,
    json_: Json = False,
) -> None:
    """Measure a saved model on other data.

    A forecaster forecasts the last rows of every series from the rows before them; give it data that it was not
    fitted on, or newer rows of the same series. Data that the model has seen are told.
    """
    from gatewise.cli.errors import as_records, seen_told, show_errors, show_total
    from gatewise.data.readers import read
    from gatewise.estimators.forecast.base import Forecaster
    from gatewise.estimators.language.base import LanguageEstimator
    from gatewise.estimators.loading import load

    estimator = load(model)
    source: Any = data
    if isinstance(estimator, Forecaster):
        with seen_told():
            found = estimator.backtest(data, windows=windows, **columns)
        groups = () if by is None else (by,)
        if not json_:
            show_errors(found, *groups)
        else:
            print_json(as_records(found, *groups) if groups else found.total)
        return
    if by is not None:
        raise ConfigurationError(
            f"only forecasts have it, this is a {type(estimator).__name__}; leave it out", option="by"
        )
    if isinstance(estimator, LanguageEstimator):
        # It takes a text itself, for which it would take the name of the file.
        source, columns = read(data, "language", **columns), {}
    with seen_told():
        metrics = estimator.evaluate(source, **columns)
    if json_:
        print_json(metrics)
    else:
        show_total(metrics)
