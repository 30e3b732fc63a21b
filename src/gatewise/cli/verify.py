"""``gatewise verify``: whether a saved model is what was saved, and answers alike by every way."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatewise.cli.console import out, print_json
from gatewise.cli.options import Json

if TYPE_CHECKING:
    from gatewise.certificate.certify import Certificate

__all__ = ["verify"]

NOT_WHOLE = 1


def verify(
    model: Annotated[Path, typer.Argument(help="Folder of a saved model.", show_default=False)],
    files: Annotated[
        bool, typer.Option("--files", help="Look at the files alone, and try no answers.")
    ] = False,
    json_: Json = False,
) -> None:
    """Hold every file of a saved model against its manifest, and its answers against each other, way by way.

    Each file is whole, changed, missing or unknown. Then the model is asked the same by every way to its answers:
    predict, step by step, in chunks, ONNX Runtime, C, HTTP. How far they agree and what a step takes is written beside
    the model as certificate.json, and into its card. Exits with 1 where a file is changed or missing, or answers do
    not agree.
    """
    from gatewise.estimators.saving.manifest import verify as held_against_manifest

    found = held_against_manifest(model)
    whole = not any(one.state in ("changed", "missing") for one in found)
    if not json_:
        for one in found:
            differs = f": expected {one.expected}, found {one.found}" if one.state == "changed" else ""
            out.print(f"{one.state:8} {one.name}{differs}", markup=False, soft_wrap=True)
    certificate = _certified(model, quiet=json_) if whole and not files else None
    if json_:
        print_json(
            {
                "whole": whole,
                "files": [asdict(one) for one in found],
                "certificate": None if certificate is None else certificate.to_json(),
            }
        )
    if not whole or (certificate is not None and not certificate.equal):
        raise typer.Exit(NOT_WHOLE)


def _certified(model: Path, *, quiet: bool) -> Certificate | None:
    """Try all ways to the answers of a model; ``None`` where there is one alone, which is said."""
    from rich.table import Table

    from gatewise.certificate.certify import CERTIFICATE, certify
    from gatewise.errors import ExportError

    try:
        found = certify(model)
    except ExportError as error:
        if not quiet:
            out.print(f"\n{error}", markup=False, soft_wrap=True)
        return None
    if not quiet:
        table = Table(box=None, pad_edge=False)
        table.add_column("way")
        for column in ("difference", "µs a step", "bytes"):
            table.add_column(column, justify="right")
        for one in found.ways:
            if one.equal is not None:
                table.add_row(one.way, *one.figures)
        out.print()
        out.print(table)
        for reason, ways in reasons(found).items():
            out.print(f"\nNot {', '.join(ways)}: {reason}", markup=False, soft_wrap=True)
        equal = (
            "Every way leads to the same answers"
            if found.equal
            else "Not every way leads to the same answers"
        )
        out.print(f"\n{equal}; written to {model / CERTIFICATE}", markup=False, soft_wrap=True)
    return found


def reasons(found: Certificate) -> dict[str, list[str]]:
    """Return why ways were not gone, and which, each reason once."""
    why: dict[str, list[str]] = {}
    for one in found.ways:
        if one.why_not:
            why.setdefault(one.why_not, []).append(one.way)
    return why
