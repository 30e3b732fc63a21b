"""``gatewise report``: decide again from what a comparison has measured."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gatewise.cli.console import out, print_json, show_path
from gatewise.cli.groups import fields_of, with_options
from gatewise.cli.options import Json
from gatewise.cli.output import check_path, in_folder
from gatewise.verdict.preferences import Preferences

__all__ = ["report"]


@with_options(preferences=fields_of(Preferences, defaults=False))
def report(
    comparison: Annotated[
        Path,
        typer.Argument(help="The comparison.json that gatewise compare has written.", show_default=False),
    ],
    preferences: dict[str, Any],
    output: Annotated[
        Path | None,
        typer.Option(help="HTML file; report.html beside the numbers by default.", show_default=False),
    ] = None,
    json_: Json = False,
) -> None:
    """Decide again under other preferences and limits, from stored measurements.

    Nothing is trained. What is not named is as it was in the comparison.
    """
    from gatewise.cli.tables import show_comparison
    from gatewise.comparison.results import Comparison

    page = comparison.with_name("report.html") if output is None else output
    found = Comparison.from_json(comparison)
    check_path(page)
    in_folder(page)
    recommendation = found.recommend(**preferences)
    found.report(page, **preferences)
    if json_:
        print_json({"recommendation": recommendation.model_dump(), "report": str(page)})
        return
    show_comparison(found.evidence, recommendation)
    out.print()
    show_path("report", page)
