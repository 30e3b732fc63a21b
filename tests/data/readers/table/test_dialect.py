"""Tables that are separated, and numbers and dates that are written, in other ways."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gatewise.data.readers import read_labelled, read_series
from gatewise.data.readers.table.dialect import delimiter_of

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]

GOOD = "ds,y\n2024-01-01,1.5\n2024-01-02,2.25\n"
EUROPEAN = "ds;y\n30.01.2024;1,5\n31.01.2024;-2,25\n01.02.2024;3\n"


@pytest.mark.parametrize(
    ("name", "delimiter", "notes"),
    [
        ("a.csv", ",", ()),
        ("a.csv", ";", ("read with ; between columns",)),
        ("a.csv", "\t", ("read with tabs between columns",)),
        ("a.csv", "|", ("read with | between columns",)),
        ("a.tsv", "\t", ()),
        ("a.tsv", ",", ("read with , between columns",)),
    ],
)
def test_delimiters(name: str, delimiter: str, notes: tuple[str, ...], write: Write) -> None:
    series = read_series(write(name, GOOD.replace(",", delimiter)))
    assert series.target.tolist() == [1.5, 2.25]
    assert series.notes == notes


def test_a_european_spreadsheet(write: Write) -> None:
    series = read_series(write("a.csv", EUROPEAN))
    assert series.target.tolist() == [1.5, -2.25, 3]
    assert series.start[0] == np.datetime64("2024-01-30")
    assert series.notes == ("read with ; between columns", "decimals read with a comma")


def test_text_among_decimal_commas(write: Write, refusal: Refusal) -> None:
    for wrong in ("n.d.", "1.23,5", "12.5"):
        path = write("a.csv", EUROPEAN + f"02.02.2024;{wrong}\n")
        assert refusal(lambda path=path: read_series(path)) == (  # type: ignore[misc]  # called at once
            f"a.csv: line 5, column 'y': expected a number with a decimal comma, found {wrong!r}"
        )


def test_lines_are_counted_in_the_dialect_of_the_file(write: Write, refusal: Refusal) -> None:
    path = write("a.csv", 'id;x;label\np;1;"a\nb"\np;oops;"a\nb"\n')
    assert refusal(lambda: read_labelled(path, channels="x")) == (
        "a.csv: line 5, column 'x': expected a number, found 'oops'"
    )


def test_a_ragged_line_is_named(write: Write, refusal: Refusal) -> None:
    assert refusal(lambda: read_series(write("a.csv", EUROPEAN + "02.02.2024\n"))) == (
        "a.csv: line 5 has 1 column; expected 2 as in line 1; correct that line"
    )


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a;b\n1,5;2\n", ";"),
        ("a,b\n1,5\n", ","),
        ('a,b\n"1;2",5\n', ","),
        ("day, local;load, kW;wind\n1;2,5;3\n", ";"),
        ("y\n1\n2\n", ","),
        ('a,b\n1,"' + "x" * 200_000 + "\n", ","),
    ],
)
def test_delimiters_are_told(text: str, delimiter: str) -> None:
    assert delimiter_of(text.splitlines(keepends=True), ",") == delimiter
