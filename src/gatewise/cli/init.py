"""``gatewise init``: what a comparison of some data would take, as a file to look at and change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import yaml

from gatewise.cli.console import err, out, print_json
from gatewise.cli.groups import COLUMNS, ESTIMATOR, with_options
from gatewise.cli.options import TaskName
from gatewise.cli.schema import schema_of

if TYPE_CHECKING:
    from gatewise.data.readers.task import Found

__all__ = ["init"]

BUDGET = "5m"


@with_options(options=ESTIMATOR, columns=COLUMNS)
def init(
    options: dict[str, Any],
    columns: dict[str, Any],
    data: Annotated[
        str | None,
        typer.Argument(
            metavar="[DATA]", help="What is to be compared, as compare takes it.", show_default=False
        ),
    ] = None,
    task: TaskName = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Write the JSON schema of such a file, for editors.")
    ] = False,
) -> None:
    """Write what compare would take for your data, with comments, for --config.

    What is missing or ambiguous is filled with what is most likely, and said on standard error and in the file.
    """
    if schema:
        from gatewise.cli.compare import compare

        print_json(schema_of(compare))
        return
    if data is None:
        raise typer.BadParameter("name the data: gatewise init DATA > run.yaml")
    from gatewise.comparison.reading import explore
    from gatewise.data.samples.registry import sample_options

    options = sample_options(data) | options
    found, error = explore(data, task, options, columns)
    guessed = {} if error is None else dict(error.remedy)
    doubts = [] if error is None else [str(error), *error.others]
    for doubt in doubts:
        err.print(f"guessed: {doubt}", markup=False, soft_wrap=True)
    out.print("\n".join(_lines(data, found, {**options, **columns}, guessed)), markup=False, soft_wrap=True)


def _lines(data: str, found: Found, given: dict[str, Any], guessed: dict[str, Any]) -> list[str]:
    path = data if data.startswith("sample:") else str(Path(data))
    lines = [
        f"# What gatewise compare takes for {path}: change what is wrong, and run gatewise compare --config FILE.",
        *(f"# {note}" for note in found.notes),
        "",
        *_entry("data", path),
        *_entry("task", found.task),
    ]
    known = _columns(found)
    for name, value in {**known, **given, **guessed}.items():
        if value not in (None, "", ()):
            lines += _entry(name, value, "guessed: look at this" if name in guessed else "")
    lines += [
        "",
        "# Time for everything; without it every cell is trained in full: 4 learning rates, 5 seeds, curves.",
        *_entry("budget", BUDGET),
        "# accuracy, or among candidates of equal error: latency, memory, size",
        *_entry("prefer", "accuracy"),
        *_entry("cells", ["RNN", "LSTM", "GRU"]),
        *_entry("seed", 0),
        *_entry("output", "gatewise-output"),
    ]
    return lines


def _columns(found: Found) -> dict[str, Any]:
    """The columns as they were read, by the options that name them."""
    columns = getattr(found, "columns", None)
    return {} if columns is None else {name: value for name, value in vars(columns).items() if value}


def _entry(name: str, value: Any, note: str = "") -> list[str]:
    value = list(value) if isinstance(value, tuple) else value
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=1000)
    text = text.strip().removesuffix("...").strip()
    return [f"{name.replace('_', '-')}: {text}" + (f"  # {note}" if note else "")]
