"""``gatewise inspect``: a page on what the cells of saved models did with a sequence."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from gatewise.cli.console import show_path
from gatewise.cli.groups import COLUMNS, with_options
from gatewise.cli.options import Json
from gatewise.cli.output import check_path, in_folder
from gatewise.errors import ConfigurationError

__all__ = ["inspect"]


@with_options(columns=COLUMNS)
def inspect(
    model: Annotated[
        list[str],
        typer.Argument(
            metavar="MODEL... [DATA]",
            help="Folders of saved models, or the one of a comparison, then data; a comparison brings test sequences.",
            show_default=False,
        ),
    ],
    columns: dict[str, Any],
    sequence: Annotated[
        str | None,
        typer.Option(help="Which sequence: its number from 1, or its name; the first by default."),
    ] = None,
    member: Annotated[int, typer.Option(min=0, help="Which of a model's networks.")] = 0,
    output: Annotated[Path, typer.Option("--output", "-o", help="HTML file to write.")] = Path("gates.html"),
    json_: Json = False,
) -> None:
    """See what each gate kept of a sequence of yours, and what would be if it had not.

    One page that needs no network: states and gates of all models on one time cursor, in words and with the numbers of
    their equations; gates, units and inputs can be changed in it.
    """
    if not json_:
        check_path(output)
    from gatewise.inspection.inspector import inspect as inspected

    models, data = _found(model)
    found = inspected(models, data, sequence=sequence, member=member, **columns)
    if json_:
        sys.stdout.write(found.to_json() + "\n")
        return
    show_path("page", found.save(in_folder(output)))


def _found(arguments: list[str]) -> tuple[dict[str, Any], Any]:
    """Return models by their names, and data: a path, what a comparison has kept, or nothing."""
    from gatewise.comparison.networks import FOLDER, Networks

    *before, last = arguments
    folders = [*before, last] if _is_model(last) or _is_comparison(last) else before
    data = None if last in folders else last
    if not folders:
        raise ConfigurationError(
            f"{last}: expected the folder of a saved model first; gatewise fit and gatewise compare write one"
        )
    if len(folders) == 1 and _is_comparison(folders[0]):
        kept = Networks.load(Path(folders[0]) / FOLDER)
        models = kept.models()
        return models, _as_source(models, data) if data is not None else kept.few
    models = _named(folders)
    return models, _as_source(models, data)


def _as_source(models: dict[str, Any], data: str | None) -> Any:
    from gatewise.estimators.language.base import LanguageEstimator

    # A text itself would be taken for the name of its file, and the other way around.
    language = isinstance(next(iter(models.values())), LanguageEstimator)
    return Path(data) if data is not None and language else data


def _is_model(path: str) -> bool:
    from gatewise.estimators.saving.directory import CONFIG

    return (Path(path) / CONFIG).is_file()


def _is_comparison(path: str) -> bool:
    from gatewise.comparison.networks import FOLDER

    return any((Path(path) / name).exists() for name in (FOLDER, "comparison.json"))


def _named(folders: list[str]) -> dict[str, Any]:
    """Load models, and name them by their cells; by their folders where two have one cell."""
    from gatewise.estimators.loading import load

    models = [load(folder) for folder in folders]
    names = [str(getattr(model, "cell", type(model).__name__)) for model in models]
    if len(set(names)) < len(names):
        names = [str(Path(folder)) for folder in folders]
    return dict(zip(names, models, strict=True))
