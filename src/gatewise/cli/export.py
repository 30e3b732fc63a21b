"""``gatewise export``: a saved model in a form that runs without this package."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from gatewise.cli.console import out, show_path
from gatewise.cli.groups import COLUMNS, with_options
from gatewise.cli.options import Json
from gatewise.cli.output import check_folder

__all__ = ["export"]


@with_options(columns=COLUMNS)
def export(
    model: Annotated[Path, typer.Argument(help="Folder of a saved model.", show_default=False)],
    columns: dict[str, Any],
    format_: Annotated[Literal["c"], typer.Option("--format", help="What to write.", show_default=False)],
    data: Annotated[
        str | None,
        typer.Argument(
            help="Data on which it is held against Python; the fitted series, or random numbers, by default.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="Folder to write; by default the name, with -c.", show_default=False
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            help="What files and functions are called; by default as the folder.", show_default=False
        ),
    ] = None,
    int8: Annotated[
        bool, typer.Option("--int8", help="Weights of eight bits: a quarter of the size.")
    ] = False,
    json_: Json = False,
) -> None:
    """Write a saved model as C, which needs no library and allocates nothing.

    One step of the model: an observation and a state in, an answer and the state out. It is compiled, if there is a C
    compiler, and written only if it answers what Python answers.
    """
    name = name or model.resolve().name
    folder = check_folder(output or Path(f"{name}-{format_}"))
    from gatewise.estimators.loading import load
    from gatewise.export.c.export import export_c

    found = export_c(load(model), folder, name=name, int8=int8, data=data, **columns)
    if json_:
        out.print(found.to_json(), markup=False, soft_wrap=True)
        return
    for path in found.files:
        show_path("written", path)
    out.print(str(found), markup=False, soft_wrap=True)
