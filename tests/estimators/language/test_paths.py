"""A text, or the path of one: never both by accident."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatewise import LanguageModel
from gatewise.data.readers.text import text_or_file
from gatewise.errors import ReadError

TEXT = "once upon a time there was a king who had a horse\n" * 20


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("novel.txt").write_text(TEXT)


@pytest.mark.parametrize("value", ["novel.txt", Path("novel.txt"), "novel.txt.gz"])
def test_the_path_of_a_text_is_read(value: object) -> None:
    if value == "novel.txt.gz":
        with pytest.raises(ReadError, match="no such file; check the path"):
            text_or_file(value)
        return
    assert text_or_file(value).text == TEXT  # type: ignore[attr-defined]  # a Corpus


@pytest.mark.parametrize("value", ["a king", "it is over.", "novel.txt\nand more", "", "x" * 5000, ["novel"]])
def test_a_text_is_one(value: object) -> None:
    assert text_or_file(value) is value


def test_a_model_reads_files() -> None:
    model = LanguageModel(max_seconds=0.5, random_state=0)
    symbols = model.learn_symbols("novel.txt")
    assert len(symbols[0]) >= len(TEXT)
    with pytest.raises(ReadError) as error:
        model.fit("novels.txt")
    assert str(error.value) == "novels.txt: no such file; check the path"
