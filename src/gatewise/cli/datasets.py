"""``gatewise datasets``: the data that ship with the package."""

from __future__ import annotations

import json
from dataclasses import asdict

from gatewise.cli.console import out
from gatewise.cli.options import Json
from gatewise.data.samples import samples

__all__ = ["datasets"]


def datasets(json_: Json = False) -> None:
    """List the data sets that ship with the package."""
    if json_:
        out.print_json(json.dumps([_facts(asdict(sample)) for sample in samples()]))
        return
    for sample in samples():
        out.print(f"[bold]sample:{sample.name}[/bold]  {sample.task}: {sample.description}")
        out.print(f"    source: {sample.source}; licence: {sample.licence}")


def _facts(sample: dict[str, object]) -> dict[str, object]:
    return {name: sample[name] for name in ("name", "task", "description", "source", "licence", "options")}
