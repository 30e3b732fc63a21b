"""Which channels of compared sequences are codes: settled once, for cells and baselines alike."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gatewise.data.arrays import Floats
from gatewise.data.codes import Codes
from gatewise.data.sequences import SequenceSet
from gatewise.estimators.categorical import as_places, codes_for, found_codes
from gatewise.spelling import spelled

__all__ = ["with_codes"]


def with_codes(
    data: SequenceSet, sequences: list[Any], outputs: Floats | None
) -> tuple[Codes | None, SequenceSet]:
    """Return the codes in training sequences, and the data with the channels and a note of what was found.

    Parameters
    ----------
    sequences : list of arrays
        What is learned from.
    outputs : array, shape (sequences, outputs), or None
        What is learned of each, by which it is decided where nobody has said; ``None``: no channel is a code then.
    """
    if data.kind != "values":
        return None, data
    places = as_places(data.categorical, data.channels)
    if places is not None:
        codes = codes_for(sequences, places)
    else:
        codes = None if outputs is None else found_codes(sequences, outputs)
    found = {} if codes is None else codes.values
    names = data.channels or tuple(map(str, range(sequences[0].shape[1])))
    notes = [
        f"channel {names[place]}: {len(values)} whole numbers, read as codes and not as amounts; otherwise "
        f"{spelled('categorical', 'none')}"
        for place, values in (found if places is None else {}).items()
    ]
    return codes, replace(data, categorical=tuple(found), notes=(*data.notes, *notes))
