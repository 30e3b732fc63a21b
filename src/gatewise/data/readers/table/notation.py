"""How numbers are written: what stands before decimals and between thousands, and marks such as a currency."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from gatewise.data.readers.table.missing import without_spellings_of_nothing

__all__ = ["DECIMALS", "Evidence", "WrittenNumbers", "castable", "evidence", "numbers_in"]

# What stands before decimals; the other one then stands between thousands.
DECIMALS = (".", ",")
MONTH = r"^((19|20)\d\d[.,](0[1-9]|1[0-2])|(0[1-9]|1[0-2])[.,](19|20)\d\d)$"
# Thousands are also set apart by spaces, of which some do not break, and by apostrophes.
PLAIN = {"[\u00a0\u202f\u2009]": " ", "’": "'", "^\u2212": "-"}
CURRENCIES = "$€£¥₹₽₩₺"
MARK = rf"^([+-]?)[{CURRENCIES}]\s*|\s*[{CURRENCIES}%]$"
BRACKETED = r"^\(([^()]+)\)$"


@dataclass(frozen=True)
class Evidence:
    """What numbers say of their decimals.

    Attributes
    ----------
    points, commas : int
        How many numbers prove that the one or the other stands before decimals.
    example : str
        A number that can be read in two ways, such as ``1,234``; empty where there is none.
    likely : str
        What more likely stands before decimals, if it can be read in two ways.
    """

    points: int = 0
    commas: int = 0
    example: str = ""
    likely: str = ""

    @property
    def is_open(self) -> bool:
        """Whether both readings of some number are possible."""
        return bool(self.example)

    @property
    def decimal(self) -> str:
        """What stands before decimals, as most numbers have it; empty where both readings are possible."""
        return "" if self.points == self.commas else "." if self.points > self.commas else ","

    @classmethod
    def of_all(cls, parts: Iterable[Evidence]) -> Evidence:
        """What several columns say together: nothing of decimals where one has points and another commas."""
        found = list(parts)
        said = {part.decimal for part in found}
        open_ = next((part for part in found if part.is_open), cls())
        return cls(int("." in said), int("," in said), open_.example, open_.likely)


@dataclass(frozen=True)
class WrittenNumbers:
    """A column of text whose values are all numbers, in one way of writing.

    Attributes
    ----------
    values : float64 array
    about : str
        How they are written: ``", between thousands, without $"``.
    """

    values: pa.ChunkedArray
    about: str


def evidence(text: pa.ChunkedArray, *, semicolons: bool = False) -> Evidence:
    """Look for proof of what stands before decimals.

    ``12,5`` proves a comma, as do ``1.234.567`` and ``1.234,5``; ``1,234`` proves nothing. Of ``1.234``, which programs
    write for a fraction, the other reading is thought of beside whole numbers below a thousand, and in a file with
    ``semicolons`` between columns, which spreadsheets write where decimals have a comma.
    """
    cells = _bare(text)
    cells = cells.filter(pc.invert(_matches(cells, MONTH)))
    below = bool(pc.any(_matches(cells, r"^[+-]?\d{1,3}$")).as_py())
    proven, example, likely = dict.fromkeys(DECIMALS, 0), "", ""
    for mark, other in zip(DECIMALS, reversed(DECIMALS), strict=True):
        m, o = re.escape(mark), re.escape(other)
        either = _matches(cells, rf"^[+-]?[1-9]\d{{0,2}}{m}\d{{3}}$")
        fraction = _matches(cells, rf"^[+-]?(\d*{m}\d+([eE][+-]?\d+)?|\d+{m})$")
        grouped = _matches(
            cells, rf"^[+-]?\d{{1,3}}([{o} ']\d{{3}})+{m}\d*$|^[+-]?\d{{1,3}}({o}\d{{3}}){{2,}}$"
        )
        proven[mark] += pc.sum(pc.or_(grouped, pc.and_not(fraction, either))).as_py() or 0
        if not pc.any(either).as_py():
            continue
        if mark == "." and pc.any(_matches(cells, r"^[+-]?[1-9]\d{3,}$")).as_py():
            # Thousands stand there without a mark.
            proven[mark] += 1
        elif mark == "," or semicolons or below:
            example = str(cells.filter(either)[0])
            # Beside whole numbers below a thousand it is likely that thousands are set apart.
            likely = other if below else "," if semicolons else other
    return Evidence(proven["."], proven[","], example, likely)


def numbers_in(text: pa.ChunkedArray, decimal: str) -> WrittenNumbers | None:
    """Read text as numbers where all of it is, and some is written otherwise than a program would; else ``None``."""
    cells = without_spellings_of_nothing(text)
    head = castable(cells.slice(0, 100), decimal)
    if cells.null_count == len(cells) or _as_floats(head) is None:
        return None
    marks = _marks(cells, decimal)
    values = _as_floats(castable(cells, decimal)) if marks else None
    return None if values is None else WrittenNumbers(values, ", ".join(marks))


def castable(cells: pa.ChunkedArray, decimal: str) -> pa.ChunkedArray:
    """Return numbers as programs write them; what is none in this way of writing stays none."""
    cells = pc.replace_substring_regex(_plain(cells), MARK, r"\1")
    group = "," if decimal == "." else "."
    ending = rf"({re.escape(decimal)}\d*)?$"
    for mark in (group, " ", "'"):
        is_grouped = _matches(cells, rf"^[+-]?\d{{1,3}}({re.escape(mark)}\d{{3}})+{ending}")
        cells = pc.if_else(is_grouped, pc.replace_substring(cells, mark, ""), cells)
    if decimal == ",":
        # One that has a point where commas are usual is no number.
        cells = pc.replace_substring(pc.replace_substring(cells, ".", "?"), ",", ".")
    return cells


def _as_floats(cells: pa.ChunkedArray) -> pa.ChunkedArray | None:
    try:
        return cells.cast(pa.float64())
    except pa.ArrowInvalid:
        return None


def _marks(cells: pa.ChunkedArray, decimal: str) -> list[str]:
    """Say in words what sets numbers apart from those that programs write; a second currency is no mark."""
    plain = _plain(cells)
    amounts = pc.replace_substring_regex(plain, MARK, r"\1")
    group = "," if decimal == "." else "."
    between = {group: group, " ": "a space", "'": "an apostrophe"}
    found = [
        f"{word} between thousands"
        for mark, word in between.items()
        if pc.any(_matches(amounts, rf"^[+-]?\d{{1,3}}({re.escape(mark)}\d{{3}})+")).as_py()
    ]
    if decimal == "," and pc.any(pc.match_substring(amounts, ",")).as_py():
        found.insert(0, "a decimal comma")
    signs = [sign for sign in (*CURRENCIES, "%") if pc.any(pc.match_substring(plain, sign)).as_py()]
    found += [f"without {sign}" for sign in signs]
    if pc.any(_matches(cells, BRACKETED)).as_py():
        found.append("brackets for less than nothing")
    return [] if len(signs) > 1 else found


def _bare(text: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return values without signs of currencies; only those that are there."""
    cells = _plain(without_spellings_of_nothing(text).drop_null())
    return pc.replace_substring_regex(cells, MARK, r"\1")


def _plain(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    for pattern, plain in PLAIN.items():
        cells = pc.replace_substring_regex(cells, pattern, plain)
    return pc.replace_substring_regex(cells, BRACKETED, r"-\1")


def _matches(cells: pa.ChunkedArray, pattern: str) -> pa.ChunkedArray:
    return pc.match_substring_regex(cells, pattern)
