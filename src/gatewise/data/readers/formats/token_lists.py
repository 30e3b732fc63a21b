"""Tables in which each row is a sentence, as a list of tokens and a list of tags."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from gatewise.data.readers.table.columns import encode, is_list, is_text
from gatewise.data.readers.table.frames import Table
from gatewise.data.readers.table.roles import check_names, listing
from gatewise.data.readers.wording import counted
from gatewise.data.sequences import SequenceColumns, SequenceSet
from gatewise.spelling import spelled

__all__ = ["TAG_LISTS", "TOKEN_LISTS", "has_token_lists", "token_lists"]

TOKEN_LISTS = ("tokens", "words", "token", "sentence", "text")
TAG_LISTS = ("tags", "labels", "ner_tags", "slots", "pos_tags", "upos", "tag", "label", "entities", "spans")


def has_token_lists(table: Table, given: SequenceColumns) -> bool:
    """Return whether some column holds lists that can be the tokens."""
    return bool(_tokens(table, _lists(table), given))


def token_lists(
    table: Table, given: SequenceColumns, *, labelled: bool
) -> tuple[SequenceSet, list[list[str]]]:
    """The tokens of each row, and its tags, if they are asked for.

    The tokens are the column named as ``channels``, with a usual name, or the only one of lists besides the tags;
    so are the tags, named as ``target``. Tags that are numbers become text.

    Raises
    ------
    ReadError
        A column cannot be told, a list is empty or holds an empty cell, or there is not one tag for each token.
    """
    check_names(table, "target", given.target if labelled else None)
    check_names(table, "channels", *given.channels)
    check_names(table, "id", given.id)
    check_names(table, "group", given.group)
    lists = _lists(table)
    token = _tokens(table, lists, given)
    rest = [name for name in lists if name != token]
    tag = given.target or _one_of(rest, TAG_LISTS)
    if labelled and tag not in rest:
        raise table.error(
            f"cannot tell the column of the tags, a list for each row; name it with {spelled('target')}; "
            f"{listing(table)}"
        )
    parts = SequenceColumns(given.id, None, tag if labelled else "", (token,), given.group)
    named = {"id": parts.id, "tags": parts.target, "group": parts.group, "tokens": token}
    note = "columns: " + ", ".join(f"{part}={name}" for part, name in named.items() if name)
    words = _read(table, token, "token")
    found = SequenceSet(
        words,
        channels=(token,),
        ids=encode(table, given.id).values if given.id else None,
        source=table.name,
        notes=(*table.notes, note),
        columns=parts,
    )
    return found, _tags(table, tag, words) if labelled else []


def _lists(table: Table) -> list[str]:
    return [name for name in table.names if is_list(table.arrow[name].type)]


def _tokens(table: Table, lists: Sequence[str], given: SequenceColumns) -> str:
    words = [name for name in lists if is_text(table.arrow[name].type.value_type)]
    if given.channels:
        return given.channels[0] if given.channels[0] in words else ""
    named = [name for name in lists if name != given.target]
    # Lists of numbers are words only under the name of some.
    usual = next((name for name in TOKEN_LISTS if name in named), "")
    return usual or _one_of([name for name in named if name in words], (), besides=TAG_LISTS)


def _one_of(names: Sequence[str], usual: Sequence[str], besides: Sequence[str] = ()) -> str:
    """The first usual name, or the only one; else nothing."""
    found = next((name for name in usual if name in names), "")
    left = [name for name in names if name not in besides]
    return found or (left[0] if len(left) == 1 else "")


def _read(table: Table, name: str, what: str) -> list[list[str]]:
    column = table.arrow[name]
    if column.type.value_type != pa.string():
        try:
            column = column.cast(pa.list_(pa.string()))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            raise table.error(f"column {name!r} holds {column.type}; expected lists of {what}s") from None
    rows: list[list[str]] = []
    for row, cell in enumerate(column):
        values = cell.as_py()
        if not values:
            raise table.error(f"column {name!r} is empty; expected a list of {what}s in every row", row)
        missing = next((place for place, value in enumerate(values, 1) if not value), None)
        if missing is not None:
            raise table.error(f"column {name!r}: {what} {missing} is empty", row)
        rows.append(values)
    return rows


def _tags(table: Table, name: str, words: list[list[str]]) -> list[list[str]]:
    tags = _read(table, name, "tag")
    for row, (found, expected) in enumerate(zip(tags, words, strict=True)):
        if len(found) != len(expected):
            raise table.error(
                f"column {name!r} has {counted(len(found), 'tag')}; expected {len(expected)}, one for each token",
                row,
            )
    return tags
