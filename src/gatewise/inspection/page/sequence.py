"""The sequence on a page: what the user gave, how it is drawn, what was right, and what a model answered."""

from __future__ import annotations

from typing import Any

import numpy as np

from gatewise.data.axis import Axis
from gatewise.estimators.tracing import Answer
from gatewise.inspection.chosen import Chosen
from gatewise.inspection.page.lanes import Shape
from gatewise.inspection.page.packing import bytes_of, floats
from gatewise.inspection.page.seen import Seen

__all__ = ["answer_of", "sequence_of"]

# Answers of a step that are sent along.
BEST = 5
# All symbols that could be computed in a page are named; of more, those that are sent.
MOST_NAMES = 8192


def sequence_of(seen: Seen, chosen: Chosen, shape: Shape) -> dict[str, Any]:
    """Return the sequence, of a long one the last steps."""
    trace, axis = seen.trace, seen.trace.axis
    notes: list[dict[str, Any]] = []
    if chosen.total is not None:
        notes.append({"code": "document", "shown": shape.total, "total": chosen.total})
    if trace.total is not None:
        notes.append({"code": trace.cut, "shown": len(trace.given), "total": trace.total})
    if shape.first:
        notes.append({"code": "steps", "shown": shape.steps, "total": shape.total})
    return {
        "name": chosen.name,
        "place": chosen.place,
        "unit": axis.unit,
        "size": axis.size,
        "labels": list(axis.labels[shape.first :]),
        "seconds": axis.seconds,
        "first": shape.first,
        "notes": notes,
        "stamps": list(seen.shown.stamps),
        "truth": _truth(trace.answer, shape),
        **_given(seen, axis, shape.first),
    }


def _given(seen: Seen, axis: Axis, first: int) -> dict[str, Any]:
    """What the user gave, by the way in which it is drawn."""
    given = seen.trace.given
    if isinstance(given, list):
        return {"kind": "tokens"}
    values = np.asarray(given)[first * axis.size :]
    channels = list(seen.trace.channels) or [str(number + 1) for number in range(values.shape[1])]
    is_levels, is_roll = getattr(seen.model, "kind_", "") == "audio", axis.unit == "frame"
    if is_levels or is_roll:
        low, high = float(values.min()), float(values.max())
        kind = "spectrogram" if is_levels else "roll"
        levels = bytes_of(values, low, high if high > low else low + 1)
        return {"kind": kind, "bands": values.shape[1], "values": levels}
    return {"kind": "series", "channels": channels, "values": floats(values)}


def _truth(answer: Answer, shape: Shape) -> Any:
    truth = answer.truth
    if truth is None:
        return None
    if answer.values.ndim == 1:
        return np.asarray(truth, np.float64).tolist() if answer.what == "value" else str(truth)
    if answer.what == "value":
        return np.asarray(truth, np.float64)[shape.first :].tolist()
    if len(truth) and not isinstance(truth[0], str | np.generic | int):
        return None  # keys of frames, which are the input one step later
    return [str(one) for one in truth[shape.first :]]


def answer_of(answer: Answer, shape: Shape) -> dict[str, Any]:
    """The whole answer where there is one, else the best of every step."""
    values = answer.values
    made: dict[str, Any] = {"what": answer.what, "each": values.ndim == 2}
    if values.ndim == 1:
        return made | {"names": list(answer.names), "values": values.tolist()}
    values = values[shape.first :]
    if answer.what == "value":
        return made | {"names": list(answer.names), "values": np.round(values[:, 0], 9).tolist()}
    best = np.argsort(-values, axis=1, kind="stable")[:, :BEST]
    names = list(answer.names)
    return made | {
        "names": names if len(names) <= MOST_NAMES else _used(names, best),
        "best": best.tolist(),
        "shares": floats(np.take_along_axis(values, best, axis=1)),
    }


def _used(names: list[str], best: Any) -> dict[str, str]:
    """The names of those that are sent along, by their numbers: of many symbols a page needs few."""
    return {str(number): names[number] for number in np.unique(best).tolist()}
