"""Texts with the spans that are marked in them (doccano, spaCy, Label Studio) to words and their tags."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import pyarrow as pa

from gatewise.data.readers.formats.text_names import texts_in
from gatewise.data.readers.formats.words import places_of_words
from gatewise.data.readers.table.columns import is_list, is_text
from gatewise.data.readers.table.frames import Table
from gatewise.data.readers.wording import counted

__all__ = ["with_spans_as_tags"]

SPAN_NAMES = ("label", "labels", "entities", "spans", "entity", "annotations", "tags")
STARTS, ENDS = ("start", "start_offset", "begin"), ("end", "end_offset", "stop")
KINDS = ("label", "entity", "type", "tag", "labels", "entity_group", "label_")


class _Span(NamedTuple):
    start: int
    end: int
    kind: str


def with_spans_as_tags(table: Table) -> Table:
    """Return a table of texts and spans as one of the words of each text and their tags; others as they are.

    A word belongs to a span that it overlaps; words are cut at white space. Spans are ``[start, end, label]``, or
    objects with such keys, in characters, the end not included.
    """
    texts = texts_in([name for name in table.names if is_text(table.arrow[name].type)])
    name = next((one for one in SPAN_NAMES if one in table.names and one not in texts[:1]), "")
    if not texts or not name:
        return table
    cells = _cells(table, name)
    if cells is None:
        return table
    words: list[list[str]] = []
    tags: list[list[str]] = []
    cut = 0
    for row, (text, spans) in enumerate(
        zip(table.arrow[texts[0]].cast(pa.string()).to_pylist(), cells, strict=True)
    ):
        if not text or not text.strip():
            raise table.error(
                f"column {texts[0]!r} is empty; expected a text in every row; remove the row", row
            )
        wrong = next((one for one in spans if not 0 <= one.start < one.end <= len(text)), None)
        if wrong is not None:
            raise table.error(
                f"column {name!r}: a span from {wrong.start} to {wrong.end} is not within its text of "
                f"{counted(len(text), 'character')}",
                row,
            )
        places = places_of_words(text)
        words.append([text[begin:end] for begin, end in places])
        tags.append(_tags(places, spans))
        ends = {edge for place in places for edge in place}
        cut += sum(one.start not in ends or one.end not in ends for one in spans)
    note = f"{name!r} marks spans: words of {texts[0]!r} are tagged B-, I- and O"
    if cut:
        note += f"; {counted(cut, 'span')} that begin or end within a word have all of it"
    place, column = table.arrow.column_names.index(name), table.arrow.column_names.index(texts[0])
    arrow = table.arrow.set_column(place, name, pa.array(tags)).set_column(column, texts[0], pa.array(words))
    return replace(table, arrow=arrow, notes=(*table.notes, note))


def _cells(table: Table, name: str) -> list[list[_Span]] | None:
    """The spans of each row; ``None`` where some cell holds anything else, or none holds a span."""
    column = table.arrow[name]
    if not (is_text(column.type) or is_list(column.type)):
        return None
    found: list[list[_Span]] = []
    for cell in column.to_pylist():
        spans = _spans(cell)
        if spans is None:
            return None
        found.append(spans)
    return found if any(found) else None


def _spans(cell: object) -> list[_Span] | None:
    if isinstance(cell, str):
        if not cell.startswith("["):
            return None
        try:
            cell = json.loads(cell)
        except (json.JSONDecodeError, RecursionError):
            return None
    if cell is None:
        return []
    if not isinstance(cell, list):
        return None
    spans = [_of_keys(one) if isinstance(one, Mapping) else _of_list(one) for one in cell]
    return None if None in spans else [one for one in spans if one is not None]


def _of_keys(value: Mapping[str, Any]) -> _Span | None:
    start, end, kind = (
        next((value[name] for name in names if value.get(name) is not None), None)
        for names in (STARTS, ENDS, KINDS)
    )
    # Label Studio has a list of the one label.
    return _of_list([start, end, kind[0] if isinstance(kind, list) and kind else kind])


def _of_list(value: object) -> _Span | None:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) < 3:
        return None
    start, end, kind = value[:3]
    whole = all(isinstance(one, int) and not isinstance(one, bool) for one in (start, end))
    return _Span(start, end, kind) if whole and isinstance(kind, str) and kind else None


def _tags(places: Sequence[tuple[int, int]], spans: Sequence[_Span]) -> list[str]:
    tags = ["O"] * len(places)
    # Where spans overlap the longest is written last, over the others.
    for span in sorted(spans, key=lambda one: one.end - one.start):
        inside = [
            number for number, (begin, end) in enumerate(places) if begin < span.end and end > span.start
        ]
        for number in inside:
            tags[number] = f"I-{span.kind}" if number != inside[0] else f"B-{span.kind}"
    return tags
