"""Tables in which each row is a text, with or without its label."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from gatewise.data.readers.table.columns import encode, is_number, is_text
from gatewise.data.readers.table.frames import Table
from gatewise.data.readers.table.roles import LABEL_NAMES, check_names, sequence_id, usual_names
from gatewise.data.readers.table.times import is_time
from gatewise.data.sequences import SequenceColumns, SequenceSet

__all__ = ["LABEL_NAMES_OF_TEXTS", "TEXT_NAMES", "from_texts", "recognise_texts"]

TEXT_NAMES = (
    "text", "sentence", "utterance", "review", "content", "message", "comment", "query", "question", "tweet",
    "document", "body", "description", "title", "headline",
)  # fmt: skip
LABEL_NAMES_OF_TEXTS = (*LABEL_NAMES, "intent", "sentiment", "topic", "labels")
# What is said of a column from this many values holds for all of them.
HEAD = 1000


def recognise_texts(table: Table, given: SequenceColumns) -> SequenceColumns | None:
    """The columns of a table of texts; ``None`` where its rows are steps of sequences.

    A column holds texts if it is named as ``channels``; has a usual name; or, where no number is left, holds several
    words, or is the only one left beside a label. Of several, that with most words is taken. Rows are no texts where
    a column that names sequences does so more than once. The target is left empty where it cannot be told.
    """
    check_names(table, "channels", *given.channels)
    names = [name for name in table.names if name not in (given.time, given.group)]
    id = given.id or sequence_id(
        [name for name in names if name not in (given.target, *given.channels, "group")]
    )
    if given.time or (id in names and not _is_unique(table, id)):
        return None
    left = [name for name in names if name not in (id, given.target)]
    free = [name for name in left if name not in given.channels]
    target = given.target or next(iter(usual_names(free, LABEL_NAMES_OF_TEXTS)), "")
    left = [name for name in left if name != target]
    text = _column(
        table, given.channels or tuple(left), named=bool(given.channels), alone=bool(target) and not id
    )
    if text is None:
        return None
    others = [name for name in left if name != text and _is_class(table, name)]
    return SequenceColumns(id, None, target or (others[0] if len(others) == 1 else ""), (text,), given.group)


def _column(table: Table, names: tuple[str, ...], *, named: bool, alone: bool) -> str | None:
    """The column of the texts among ``names``; ``alone`` if it may be told by being the only one."""
    texts = [
        name for name in names if is_text(table.arrow[name].type) and not is_time(table.arrow[name], name)
    ]
    if named:
        return texts[0] if len(names) == len(texts) == 1 else None
    usual = usual_names(texts, TEXT_NAMES)
    words = {name: _words(table, name) for name in texts}
    if usual:
        return max(usual, key=lambda name: words[name])
    if any(is_number(table.arrow[name].type) for name in names):
        return None
    wordy = [name for name in texts if words[name] >= 1.5]
    if wordy:
        return max(wordy, key=lambda name: words[name])
    return texts[0] if alone and len(names) == len(texts) == 1 else None


def from_texts(table: Table, parts: SequenceColumns) -> SequenceSet:
    """The texts of a table; an empty one is refused by place."""
    check_names(table, "id", parts.id)
    (name,) = parts.channels
    column = table.arrow[name].cast(pa.string())
    empty = pc.fill_null(pc.equal(pc.utf8_trim_whitespace(column), ""), True).to_numpy()
    if empty.any():
        raise table.error(
            f"column {name!r} is empty; expected a text in every row; remove the row", int(empty.argmax())
        )
    ids = encode(table, parts.id).values if parts.id else None
    return SequenceSet(
        column.to_pylist(),
        channels=parts.channels,
        ids=ids,
        source=table.name,
        notes=(*table.notes, f"columns: {_described(parts)}"),
        columns=parts,
    )


def _described(parts: SequenceColumns) -> str:
    named = {"id": parts.id, "target": parts.target, "group": parts.group, "text": parts.channels[0]}
    return ", ".join(f"{part}={name}" for part, name in named.items() if name)


def _is_unique(table: Table, name: str) -> bool:
    column = table.arrow[name]
    return len(column.unique()) == len(column)


def _is_class(table: Table, name: str) -> bool:
    kind = table.arrow[name].type
    whole = is_number(kind) and not pa.types.is_floating(kind)
    return (whole or is_text(kind)) and not is_time(table.arrow[name], name)


def _words(table: Table, name: str) -> float:
    """Return the mean number of words in the first values of a column."""
    head = table.arrow[name].slice(0, HEAD).cast(pa.string())
    words = pc.count_substring_regex(pc.utf8_trim_whitespace(head), r"\s+")
    return float(pc.mean(words).as_py() or 0.0) + 1
