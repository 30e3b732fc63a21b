"""Tables in which each row is a text, with or without its label."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import starmap

import pyarrow as pa
import pyarrow.compute as pc

from gatewise.data.readers.formats.text_names import (
    LABEL_NAMES_OF_TEXTS,
    ids_in,
    pair_in,
    person_in,
    texts_in,
)
from gatewise.data.readers.table.columns import encode, is_number, is_text
from gatewise.data.readers.table.frames import Table
from gatewise.data.readers.table.roles import check_names, usual_names
from gatewise.data.readers.table.times import is_time
from gatewise.data.sequences import SequenceColumns, SequenceSet

__all__ = ["from_texts", "is_prose", "recognise_texts"]

# What is said of a column from this many values holds for all of them.
HEAD = 1000
# Mean number of words from which a column holds texts rather than names, and from which it is prose beside numbers,
# if no more than so many of its characters are digits and so many of its values come again.
SOME_WORDS, MANY_WORDS = 1.5, 3
MOST_DIGITS, MOST_REPEATED = 0.1, 0.5
# So many characters of Chinese or Japanese, which have no spaces, are about a word.
CHARACTERS_OF_WORD = 4
# Those who wrote texts are kept together if there are enough of them to be split.
FEWEST_GROUPS = 5
BETWEEN = "\n"


def recognise_texts(table: Table, given: SequenceColumns) -> SequenceColumns | None:
    """The columns of a table of texts; ``None`` where its rows are steps of sequences.

    A column holds texts if it is named as ``channels``; has a usual name; is prose; or, where no number is left, holds
    several words, or is the only one left beside a label. Of several, that with most words is taken, or two that belong
    together, such as a title and a body. A column that names something more than once is the group, unless rows hold
    single words or numbers. The target is left empty where it cannot be told.
    """
    check_names(table, "channels", *given.channels)
    if given.time or given.axes:
        return None
    names = [name for name in table.names if name != given.group]
    ids = (
        [given.id]
        if given.id
        else ids_in([name for name in names if name not in (given.target, *given.channels, "group")])
    )
    left = [name for name in names if name not in (*ids, given.target)]
    free = [name for name in left if name not in given.channels]
    target = given.target or next(iter(usual_names(free, LABEL_NAMES_OF_TEXTS)), "")
    left = [name for name in left if name != target]
    named, alone = bool(given.channels), bool(target) and not ids
    texts = _columns(table, given.channels or tuple(left), named=named, alone=alone)
    if not texts:
        return None
    repeated = [name for name in ids if name in table.names and not _is_unique(table, name)]
    if repeated and not _are_texts(table, texts, [name for name in left if name not in texts]):
        return None
    id = next((name for name in ids if name not in repeated), "")
    group = given.group or _group(table, repeated)
    others = [name for name in left if name not in (*texts, group) and _is_class(table, name)]
    target = target or _only(table, others)
    return SequenceColumns(id, None, target, texts, group, given.decimal)


def is_prose(table: Table, name: str) -> bool:
    """Return whether a column holds words of many kinds: neither names nor numbers."""
    head = table.arrow[name].slice(0, HEAD).cast(pa.string()).drop_null()
    if not len(head) or _words(table, name) < MANY_WORDS:
        return False
    characters, digits = (
        pc.sum(pc.utf8_length(head)).as_py(),
        pc.sum(pc.count_substring_regex(head, r"\d")).as_py(),
    )
    repeated = 1 - len(head.unique()) / len(head)
    return bool(digits <= MOST_DIGITS * characters and repeated <= MOST_REPEATED)


def _columns(table: Table, names: tuple[str, ...], *, named: bool, alone: bool) -> tuple[str, ...]:
    """The columns of the texts among ``names``; ``alone`` if it may be told by being the only one."""
    texts = [
        name for name in names if is_text(table.arrow[name].type) and not is_time(table.arrow[name], name)
    ]
    if named:
        return names if len(names) == len(texts) else ()
    pair = pair_in(texts)
    if pair:
        return pair
    usual = texts_in(texts)
    words = {name: _words(table, name) for name in texts}
    if usual:
        return (max(usual, key=lambda name: words[name]),)
    prose = [name for name in texts if is_prose(table, name)]
    if table.is_unnamed and prose:
        # Such as the title and the description of news.
        return tuple(prose)
    if prose:
        return (max(prose, key=lambda name: words[name]),)
    if any(is_number(table.arrow[name].type) for name in names):
        return ()
    wordy = [name for name in texts if words[name] >= SOME_WORDS]
    if wordy:
        return (max(wordy, key=lambda name: words[name]),)
    return (texts[0],) if alone and len(names) == len(texts) == 1 else ()


def _are_texts(table: Table, texts: tuple[str, ...], others: Sequence[str]) -> bool:
    """Return whether rows with the name of another row are texts of their own, and no steps of a sequence."""
    if any(is_prose(table, name) for name in texts):
        return True
    numbers = any(pa.types.is_floating(table.arrow[name].type) for name in others)
    return not numbers and max(_words(table, name) for name in texts) >= SOME_WORDS


def _group(table: Table, repeated: Sequence[str]) -> str | None:
    name = person_in(repeated)
    return name if name and len(table.arrow[name].unique()) >= FEWEST_GROUPS else None


def _only(table: Table, names: Sequence[str]) -> str:
    """The only column that can be a label: one of those that neither differ in every row nor never."""
    counts = {name: len(table.arrow[name].unique()) for name in names}
    several = [name for name, count in counts.items() if 1 < count < table.arrow.num_rows]
    found = several if len(names) > 1 else names
    return found[0] if len(found) == 1 else ""


def from_texts(table: Table, parts: SequenceColumns) -> SequenceSet:
    """The texts of a table, of several columns one below the other; an empty one is refused by place."""
    check_names(table, "id", parts.id)
    columns = []
    for name in parts.channels:
        column = table.arrow[name].cast(pa.string())
        empty = pc.fill_null(pc.equal(pc.utf8_trim_whitespace(column), ""), True).to_numpy()
        if empty.all() or (empty.any() and len(parts.channels) == 1):
            raise table.error(
                f"column {name!r} is empty; expected a text in every row; remove the row", int(empty.argmax())
            )
        columns.append(pc.fill_null(column, "").to_pylist())
    ids = encode(table, parts.id).values if parts.id else None
    return SequenceSet(
        list(columns[0]) if len(columns) == 1 else list(starmap(_joined, zip(*columns, strict=True))),
        channels=parts.channels,
        ids=ids,
        source=table.name,
        notes=(*table.notes, f"columns: {_described(parts)}"),
        columns=parts,
    )


def _joined(*texts: str) -> str:
    return BETWEEN.join(text.strip() for text in texts)


def _described(parts: SequenceColumns) -> str:
    target, text = ",".join(parts.targets) or parts.target, " + ".join(parts.channels)
    named = {"id": parts.id, "target": target, "group": parts.group, "text": text}
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
    head = pc.utf8_trim_whitespace(table.arrow[name].slice(0, HEAD).cast(pa.string()))
    spaces = pc.mean(pc.count_substring_regex(head, r"\s+")).as_py() or 0.0
    characters = pc.mean(pc.count_substring_regex(head, r"[\p{Han}\p{Hiragana}\p{Katakana}]")).as_py() or 0.0
    return float(spaces + characters / CHARACTERS_OF_WORD) + 1
