"""What a comparison leaves in its output folder: report, numbers, model and a page of gates, all of one run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gatewise.cli.console import err
from gatewise.cli.output_set import output_set
from gatewise.comparison.networks import EXAMPLES, FOLDER
from gatewise.comparison.results import Comparison
from gatewise.errors import GatewiseError, SavedModelError
from gatewise.estimators.saving.directory import CONFIG, check_replaceable, save
from gatewise.report.render import INSIDE

__all__ = ["write_results"]

NUMBERS, REPORT, MODEL = "comparison.json", "report.html", "model"
# Folders of other things that have these names are left alone; a file by which ours are known.
FOLDERS = {FOLDER: EXAMPLES, MODEL: CONFIG}


def write_results(comparison: Comparison, output: Path, *, aside: Sequence[str]) -> dict[str, Path | None]:
    """Write all as one set, which replaces an earlier one, and what is ``aside`` with it, in one step.

    Returns
    -------
    dict of str to Path or None
        Where the report, the gates, the numbers and the model are; ``None`` of what there is not.
    """
    taken = {name: why for name, known_by in FOLDERS.items() if (why := _taken(output / name, known_by))}
    names = [name for name in (NUMBERS, FOLDER, INSIDE, REPORT, MODEL) if name not in taken]
    with output_set(output, names, aside=aside) as folder:
        comparison.to_json(folder / NUMBERS)
        gates = _keep_networks(comparison, folder, taken.get(FOLDER))
        # After the page that it leads to.
        comparison.report(folder / REPORT)
        model = _save(comparison, folder / MODEL, output / MODEL, taken.get(MODEL))
    return {
        "report": output / REPORT,
        "gates": output / INSIDE if gates else None,
        "numbers": output / NUMBERS,
        "model": output / MODEL if model else None,
    }


def _taken(path: Path, known_by: str) -> SavedModelError | None:
    try:
        check_replaceable(path, known_by)
    except SavedModelError as error:
        return error
    return None


def _keep_networks(comparison: Comparison, folder: Path, taken: SavedModelError | None) -> bool:
    """Keep a network of each cell, and write the page on which they are seen at work; say whether there is one."""
    if comparison.networks is None or not comparison.networks.files:
        return False
    try:
        if taken is not None:
            raise taken
        comparison.networks.save(folder / FOLDER)
        comparison.inspect(path=folder / INSIDE)
    except GatewiseError as error:
        err.print(f"note: nothing to look into: {error}", markup=False, soft_wrap=True)
        return False
    return True


def _save(comparison: Comparison, path: Path, later: Path, taken: SavedModelError | None) -> bool:
    """Save the model that was fitted in the end; one that cannot be saved is said, and others are named."""
    if comparison.model is None:
        return False
    try:
        if taken is not None:
            raise taken
        save(comparison.model, path, later=later)
    except SavedModelError as error:
        others = [one.name for one in comparison.evidence.candidates if one.name != comparison.saved]
        err.print(f"no model saved: {error}; --save takes another: {', '.join(others)}")
        return False
    return True
