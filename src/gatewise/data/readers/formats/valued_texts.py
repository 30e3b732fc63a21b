"""Tables with a text and a number in each row, such as a review and its rating."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gatewise.data.readers.formats.targets import row_targets
from gatewise.data.readers.formats.text_names import LABEL_NAMES_OF_TEXTS as LABELS
from gatewise.data.readers.formats.text_tables import from_texts, recognise_texts
from gatewise.data.readers.table.columns import is_number, labels, numbers
from gatewise.data.readers.table.frames import Table
from gatewise.data.readers.table.roles import check_names, listing, usual_names
from gatewise.data.readers.table.times import is_time
from gatewise.data.sequences import SequenceColumns, SequenceSet
from gatewise.spelling import spelled

__all__ = ["are_valued", "from_valued_texts", "recognise_valued_texts"]

VALUE_NAMES = ("rating", "ratings", "score", "stars", "overall", "grade", "points")


def recognise_valued_texts(table: Table, given: SequenceColumns) -> SequenceColumns | None:
    """The columns of a table of texts with a number each; ``None`` where its rows are no texts.

    The number is named as ``target``, has a usual name, or is the only number column beside the text; the target is
    left empty where it cannot be told.
    """
    of_numbers = [name for name in table.names if is_number(table.arrow[name].type)]
    free = [name for name in of_numbers if name not in (given.id, given.group)]
    usual = usual_names(free, (*LABELS, *VALUE_NAMES))
    if given.targets:
        # The others are no part of the texts.
        alone = replace(
            table,
            arrow=table.arrow.drop_columns(
                [one for one in given.targets if one in table.names and one not in given.channels]
            ),
        )
        parts = recognise_texts(alone, replace(given, targets=()))
        return None if parts is None else replace(parts, target="", targets=given.targets)
    target = given.target or next(iter(usual), "")
    parts = recognise_texts(table, replace(given, target=target))
    if parts is None or target:
        return parts
    left = [name for name in free if name not in (parts.id, parts.group)]
    return replace(parts, target=left[0] if len(left) == 1 else "")


def from_valued_texts(table: Table, parts: SequenceColumns) -> SequenceSet:
    """The texts of a table with their numbers; one that is missing is refused by place."""
    check_names(table, "target", parts.target, *parts.targets)
    check_names(table, "group", parts.group)
    if not parts.target and not parts.targets:
        raise table.error(
            f"cannot tell the column of the number; name it with {spelled('target')}; {listing(table)}"
        )
    return replace(
        from_texts(table, parts),
        target=row_targets(table, parts),
        task="regression",
        groups=labels(table, parts.group) if parts.group else None,
    )


def are_valued(table: Table, parts: SequenceColumns, label: str) -> bool:
    """Return whether texts plainly are to be given a number: it has decimals, and no other column is a label.

    ``label`` is what would be the label of a classification. A number beside times may be a series to be forecast,
    unless it has the name of what people give to texts.
    """
    name = parts.target
    if not name or not is_number(table.arrow[name].type) or (name != label and usual_names([label], LABELS)):
        return False
    has_times = any(is_time(table.arrow[other], other) for other in table.names)
    values = numbers(table, name)
    decimals = bool((values[np.isfinite(values)] % 1 != 0).any())
    return decimals and (not has_times or bool(usual_names([name], VALUE_NAMES)))
