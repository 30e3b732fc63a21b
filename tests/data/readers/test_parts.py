"""Training and test parts that lie beside each other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gatewise.data.readers import read, read_labelled
from gatewise.data.readers.parts import part_beside, training_file
from gatewise.errors import ReadError

Write = Callable[[str, str | bytes], str]


@pytest.mark.parametrize(
    ("names", "train", "beside"),
    [
        (["train.jsonl", "test.jsonl"], "train.jsonl", "test.jsonl"),
        (["Gun_TRAIN.ts", "Gun_TEST.ts", "Gun_TRAIN.arff", "Gun_TEST.arff"], "Gun_TRAIN.ts", "Gun_TEST.ts"),
        (["en-ud-train.conllu", "en-ud-dev.conllu"], "en-ud-train.conllu", "en-ud-dev.conllu"),
        (["data/train-00000-of-00001.parquet"], "data/train-00000-of-00001.parquet", None),
        (["X_train.npy", "y_train.npy", "X_test.npy", "y_test.npy"], "X_train.npy", "X_test.npy"),
        (["a.csv", "train.csv"], "", None),
        (["restraint.csv", "protest.csv"], "", None),
        (["train.csv", "test.csv", "clips/a.wav"], "", None),
    ],
)
def test_the_training_part(names: list[str], train: str, beside: str | None, tmp_path: Path) -> None:
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    found = training_file(tmp_path)
    assert found == (tmp_path / train if train else tmp_path)
    if train:
        other = part_beside(found)
        assert other == (None if beside is None else tmp_path / beside)


def test_a_training_part_in_several_files(tmp_path: Path) -> None:
    for name in ("train-0.parquet", "train-1.parquet", "test.parquet"):
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(ReadError) as error:
        training_file(tmp_path)
    assert str(error.value) == (
        f"{tmp_path}: holds 2 files of a training part (train-0.parquet, train-1.parquet); name one of them, such as "
        f"{tmp_path / 'train-0.parquet'}"
    )


def test_a_folder_of_parts_is_read(write: Write) -> None:
    Path("f").mkdir()
    write("f/train.csv", "text,label\ngood day,a\nbad day,b\n")
    write("f/test.csv", "text,label\nother day,a\n")
    data = read("f")
    assert data.source == "f/train.csv"
    assert data.sequences == ["good day", "bad day"]


def test_texts_in_folders_of_parts_and_labels(write: Write) -> None:
    for name in ("train/pos/0", "train/neg/0", "train/neg/1", "train/unsup/0", "test/pos/0", "test/neg/0"):
        Path("f", name).parent.mkdir(parents=True, exist_ok=True)
        write(f"f/{name}.txt", f"text {name}")
    data = read_labelled("f")
    assert data.target.tolist() == ["neg", "neg", "pos"]
    assert data.notes == (
        "train of train, test, as each is a part",
        "labels from sub-folders",
        "1 text of unsup left out, which is no label",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "I love it",
            "I love it: no such file; check the path; a text is given in a list of texts, or as a line of a .txt file",
        ),
        (
            "I love it. " * 400,
            "'I love it. I love it. I love it. I love '…: is too long to be a path; a text is given in a list of texts",
        ),
    ],
)
@pytest.mark.parametrize("reader", [read, read_labelled])
def test_a_text_that_is_no_path(reader: Callable[[str], object], text: str, message: str) -> None:
    with pytest.raises(ReadError) as error:
        reader(text)
    assert str(error.value) == message
