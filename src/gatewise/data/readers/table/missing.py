"""How tables write that there is no value."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["NO_VALUE", "without_spellings_of_nothing"]

# What stands for "no value" in a number or time column.
NO_VALUE = [
    "", "NA", "N/A", "#N/A", "#NA", "#NULL!", "#VALUE!", "#DIV/0!", "#REF!", "#NUM!", "n/a", "na", "n.a.", "nan",
    "NaN", "NAN", "-nan", "-NaN", "NaT", "null", "NULL", "Null", "None", "<NA>", "?", "-", "--", "---", "–", "—", ".",
    "..", "...", ":",
]  # fmt: skip


def without_spellings_of_nothing(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as text without white space around it, null where it says that there is no value."""
    text = pc.utf8_trim_whitespace(column.cast(pa.string()))
    return pc.if_else(pc.is_in(text, pa.array(NO_VALUE)), pa.scalar(None, pa.string()), text)
