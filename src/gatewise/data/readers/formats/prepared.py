"""Tables as the readers of sequences take them: with lists that were written as text, and names in every row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gatewise.data.readers.formats.spans import with_spans_as_tags
from gatewise.data.readers.formats.written_lists import with_written_lists, with_written_words
from gatewise.data.readers.options import ReadOptions
from gatewise.data.readers.table.columns import is_text
from gatewise.data.readers.table.frames import Source, Table, load
from gatewise.data.readers.table.roles import sequence_id

__all__ = ["prepared", "with_tags"]


def prepared(source: Source, options: ReadOptions) -> Table:
    """Load a table, or take one that is loaded."""
    table = with_written_lists(load(source, (options.id, options.group), options.writing))
    id = options.id or sequence_id(table.names)
    return _filled_down(table, id) if id in table.names else table


def with_tags(table: Table) -> Table:
    """Return a table with lists of words and of tags where it says the same in texts and spans, or in texts alone."""
    return with_written_words(with_spans_as_tags(table))


def _filled_down(table: Table, name: str) -> Table:
    """Return a table in which rows have the name that stands above them, if every name stands once, in a first row."""
    column = table.arrow[name]
    if not is_text(column.type):
        return table
    text = column.cast(pa.string())
    there = pc.and_kleene(pc.is_valid(text), pc.not_equal(text, ""))
    given = np.asarray(pc.fill_null(there, False))
    names = text.filter(pa.array(given))
    if given.all() or not given[:1].any() or len(names.unique()) < len(names) or len(names) < 2:
        return table
    filled = pc.fill_null_forward(pc.if_else(pa.array(given), text.combine_chunks(), None))
    arrow = table.arrow.set_column(table.arrow.column_names.index(name), name, filled)
    note = f"{name!r} stands in the first row of each sequence; filled down"
    return replace(table, arrow=arrow, notes=(*table.notes, note))
