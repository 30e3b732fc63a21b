"""Where a table begins in a text file, whether a file of text is one, and how it is encoded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gatewise.data.readers import infer_task, read, read_series
from gatewise.data.readers.table.delimited import holds_table
from gatewise.errors import ConfigurationError, ReadError

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]

ROWS = "2024-01-01,1.5\n2024-01-02,2.5\n2024-01-03,3.5\n"
GOOD = "ds,y\n" + ROWS


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("sep=,\n" + GOOD, ()),
        ('"sep=;"\n' + GOOD.replace(",", ";"), ("read with ; between columns",)),
        ("# exported\n# unit: kWh\n" + GOOD, ()),
        ("\n\n" + GOOD, ()),
        ("# made by hand, twice\n\n# ds, y\n" + ROWS, ()),
    ],
)
def test_what_stands_above_a_table(text: str, notes: tuple[str, ...], write: Write, refusal: Refusal) -> None:
    series = read_series(write("a.csv", text))
    assert (series.columns.time, series.columns.target) == ("ds", ("y",))
    assert series.target.tolist() == [1.5, 2.5, 3.5]
    assert series.notes == notes
    broken = text.replace("3.5", "many")
    line = len(text.splitlines())
    assert f"line {line}, column 'y': expected a number, found 'many'" in refusal(
        lambda: read_series(write("a.csv", broken))
    )


def test_a_column_may_be_called_by_a_number_sign(write: Write) -> None:
    series = read_series(write("a.csv", "#,ds,y\n1,2024-01-01,5\n2,2024-01-02,6\n"), target="y")
    assert series.target.tolist() == [5, 6]


def test_rows_without_names(write: Write) -> None:
    series = read_series(write("a.csv", ROWS))
    assert series.target.tolist() == [1.5, 2.5, 3.5]
    assert series.columns.describe() == "id=(one series), time=column1, target=column2"
    assert series.notes == (
        "line 1 looks like the rows below it and was read as one; the columns are called column1, column2: write "
        "their names above it",
    )


@pytest.mark.parametrize(
    "text",
    [
        "ds,y\n2024-01-01,1\n2024-01-02,2\n",
        "city,2021\nUlm,5\nBonn,6\n",
        "1,2,3\n5,6,7\n5,6,7\n",
        "id,2020-01-01,2020-01-02\na,1,2\nb,1,2\n",
    ],
)
def test_names_that_are_names(text: str, write: Write) -> None:
    from gatewise.data.readers.table.frames import load

    assert load(write("a.csv", text)).names == text.splitlines()[0].split(",")


def test_text_with_a_mark_of_its_encoding(write: Write) -> None:
    for encoding in "utf-16", "utf-8-sig", "utf-32":
        series = read_series(write("a.tsv", GOOD.replace(",", "\t").replace("y", "größe").encode(encoding)))
        assert series.columns.target == ("größe",)
        assert series.target.tolist() == [1.5, 2.5, 3.5]


def test_text_without_one(write: Write) -> None:
    path = write("a.csv", GOOD.replace("y", "größe").encode("latin-1"))
    with pytest.raises(ReadError) as error:
        read(path)
    assert error.value.remedy == {"encoding": "cp1252"}
    assert read_series(path, encoding="cp1252").columns.target == ("größe",)
    with pytest.raises(ConfigurationError) as wrong:
        read_series(path, encoding="klingon")
    assert str(wrong.value) == (
        "encoding: expected the name of an encoding, such as cp1252 or utf-16, got 'klingon'"
    )


def test_a_text_with_a_table_in_it_is_one(write: Write) -> None:
    power = "Date;Time;Power\n" + "".join(f"16/12/2006;17:{k:02d}:00;4.2{k:02d}\n" for k in range(30))
    assert infer_task(write("power.txt", power)).task == "forecast"
    assert read_series(write("a.txt", GOOD.replace(",", "\t"))).target.tolist() == [1.5, 2.5, 3.5]


@pytest.mark.parametrize(
    "text",
    [
        "It was a dark night, and cold.\nNobody came, nobody went.\nThen, at last, morning.\n",
        "one\ntwo\nthree\nfour\n",
        "1\n2\n3\n4\n",
        "the,DT\ncat,NN\nsat,VB\n",
        "In 1812, it began\nIn 1813, it went on\nIn 1814, it ended\n",
        "a,1\nb,2\n\nc,3\nd,4\n",
        "",
    ],
)
def test_prose_stays_prose(text: str, write: Write) -> None:
    assert not holds_table(Path(write("a.txt", text)))


def test_prose_is_for_a_language_model(write: Write) -> None:
    assert infer_task(write("novel.txt", "It was a dark night, and cold.\n" * 50)).task == "language"
    # Who asks for it gets the characters of a table.
    assert read(write("a.txt", GOOD.replace(",", "\t")), "language").text.startswith("ds\ty")
