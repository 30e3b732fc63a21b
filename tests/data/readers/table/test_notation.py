"""Numbers as people write them: decimals, thousands, currencies, and no value at all."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from gatewise.data.readers import read, read_labelled, read_series
from gatewise.data.readers.table.notation import evidence, numbers_in
from gatewise.errors import ConfigurationError, ReadError

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]


def column(*values: str | None) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(values)])


def table(values: list[str], delimiter: str, *others: str) -> str:
    """A table of days, with a value for each and the same others."""
    names = ["day", "y", *(f"x{number}" for number, _ in enumerate(others))]
    rows = [delimiter.join((f"2024-01-{k + 1:02d}", value, *others)) for k, value in enumerate(values)]
    return "\n".join([delimiter.join(names), *rows]) + "\n"


@pytest.mark.parametrize(
    ("values", "decimal", "is_open"),
    [
        (("12,5", "1"), ",", False),
        (("0,125",), ",", False),
        (("1234,567",), ",", False),
        ((",5",), ",", False),
        (("1,5e3",), ",", False),
        (("1.234,5", "987"), ",", False),
        (("1.234.567",), ",", False),
        (("1 234,567",), ",", False),
        (("1\u202f234,5",), ",", False),
        (("1,234,567", "3"), ".", False),
        (("-1,234.50",), ".", False),
        (("1'234.5",), ".", False),
        (("12.5",), ".", False),
        (("1.234", "1234"), ".", False),
        (("1,234", "987"), "", True),
        (("1,234", "2,345"), "", True),
        (("1.234", "987"), "", True),
        (("1.234", "2.345"), "", False),
        (("987", "12"), "", False),
        (("1,234", "12,5"), ",", True),
        (("$1,234", "$12.5"), ".", True),
        (("01.2024", "2024,11"), "", False),
        (("?", None, "-"), "", False),
    ],
)
def test_what_proves_the_decimals(values: tuple[str, ...], decimal: str, is_open: bool) -> None:
    found = evidence(column(*values))
    assert (found.decimal, found.is_open) == (decimal, is_open)


def test_semicolons_make_a_point_doubtful() -> None:
    assert evidence(column("1.234", "2.345"), semicolons=True).likely == ","


@pytest.mark.parametrize(
    ("values", "decimal", "numbers", "about"),
    [
        (("1,234", "987"), ".", [1234, 987], ", between thousands"),
        (("1.234,5", "?"), ",", [1234.5, None], "a decimal comma, . between thousands"),
        (("$1,234.50", "-$3"), ".", [1234.5, -3], ", between thousands, without $"),
        (("12 %", "3%"), ".", [12, 3], "without %"),
        (("12,50 €", "n/a"), ",", [12.5, None], "a decimal comma, without €"),
        (("(1,234.5)", "2"), ".", [-1234.5, 2], ", between thousands, brackets for less than nothing"),
        (("1\u00a0234", "7"), ".", [1234, 7], "a space between thousands"),
        (("1’234", "7"), ".", [1234, 7], "an apostrophe between thousands"),
    ],
)
def test_numbers_with_marks(
    values: tuple[str, ...], decimal: str, numbers: list[float | None], about: str
) -> None:
    found = numbers_in(column(*values), decimal)
    assert found is not None
    assert (found.values.to_pylist(), found.about) == (numbers, about)


@pytest.mark.parametrize(
    ("values", "decimal"),
    [
        (("1", "2.5"), "."),  # as programs write them
        (("$1", "€2"), "."),  # which cannot be added
        (("1,23,4",), "."),
        (("12.5", "1,5"), ","),
        (("many", "$1"), "."),
        (("?", None), "."),
    ],
)
def test_text_that_stays_text(values: tuple[str, ...], decimal: str) -> None:
    assert numbers_in(column(*values), decimal) is None


@pytest.mark.parametrize(
    ("name", "delimiter", "values", "example", "likely"),
    [
        ("a.tsv", "\t", ["1,234", "987"], "1,234 can be 1234 or 1.234", "."),
        ("a.csv", ";", ["1,234", "987"], "1,234 can be 1234 or 1.234", "."),
        ("a.csv", ";", ["1,234", "2,345"], "1,234 can be 1234 or 1.234", ","),
        ("a.csv", ";", ["1.234", "987"], "1.234 can be 1234 or 1.234", ","),
        ("a.csv", ",", ['"1,234"', "987"], "1,234 can be 1234 or 1.234", "."),
    ],
)
def test_two_readings_are_refused(
    name: str, delimiter: str, values: list[str], example: str, likely: str, write: Write
) -> None:
    path = write(name, table(values, delimiter))
    with pytest.raises(ReadError) as error:
        read(path, "forecast")
    assert str(error.value) == (
        f"{name}: column 'y': {example}, and no number in the table tells which; say what stands before decimals "
        'with decimal="." or ","'
    )
    assert error.value.remedy == {"decimal": likely}
    first = float(values[0].strip('"').translate({ord(","): None, ord("."): None}))
    for decimal in ".", ",":
        grouped = values[0].strip('"')[1] != decimal
        found = read_series(path, decimal=decimal)
        assert found.target[0] == (first if grouped else first / 1000)


def test_another_column_tells(write: Write) -> None:
    values = ["1,234", "987"]
    assert read_series(write("a.tsv", table(values, "\t", "2.5")), target="y").target.tolist() == [1234, 987]
    assert read_series(write("a.tsv", table(values, "\t", "2,5")), target="y").target.tolist() == [1.234, 987]


def test_a_row_far_down_tells(write: Write) -> None:
    days = pd.date_range("2020-01-01", periods=1500).astype(str)
    rows = [f"{day}\t1,234" for day in days[:-1]] + [f"{days[-1]}\t1,234.5"]
    series = read_series(write("a.tsv", "\n".join(["ds\ty", *rows])))
    assert series.target[[0, -1]].tolist() == [1234, 1234.5]


def test_an_option_is_heeded_and_checked(write: Write, refusal: Refusal) -> None:
    path = write("a.tsv", table(["12,5", "13"], "\t"))
    assert refusal(lambda: read_series(path, decimal=".")) == (
        "a.tsv: line 2, column 'y': expected a number, found '12,5'"
    )
    with pytest.raises(ConfigurationError) as error:
        read_series(path, decimal=";")  # type: ignore[arg-type]  # what is refused
    assert str(error.value) == "decimal: expected a point or a comma (. or ,), got ';'"


def test_frames_are_read_alike(refusal: Refusal) -> None:
    days = pd.date_range("2024-01-01", periods=2)
    frame = pd.DataFrame({"ds": days, "y": ["$1,234.50", "$987.00"]})
    series = read_series(frame)
    assert series.target.tolist() == [1234.5, 987]
    assert series.notes == ("read as numbers with , between thousands, without $: y",)
    assert "1,234 can be 1234 or 1.234" in refusal(lambda: read_series(frame.assign(y=["1,234", "987"])))


@pytest.mark.parametrize("cell", ["?", "-", "NA", "n/a", "null", "NULL", "#N/A", "–", "..", ""])
def test_cells_without_a_value(cell: str, write: Write) -> None:
    series = read_series(write("a.csv", table(["1.5", cell, "3"], ",")), impute="previous")
    assert series.target.tolist() == [1.5, 1.5, 3]
    assert series.observed.tolist() == [True, False, True]


def test_a_model_knows_the_decimals_of_its_data(write: Write) -> None:
    fitted = read_series(write("a.tsv", table(["12,5", "13,25"], "\t")))
    later = write("b.tsv", table(["1,234", "987"], "\t"))
    assert fitted.columns.decimal == ","
    assert read_series(later, fitted).target.tolist() == [1.234, 987]
    # Numbers that tell are believed.
    assert read_series(write("c.tsv", table(["1.5", "2.5"], "\t")), fitted).target.tolist() == [1.5, 2.5]


def test_values_of_sequences(write: Write, refusal: Refusal) -> None:
    path = write(
        "a.tsv", "id\tx\tlabel\n" + "".join(f"s{k // 2}\t{k + 1},234\tl{k // 4}\n" for k in range(8))
    )
    assert "say what stands before decimals" in refusal(lambda: read_labelled(path, channels="x"))
    found = read_labelled(path, channels="x", decimal=".")
    np.testing.assert_array_equal(found.sequences[0], np.array([[1234], [2234]], np.float32))
    assert found.columns.decimal == "."
