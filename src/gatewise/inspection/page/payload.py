"""All that a page holds, as JSON values: one sequence, and what one or more models did with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatewise.errors import DataError
from gatewise.estimators.language.network import LanguageModel
from gatewise.inspection.chosen import Chosen
from gatewise.inspection.page.lanes import Shape
from gatewise.inspection.page.model import model_of
from gatewise.inspection.page.packing import Budget
from gatewise.inspection.page.seen import Seen
from gatewise.inspection.page.sequence import sequence_of
from gatewise.version import __version__

__all__ = ["FORMAT", "Norms", "payload"]

FORMAT = 1
# The page is to stay below 3 MB; what is not base64 takes the rest.
MOST_CHARACTERS = 2_600_000
Norms = list[float]


def payload(
    seen: list[Seen], chosen: Chosen, gradients: Mapping[str, Mapping[str, Norms]] | None = None
) -> dict[str, Any]:
    """Return what the page is made of.

    Parameters
    ----------
    seen : list of Seen
        One for each model, all with one axis.
    chosen : Chosen
    gradients : dict of str to dict, optional
        By model, norms by lag "before" and "after" training.

    Raises
    ------
    DataError
        The models cut the sequence into other steps.
    """
    first_seen = seen[0]
    axis = first_seen.trace.axis
    for one in seen[1:]:
        if one.trace.axis != axis:
            raise DataError(
                f"models: {one.name} reads {len(one.trace)} steps of {one.trace.axis.size}, {first_seen.name} "
                f"{len(axis)} of {axis.size}; take models of the same task, data and windows"
            )
    shape = Shape.of(len(axis))
    budget = Budget(MOST_CHARACTERS)
    sequence = sequence_of(first_seen, chosen, shape)
    budget.take(sum(len(part) for part in sequence.values() if isinstance(part, str)))
    models = [model_of(one, shape, budget, len(seen) - number) for number, one in enumerate(seen)]
    lags = [{"name": one.name, **gradients[one.name]} for one in seen if gradients and one.name in gradients]
    return {
        "format": FORMAT,
        "gatewise": __version__,
        "task": _task_of(first_seen.model),
        "sequence": sequence,
        "models": models,
        "gradients": lags,
    }


def _task_of(model: Any) -> str:
    return "language" if isinstance(model, LanguageModel) else str(getattr(model, "task", "forecast"))
