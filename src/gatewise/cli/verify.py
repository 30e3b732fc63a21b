"""``gatewise verify``: whether a saved model is what was saved."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from gatewise.cli.console import out, print_json
from gatewise.cli.options import Json

__all__ = ["verify"]

NOT_WHOLE = 1


def verify(
    model: Annotated[Path, typer.Argument(help="Folder of a saved model.", show_default=False)],
    json_: Json = False,
) -> None:
    """Hold every file of a saved model against its manifest: whole, changed, missing or unknown.

    Exits with 1 where a file is changed or missing. Loading does the same with the files it reads, and refuses them.
    """
    from gatewise.estimators.saving.manifest import verify as held_against_manifest

    found = held_against_manifest(model)
    whole = not any(one.state in ("changed", "missing") for one in found)
    if json_:
        print_json({"whole": whole, "files": [asdict(one) for one in found]})
    else:
        for one in found:
            differs = f": expected {one.expected}, found {one.found}" if one.state == "changed" else ""
            out.print(f"{one.state:8} {one.name}{differs}", markup=False, soft_wrap=True)
    if not whole:
        raise typer.Exit(NOT_WHOLE)
