"""What every file that cannot be read is told."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gatewise.data.readers import read_labelled, read_series
from gatewise.data.readers.table.frames import load

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]

GOOD = "ds,y\n2024-01-01,1\n2024-01-02,2\n"

BAD = {
    "empty.csv": ("", "is empty; expected a line of column names and rows of data"),
    "names.csv": ("ds,y\n", "has column names but no rows; expected at least two rows of data"),
    "one.csv": ("ds,y\n2024-01-01,1\n", "has one row of data; expected at least two, better hundreds"),
    "excel.csv": (b"PK\x03\x04\0\0", "is an Excel or zip file; expected UTF-8 text, as its ending .csv says"),
    "parquet.csv": (b"PAR1\0\0", "is a Parquet file; expected UTF-8 text, as its ending .csv says"),
    "binary.tsv": (b"a\0b", "is binary data; expected UTF-8 text, as its ending .tsv says"),
    "cut.csv": (GOOD.encode("utf-16")[:-1], "is not text in utf-16 (truncated data); save the file as UTF-8"),
    "text.parquet": (GOOD, "is not a Parquet file, or a damaged one; it begins with b'ds,y\\n2024-01-01,'"),
    "plain.csv.gz": (GOOD, "is not a gzip file; rename it to plain.csv"),
    "sales.ods": (GOOD, "the ending '.ods' is not supported; expected one of "
                         ".csv, .tsv, .csv.gz, .tsv.gz, .txt, .parquet, .jsonl, .json, .xlsx, .arff, .tsf, .ts"),
    "quoted.csv": ('"ds;y"\n"2024-01-01;1"\n', "line 1 is one column name in quotes, 'ds;y'; expected a name for "
                                              "each column; save the table again without quotes around whole lines"),
    "latin.csv": ("ds,y,town\n2024-01-01,1,Ulm\n2024-01-02,2,Köln\n".encode("latin-1"),
                  "line 3 holds the byte 0xF6; expected UTF-8; save the file as UTF-8, "
                  "or name its encoding, such as encoding=\"cp1252\""),
    "latin_names.csv": ("ds,größe\n2024-01-01,1\n".encode("latin-1"),
                        "line 1 holds the byte 0xF6; expected UTF-8; save the file as UTF-8, "
                  "or name its encoding, such as encoding=\"cp1252\""),
    "twice.csv": ("ds,y,y\n2024-01-01,1,2\n", "line 1 names column 'y' more than once; "
                                              "give each column its own name"),
    "ragged.csv": (GOOD + "2024-01-03\n", "line 4 has 1 column; expected 2 as in line 1; correct that line"),
    "labels.ts": ("@data\n1:a\n", "holds labelled sequences, not a table; use it with "
                                  "task=\"classification\" or SequenceClassifier"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_files(name: str, write: Write, refusal: Refusal) -> None:
    content, reason = BAD[name]
    path = write(name, content)
    assert refusal(lambda: read_series(path)) == f"{name}: {reason}"


def test_missing_file(write: Write, refusal: Refusal) -> None:
    write("other.csv", GOOD)
    assert refusal(lambda: read_series("nothing.csv")) == "nothing.csv: no such file; check the path"


def test_directory(write: Write, refusal: Refusal) -> None:
    write("other.csv", GOOD)
    Path("folder.csv").mkdir()
    assert refusal(lambda: read_series("folder.csv")) == (
        "folder.csv: is a directory; expected one file (.csv, .tsv, .csv.gz, .tsv.gz, .txt, .parquet, .jsonl, .json, "
        ".xlsx, .arff, .tsf, .ts)"
    )


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the administrator may read every file")
def test_unreadable_file(write: Write, refusal: Refusal) -> None:
    path = Path(write("secret.csv", GOOD))
    path.chmod(0)
    assert refusal(lambda: read_series(path)) == (
        "secret.csv: cannot be opened (Permission denied); check its permissions"
    )


def test_damaged_gzip(write: Write, refusal: Refusal) -> None:
    path = write("cut.csv.gz", gzip.compress(GOOD.encode())[:20])
    assert refusal(lambda: read_series(path)) == "cut.csv.gz: is a damaged gzip file; make it again"


@pytest.mark.parametrize("name", ["a.csv", "a.CSV", "a.tsv", "a.csv.gz", "a.tsv.gz"])
def test_endings(name: str, write: Write) -> None:
    text = (GOOD.replace(",", "\t") if ".tsv" in name else GOOD).encode()
    series = read_series(write(name, gzip.compress(text) if name.endswith("gz") else text))
    assert series.target.tolist() == [1, 2]


def test_a_byte_order_mark_is_no_part_of_the_first_name(write: Write) -> None:
    assert read_series(write("mark.csv", "\ufeff" + GOOD)).columns.time == "ds"


def test_lines_are_those_of_an_editor(write: Write) -> None:
    table = load(write("lines.csv", 'a,b\n1,x\n\n2,"two\nlines"\n3,z\n'))
    assert [table.place(row) for row in range(3)] == ["line 2", "line 5", "line 6"]


def test_a_cell_of_a_megabyte(write: Write) -> None:
    long = "word " * 400_000
    data = read_labelled(write("long.csv", f'text,label\n"{long}",a\nshort one,b\n'))
    assert [len(str(text)) for text in data.sequences] == [2_000_000, 9]


def test_a_character_cut_off_at_the_end(write: Write, refusal: Refusal) -> None:
    path = write("cut.csv", GOOD.encode() + "2024-01-03,ö".encode()[:-1])
    assert refusal(lambda: read_series(path)) == (
        "cut.csv: line 4 holds the byte 0xC3; expected UTF-8; save the file as UTF-8, "
        'or name its encoding, such as encoding="cp1252"'
    )


def test_a_saved_row_number_is_ignored(write: Write) -> None:
    series = read_series(write("index.csv", ",ds,y\n0,2024-01-01,1\n1,2024-01-02,2\n"))
    assert series.notes == ("ignored the first column, which has no name (a saved row number)",)
