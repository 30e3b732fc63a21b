"""What cannot be meant is refused before anything is trained, with the option that decides."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sounds import record, tone

from gatewise.data.readers import read, read_labelled, read_tagged
from gatewise.errors import ReadError

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]


def one_step(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"id": range(4), "a": [1.0, 2, 3, 4], "b": [0.5] * 4, "label": [*"uvuv"], **columns})


def test_sequences_of_one_step(refusal: Refusal) -> None:
    assert refusal(lambda: read_labelled(one_step())) == (
        "pandas frame: found 4 sequences of 1 step each (2 channels: a, b); expected several steps; if time runs along "
        "each row, say axes=\"n t\"; if 'id' does not name sequences of several rows, name another with id=; or keep "
        'them with axes="n c"'
    )
    kept = read_labelled(one_step(), axes="n c")
    assert kept.lengths.tolist() == [1] * 4
    along = read_labelled(one_step(), axes="n t")
    assert [one.tolist() for one in along.sequences[:2]] == [[[1], [0.5]], [[2], [0.5]]]


def test_the_option_is_tried() -> None:
    with pytest.raises(ReadError) as error:
        read(one_step())
    assert error.value.remedy == {"axes": "n t"}


def test_more_classes_than_half_of_the_rows(refusal: Refusal) -> None:
    texts = [f"the film number {number} was long" for number in range(10)]
    frame = pd.DataFrame({"text": texts, "who": [f"p{min(number, 6)}" for number in range(10)]})
    assert refusal(lambda: read_labelled(frame)) == (
        "pandas frame: found 7 classes for 10 sequences in column 'who'; expected several sequences of each class; "
        'name the column of the label with target=, or this one again to keep it (target="who")'
    )
    assert len(read_labelled(frame, target="who")) == 10


@pytest.mark.parametrize(
    ("folders", "kind"),
    [
        (("clips",), "clips: places"),
        (("Actor_01", "Actor_02"), "Actor_01, Actor_02: people"),
        (("dev", "test"), "dev, test: parts of data"),
    ],
)
def test_folders_that_are_no_labels(
    folders: tuple[str, ...], kind: str, tmp_path: Path, refusal: Refusal
) -> None:
    for folder in folders:
        record(tmp_path / folder / "no_1.wav", tone(440, 0.05))
        record(tmp_path / folder / "yes.wav", tone(440, 0.05))
    assert refusal(lambda: read_labelled(tmp_path)) == (
        f"{tmp_path}: cannot tell the labels: sub-folders are called {kind}; say what names mean with pattern=, such "
        f"as '*/{{label}}_{{take}}.wav' (the first is '{folders[0]}/no_1.wav')"
    )
    assert set(read_labelled(tmp_path, pattern="{label}/*").target.tolist()) == {*folders}


def test_tokens_that_are_numbers(write: Write, refusal: Refusal) -> None:
    path = write("a.bio", "7 word O\n5 other O\n3 more B-x\n" * 4)
    assert refusal(lambda: read_tagged(path)) == (
        "a.bio: all tokens are numbers (7, 5, 3, …); expected words; name their column with channels=, such as "
        'channels="2", or this one again to keep it (channels="1")'
    )
    assert read_tagged(path, channels="2").sequences[0][:2] == ["word", "other"]
    assert read_tagged(path, channels="1").sequences[0][:2] == ["7", "5"]


def test_words_that_are_numbered(write: Write) -> None:
    path = write("a.conll", "1 Peter N O\n2 sleeps V O\n\n1 He N O\n")
    data = read_tagged(path)
    assert data.sequences == [["Peter", "sleeps"], ["He"]]
    assert data.notes == ("columns: token=2, tag=4",)


def test_numbers_are_no_prose(write: Write, refusal: Refusal) -> None:
    path = write("a.txt", "".join(f"{number}.25, {number % 7}\n{number}\n" for number in range(40)))
    assert refusal(lambda: read(path)) == (
        "a.txt: holds numbers, no prose, and no table, as its lines have no equal columns; expected a table (.csv, or "
        '.npz for arrays); to learn their digits as a text, use task="language" or LanguageModel'
    )
    assert read(path, "language").task == "language"


def test_labels_that_differ_in_spelling_alone() -> None:
    frame = pd.DataFrame({"text": ["a b", "c d", "e f"], "label": ["Pos", " pos", "neg"]})
    data = read_labelled(frame)
    assert data.target.tolist() == ["Pos", " pos", "neg"]
    assert data.notes[-1] == "labels ' pos' and 'Pos' differ in spelling alone; they are classes of their own"


def test_classes_that_occur_once_can_be_left_out() -> None:
    frame = pd.DataFrame({"text": ["a b", "c d", "e f", "g h", "i j"], "label": [*"uuvvw"]})
    data = read_labelled(frame, rare="drop")
    assert data.target.tolist() == [*"uuvv"]
    assert data.notes[-1] == "1 sequence of classes that occur once left out (w)"
    assert read_labelled(frame).target.tolist() == [*"uuvvw"]


def test_nothing_that_can_be_told(refusal: Refusal) -> None:
    frame = pd.DataFrame({"a": [1.0, 2, 3], "b": [2.0, 3, 4], "what": [*"xyz"]})
    assert refusal(lambda: read(frame)) == (
        "pandas frame: cannot tell what it holds; looked for a text and its label in each row: no texts (channels=, "
        "target=); sequences with labels: no id and no label (id=, target=), nor 12 columns that count up "
        '(axes="n t"); series: no times (time=, or every="row" to count rows); columns are a (number), b (number), '
        "what (text)"
    )
    found = read(frame, every="row", target="a")
    assert found.task == "forecast"
    assert read(frame.assign(what=[*"xxz"]), "classification", axes="n t").lengths.tolist() == [2, 2, 2]


def test_repeated_times_can_be_settled() -> None:
    frame = pd.DataFrame(
        {"id": [*"aaabbb"], "time": [0, 0, 1, 0, 1, 1], "x": [1.0, 3, 5, 7, 9, 11], "label": [*"uuuvvv"]}
    )
    with pytest.raises(ReadError) as error:
        read(frame)
    assert error.value.remedy == {"duplicates": "mean"}
    for policy, expected in (
        ("mean", [[2, 5], [7, 10]]),
        ("first", [[1, 5], [7, 9]]),
        ("last", [[3, 5], [7, 11]]),
    ):
        data = read(frame, duplicates=policy)
        assert [one[:, 0].tolist() for one in data.sequences] == expected
        assert np.array_equal(data.target, [*"uv"])
