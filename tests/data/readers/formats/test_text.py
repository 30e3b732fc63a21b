"""Text files: one long text, or one text on each line."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from gatewise.data.readers import read_labelled, read_sequences, read_text

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.TXT", "a.txt.gz"])
def test_a_file(name: str, write: Write) -> None:
    text = "To be, or not to be:\nthat is – the question.\n"
    path = write(name, gzip.compress(text.encode()) if name.endswith("gz") else text)
    corpus = read_text(path)
    assert (corpus.text, corpus.source, corpus.notes) == (text, name, ())
    assert read_text(Path(path)).text == text


def test_byte_order_mark_and_ends_of_lines(write: Write) -> None:
    corpus = read_text(write("a.txt", "\ufeffone\r\ntwo\r\n"))
    assert corpus.text == "one\ntwo\n"
    assert corpus.notes == ("ends of lines other than \\n read as \\n",)


def test_a_folder(write: Write) -> None:
    Path("books/more").mkdir(parents=True)
    write("books/b.txt", "second")
    write("books/a.txt", "first\n")
    write("books/more/c.md", "third\r\n")
    write("books/cover.png", b"\0")
    corpus = read_text("books")
    assert corpus.text == "first\nsecond\nthird\n"
    assert corpus.notes == (
        "3 texts in the order of their names",
        "books/more/c.md: ends of lines other than \\n read as \\n",
    )


def test_a_line_of_a_megabyte(write: Write) -> None:
    assert len(read_text(write("a.txt", "x" * 2_000_000))) == 2_000_000
    assert len(str(read_sequences("a.txt").sequences[0])) == 2_000_000


BAD = {
    "empty.txt": ("", "is empty; expected text"),
    "mark.txt": ("\ufeff", "holds white space alone; expected text"),
    "blank.txt": (" \n\t\n", "holds white space alone; expected text"),
    "latin.txt": ("one\ntwo Köln\n".encode("latin-1"),
                  "line 2 holds the byte 0xF6; expected UTF-8; save the file as UTF-8"),
    "cut.txt": ("one\nö".encode()[:-1], "line 2 holds the byte 0xC3; expected UTF-8; save the file as UTF-8"),
    "sound.txt": (b"RIFF\0\0", "is a WAV file; expected UTF-8 text, as its ending .txt says"),
    "binary.txt": (b"a\0b", "is binary data; expected UTF-8 text, as its ending .txt says"),
    "plain.txt.gz": ("text", "is not a gzip file; rename it to plain.txt"),
    "cut.txt.gz": (gzip.compress(b"text" * 100)[:20], "is a damaged gzip file; make it again"),
    "table.csv": ("a,b\n", "the ending '.csv' is not that of a text; expected one of .txt, .md"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_files(name: str, write: Write, refusal: Refusal) -> None:
    content, reason = BAD[name]
    path = write(name, content)
    assert refusal(lambda: read_text(path)) == f"{name}: {reason}"


def test_what_is_no_text(write: Write, refusal: Refusal) -> None:
    write("a.csv", "a,b\n")
    Path("tables").mkdir()
    assert refusal(lambda: read_text("nothing.txt")) == "nothing.txt: no such file; check the path"
    assert refusal(lambda: read_text("sample:weather")) == (
        "sample:weather: holds no long text; expected a text file or a folder of them (.txt, .md)"
    )
    assert refusal(lambda: read_text(pd.DataFrame({"a": [1]}))) == (
        "a source of type DataFrame: holds no long text; expected a text file or a folder of them (.txt, .md)"
    )
    assert refusal(lambda: read_text("tables")) == (
        "tables: holds nothing that can be read; expected recordings (.wav, .flac), texts (.txt, .md), or seq.in "
        "and seq.out"
    )
    Path("slots").mkdir()
    write("slots/seq.in", "a\n")
    assert refusal(lambda: read_text("slots")) == (
        "slots: holds no text files; expected some that end in .txt, .md"
    )


def test_one_text_on_each_line(write: Write, refusal: Refusal) -> None:
    found = read_sequences(write("a.txt", "play  a song \n\nstop\n"))
    assert found.sequences == ["play  a song", "stop"]
    assert found.kind == "text"
    assert found.ids is not None
    assert found.ids.tolist() == ["1", "3"]
    assert found.notes == ("1 blank line left out",)
    assert read_sequences("a.txt", tokens=True).sequences == [["play", "a", "song"], ["stop"]]
    blank = write("b.txt", "\n \n")
    assert refusal(lambda: read_sequences(blank)) == (
        "b.txt: holds white space alone; expected one text on each line"
    )
    empty = write("c.txt", "")
    assert refusal(lambda: read_sequences(empty)) == "c.txt: is empty; expected one text on each line"
    Path("texts").mkdir()
    write("texts/a.txt", "one")
    assert refusal(lambda: read_sequences("texts")) == (
        "texts: is a folder of texts; expected one file with a text on each line"
    )


def test_text_without_labels(write: Write, refusal: Refusal) -> None:
    path = write("a.txt", "good\nbad\n")
    assert refusal(lambda: read_labelled(path)) == (
        "a.txt: holds text without labels; expected a table with a text and its label in each row "
        "(.csv, .tsv, .parquet, .jsonl)"
    )


def test_a_folder_of_texts_for_each_label(write: Write, refusal: Refusal) -> None:
    for label in ("pos", "neg"):
        Path("films", label).mkdir(parents=True)
        write(f"films/{label}/1.txt", f"{label} film\n")
    data = read_labelled("films")
    assert data.sequences == ["neg film\n", "pos film\n"]
    assert data.target.tolist() == ["neg", "pos"]
    assert data.ids is not None
    assert data.ids.tolist() == ["neg/1.txt", "pos/1.txt"]
    assert data.notes == ("labels from sub-folders",)
    write("films/readme.txt", "about")
    assert refusal(lambda: read_labelled("films")) == (
        "films: cannot tell the labels of its texts; expected one sub-folder of texts for each label"
    )


def test_shakespeare(data_folder: Path) -> None:
    corpus = read_text(data_folder / "tinyshakespeare" / "input.txt")
    assert (len(corpus), len(set(corpus.text))) == (1_115_394, 65)
