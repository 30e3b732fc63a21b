"""Lines of fastText."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gatewise.data.readers import read, read_labelled, read_sequences

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]

LINES = "__label__good a fine film\n\n__label__bad not , at all\n"


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.train"])
def test_labels_before_texts(name: str, write: Write) -> None:
    data = read(write(name, LINES))
    assert data.task == "classification"
    assert data.sequences == ["a fine film", "not , at all"]
    assert data.target.tolist() == ["good", "bad"]
    assert data.ids is not None
    assert data.ids.tolist() == ["1", "3"]
    assert read_sequences(name).sequences == data.sequences


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (LINES + "__label__a __label__b both\n",
         "line 4 has 2 labels; expected one (__label__NAME); keep the one that is to be learned"),
        (LINES + "a line without\n",
         "line 4 has 0 labels; expected one (__label__NAME); keep the one that is to be learned"),
        (LINES + "__label__good\n", "line 4 has no text beside its label; remove the line"),
        (LINES.encode() + b"__label__good caf\xe9\n",
         'line 4 holds the byte 0xE9; expected UTF-8; save the file as UTF-8, or name its encoding, such as '
         'encoding="cp1252"'),
    ],
)  # fmt: skip
def test_bad_lines(content: str | bytes, message: str, write: Write, refusal: Refusal) -> None:
    path = write("a.txt", content)
    assert refusal(lambda: read_labelled(path)) == f"a.txt: {message}"
