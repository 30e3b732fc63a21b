"""``gatewise explain``: what a cell is, in the terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from gatewise.cli.console import out, print_json
from gatewise.cli.options import Json
from gatewise.explanation.writing import folded

__all__ = ["explain"]


def explain(
    cell: Annotated[
        str | None, typer.Argument(help="Its name, such as GRU; all are listed without.", show_default=False)
    ] = None,
    input_size: Annotated[int, typer.Option(min=1, help="Inputs of the layer that is counted.")] = 32,
    hidden_size: Annotated[int, typer.Option(min=1, help="Its hidden units.")] = 64,
    json_: Json = False,
) -> None:
    """Explain a cell: equations, what its gates do, its size, what was measured of it."""
    from gatewise.explanation.explain import explain as explanation_of
    from gatewise.nn.cells.registry import CELLS

    if cell is None:
        found = {one.name: one.summary or one.description for one in CELLS.values()}
        if json_:
            print_json([{"name": name, "summary": summary} for name, summary in found.items()])
            return
        width = max(map(len, found)) + 2
        for name, summary in found.items():
            out.print(folded(f"{name:{width}}{summary}", "", width), markup=False, soft_wrap=True)
        return
    known = explanation_of(cell, input_size=input_size, hidden_size=hidden_size)
    out.print(known.to_json() if json_ else str(known), markup=False, soft_wrap=True)
