"""Tables and JSON lines in which each row is a text."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import polars as pl
import pytest

from gatewise.data.readers import read, read_labelled, read_sequences
from gatewise.data.sequences import SequenceColumns, SequenceSet
from gatewise.errors import ConfigurationError

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]

TEXTS = ["what a film", "never, again"]


def table(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"text": TEXTS, "label": ["good", "bad"], **columns})


def test_files_and_frames_give_the_same(write: Write) -> None:
    table().to_parquet(write("a.parquet", ""))
    lines = "".join(f'{{"label": "{label}", "text": "{text}"}}\n' for text, label in table().to_numpy())
    for source in (
        table(),
        pl.from_pandas(table()),
        "a.parquet",
        write("a.csv", table().to_csv(index=False)),
        write("a.tsv", table().to_csv(index=False, sep="\t")),
        write("a.jsonl", lines),
        write("a.ndjson", lines.replace("\n", "\n\n")),
    ):
        data = read_labelled(source)
        assert data.sequences == TEXTS
        assert data.target.tolist() == ["good", "bad"]
        assert data.kind == "text"
        assert data.lengths.tolist() == [11, 12]
        assert data.columns == SequenceColumns(target="label", channels=("text",))
        assert data.notes == ("columns: target=label, text=text",)


@pytest.mark.parametrize(
    ("columns", "options", "expected"),
    [
        ({"review": TEXTS, "stars": [5, 1]}, {}, ("review", "stars")),
        ({"id": [7, 8], "sentence": TEXTS, "sentiment": [0, 1]}, {}, ("sentence", "sentiment")),
        ({"kind": ["u", "v"], "said": TEXTS}, {"target": "kind"}, ("said", "kind")),
        ({"title": ["Up", "Down"], "body": TEXTS, "label": [0, 1]}, {"channels": "body"}, ("body", "label")),
        ({"name": ["Abe", "Li"], "origin": ["jp", "cn"]}, {"target": "origin"}, ("name", "origin")),
        ({"date": ["2024-01-31 10:00", "2024-02-01 11:00"], "said": TEXTS, "class": [0, 1]}, {},
         ("said", "class")),
        ({"Category": ["ham", "spam"], "Message": TEXTS}, {}, ("Message", "Category")),
        ({"v1": ["ham", "spam"], "v2": TEXTS}, {}, ("v2", "v1")),
        ({"text": TEXTS, "note": ["c", "d"], "label": [0, 1]}, {"channels": "note"}, ("note", "label")),
        ({"text": TEXTS, "label": ["a", "b"], "group": ["x", "x"]}, {}, ("text", "label")),
    ],
)  # fmt: skip
def test_columns_are_recognised(
    columns: dict[str, object], options: dict[str, str], expected: tuple[str, str]
) -> None:
    data = read_labelled(pd.DataFrame(columns), **options)  # type: ignore[arg-type]
    assert data.columns is not None
    assert (*data.columns.channels, data.columns.target) == expected
    assert data.sequences == [*columns[expected[0]]]  # type: ignore[misc]


SENTENCES = [f"the film number {number} was long and rather dull" for number in range(12)]


@pytest.mark.parametrize(
    ("columns", "options", "expected"),
    [
        ({"product_id": [*"aabbccddeeff"], "review": SENTENCES, "sentiment": [0, 1] * 6}, {},
         SequenceColumns("", None, "sentiment", ("review",), "product_id")),
        ({"user_id": [*"aabbccddeeff"], "tweet_id": range(12), "text": SENTENCES, "label": [0, 1] * 6}, {},
         SequenceColumns("tweet_id", None, "label", ("text",), "user_id")),
        ({"user_id": [*"aabbccddeeff"], "created_at": ["2024-01-01"] * 12, "text": SENTENCES, "label": [*"uv"] * 6}, {},
         SequenceColumns("", None, "label", ("text",), "user_id")),
        ({"business_id": [*"aabbccddeeff"], "date": ["2024-01-01"] * 12, "stars": [1, 5] * 6, "text": SENTENCES}, {},
         SequenceColumns("", None, "stars", ("text",), "business_id")),
        ({"dialogue_id": [0] * 6 + [1] * 6, "utterance": SENTENCES, "emotion": [*"uv"] * 6}, {},
         SequenceColumns("", None, "emotion", ("utterance",))),
        ({"ProductId": [*"aabbccddeeff"], "UserId": [*"abcdefabcdef"], "Text": SENTENCES, "Score": [1, 2] * 6}, {},
         SequenceColumns("", None, "Score", ("Text",), "UserId")),
        ({"reviewText": SENTENCES, "overall": [1, 5] * 6}, {}, SequenceColumns("", None, "overall", ("reviewText",))),
        ({"标签": [*"好差"] * 6, "评论": ["这家酒店的服务非常好"] * 12}, {},
         SequenceColumns("", None, "标签", ("评论",))),
        ({"kind": [*"好差"] * 6, "said": ["部屋がとても狭くて汚い"] * 12}, {},
         SequenceColumns("", None, "kind", ("said",))),
        ({"premise": SENTENCES, "hypothesis": SENTENCES, "label": [0, 1] * 6}, {},
         SequenceColumns("", None, "label", ("premise", "hypothesis"))),
        ({"title": SENTENCES, "body": SENTENCES, "label": [0, 1] * 6}, {},
         SequenceColumns("", None, "label", ("title", "body"))),
        ({"a": SENTENCES, "b": SENTENCES, "label": [0, 1] * 6}, {"channels": ["a", "b"]},
         SequenceColumns("", None, "label", ("a", "b"))),
    ],
)  # fmt: skip
def test_tables_of_texts_as_they_are_found(
    columns: dict[str, object], options: dict[str, object], expected: SequenceColumns
) -> None:
    data = read(pd.DataFrame(columns), **options)  # type: ignore[arg-type]  # options of the reader
    assert isinstance(data, SequenceSet)
    assert data.task == "classification"
    assert data.columns == expected
    assert (data.groups is None) == (expected.group is None)


def test_two_columns_are_one_text() -> None:
    frame = pd.DataFrame(
        {"premise": ["a man sleeps", "x y"], "hypothesis": ["he is awake", "z"], "label": [0, 1]}
    )
    data = read_labelled(frame)
    assert data.sequences == ["a man sleeps\nhe is awake", "x y\nz"]
    assert data.notes == ("columns: target=label, text=premise + hypothesis",)
    assert read_sequences(frame, channels=("premise", "hypothesis")).sequences == data.sequences


def test_tokens_with_an_id_are_still_tagged() -> None:
    frame = pd.DataFrame(
        {"sentence_id": [1, 1, 2], "word": ["New York", "is", "big"], "tag": ["B-X", "O", "O"]}
    )
    assert read(frame).task == "tagging"


def test_a_group_asks_for_labelled_sequences() -> None:
    frame = pd.DataFrame(
        {"key": [*"aabbcc"], "review": SENTENCES[:6], "stars": [1, 5, 1, 5, 1, 5], "n": range(6)}
    )
    data = read(frame, group="key", target="stars")
    assert data.task == "classification"
    assert data.groups.tolist() == [*"aabbcc"]


def test_ids_groups_and_whole_numbers() -> None:
    data = read_labelled(table(doc_id=[3, 4], who=["ann", "bob"], label=[1.0, 0.0]), group="who")
    assert data.target.tolist() == [1, 0]
    assert data.target.dtype == np.int64
    assert data.ids is not None
    assert data.groups is not None
    assert (data.ids.tolist(), data.groups.tolist()) == (["3", "4"], ["ann", "bob"])
    assert data.notes == ("columns: id=doc_id, target=label, group=who, text=text",)
    assert data.take(np.array([1])).sequences == TEXTS[1:]


def test_numbers_in_rows_are_steps_not_texts() -> None:
    frame = pd.DataFrame({"id": [*"ppq"], "x": [1.0, 2, 3], "comment": ["so so"] * 3, "label": [*"aab"]})
    assert read_labelled(frame).kind == "values"


def test_texts_without_labels(write: Write) -> None:
    found = read_sequences(table().drop(columns="label"))
    assert found.sequences == TEXTS
    assert read_sequences(table(), target="label", channels=("text",)).sequences == TEXTS
    assert read_sequences(write("a.jsonl", '{"text": "a b"}\n'), tokens=True).sequences == [["a", "b"]]


@pytest.mark.parametrize(
    ("columns", "options", "reason"),
    [
        ({"text": ["a", " "]}, {},
         "row 1 (counted from 0), column 'text' is empty; expected a text in every row; remove the row"),
        ({"text": ["a", None]}, {},
         "row 1 (counted from 0), column 'text' is empty; expected a text in every row; remove the row"),
        ({"label": ["a", None]}, {},
         "row 1 (counted from 0), column 'label' is empty; expected a name in every row"),
        ({"label": [1, 0.5]}, {},
         "row 1 (counted from 0), column 'label': expected text or whole numbers as labels, found 0.5; to estimate "
         "numbers, use task=\"regression\" or SequenceRegressor"),
        ({}, {"target": "lable"},
         "has no column 'lable' for target=; did you mean 'label'? columns are text (text), label (text)"),
        ({}, {"id": "key"}, "has no column 'key' for id=; columns are text (text), label (text)"),
        ({}, {"group": "who"}, "has no column 'who' for group=; columns are text (text), label (text)"),
        ({}, {"channels": "review"}, "has no column 'review' for channels=; columns are text (text), label (text)"),
    ],
)  # fmt: skip
def test_bad_tables(
    columns: dict[str, object], options: dict[str, str], reason: str, refusal: Refusal
) -> None:
    assert refusal(lambda: read_labelled(table(**columns), **options)) == f"pandas frame: {reason}"  # type: ignore[arg-type]


def test_a_label_that_cannot_be_told(refusal: Refusal) -> None:
    frame = pd.DataFrame({"text": TEXTS, "mood": ["a", "b"], "stars": [1, 2]})
    assert refusal(lambda: read_labelled(frame)) == (
        "pandas frame: cannot tell the column of the label; name it with target=; "
        "columns are text (text), mood (text), stars (number)"
    )


def test_a_pattern_is_for_recordings() -> None:
    with pytest.raises(ConfigurationError) as error:
        read_labelled(table(), pattern="{label}")
    assert str(error.value) == "pattern: is about the names of recordings; leave it out"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "is empty; expected one JSON object on each line"),
        ("\n \n", "is empty; expected one JSON object on each line"),
        ('{"text": "a", "label": 1}\n\n{"text": "b" "label": 1}\n',
         "line 3, column 14: is not JSON (Expecting ',' delimiter); expected one object a line, such as "
         '{"text": …, "label": …}'),
        ('{"text": "a", "label": 1}\n["b", 2]\n',
         'line 2: expected one object a line, such as {"text": …, "label": …}, found \'["b", 2]\''),
        ('{"text": "a", "label": 1}\n\n{"text": "b"}\n',
         "line 3, column 'label' is empty; expected a name in every row"),
        ('{"text": "a", "label": 1}\n\n{"label": 2}\n',
         "line 3, column 'text' is empty; expected a text in every row; remove the row"),
        ('{"text": "\\ud800", "label": 1}\n',
         "key 'text' holds half of a surrogate pair (\\ud800 … \\udfff), which is no character; write the file again"),
        ('{"text": "Köln", "label": 1}\n'.encode("latin-1"),
         "line 1 holds the byte 0xF6; expected UTF-8; save the file as UTF-8"),
        ("[" * 100_000, "line 1: lists within lists are too deep"),
    ],
)  # fmt: skip
def test_bad_json_lines(content: str | bytes, reason: str, write: Write, refusal: Refusal) -> None:
    path = write("a.jsonl", content)
    assert refusal(lambda: read_labelled(path)) == f"a.jsonl: {reason}"


def test_mixed_labels_in_json_lines_become_text(write: Write) -> None:
    path = write("a.jsonl", '{"text": "a", "label": 1}\n{"text": "b", "label": "two"}\n')
    assert read_labelled(path).target.tolist() == ["1", "two"]
