"""``gatewise export``: a saved model in a form that runs without this package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gatewise.cli.console import out, show_path
from gatewise.cli.groups import COLUMNS, with_options
from gatewise.cli.options import Json
from gatewise.cli.output import check_folder
from gatewise.errors import ConfigurationError

if TYPE_CHECKING:
    from gatewise.export import CExport, OnnxExport

__all__ = ["export"]


@with_options(columns=COLUMNS)
def export(
    model: Annotated[Path, typer.Argument(help="Folder of a saved model.", show_default=False)],
    columns: dict[str, Any],
    format_: Annotated[
        Literal["onnx", "c"], typer.Option("--format", help="What to write.", show_default=False)
    ],
    data: Annotated[
        str | None,
        typer.Argument(
            help="Data on which C is held against Python; the fitted series, or random numbers, by default.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Folder to write; by default the name, with -onnx or -c.",
            show_default=False,
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            help="What files and functions of C are called; by default as the folder.", show_default=False
        ),
    ] = None,
    int8: Annotated[
        bool, typer.Option("--int8", help="Weights of eight bits: a quarter of the size.")
    ] = False,
    json_: Json = False,
) -> None:
    """Write a saved model in a form that runs without this package: ONNX, or C.

    ONNX is for whole sequences, for one step with its states and for several, of any size. C is one step, needs no
    library and allocates nothing. Either is run, by ONNX Runtime or compiled by the C compiler of this machine, and
    written only if it answers what Python answers.
    """
    folder = check_folder(output or Path(f"{name or model.resolve().name}-{format_}"))
    from gatewise.estimators.loading import load

    fitted = load(model)
    found: CExport | OnnxExport
    if format_ == "onnx":
        from gatewise.export.onnx.export import export_onnx

        if data is not None:
            raise ConfigurationError(f"{data}: data have a meaning only with --format c")
        _refuse(name=name, **columns)
        found = export_onnx(fitted, folder, int8=int8)
    else:
        from gatewise.export.c.export import export_c

        name = name or model.resolve().name
        found = export_c(fitted, folder, name=name, int8=int8, data=data, **columns)
    if json_:
        out.print(found.to_json(), markup=False, soft_wrap=True)
        return
    for path in found.paths:
        show_path("written", path)
    out.print(str(found), markup=False, soft_wrap=True)


def _refuse(**options: Any) -> None:
    for option, value in options.items():
        if value is not None:
            raise ConfigurationError("has a meaning only with --format c", option=option)
