"""Tables with a label for each step, as rows or as lists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from gatewise.data.readers import read_sequences, read_tagged
from gatewise.data.sequences import SequenceColumns

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]

TOKENS = [["EU", "rejects"], ["Peter"]]
TAGS = [["B-ORG", "O"], ["B-PER"]]
LINES = (
    '{"tokens": ["EU", "rejects"], "tags": ["B-ORG", "O"], "intent": "deny"}\n'
    '{"tokens": ["Peter"], "tags": ["B-PER"], "intent": "name"}\n'
)


def words(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sentence_id": [1, 1, 2],
            "word": ["EU", "rejects", "Peter"],
            "pos": [*"NVN"],
            "tag": ["B-ORG", "O", "B-PER"],
        }
        | columns
    )


def steps(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(
        {"id": [*"ppq"], "time": [1, 0, 0], "x": [1.0, 2, 3], "z": [4, 5, 6], "label": ["run", "walk", "run"]}
        | columns
    )


def test_lists_in_each_row(write: Write) -> None:
    frame = pd.DataFrame({"tokens": TOKENS, "ner_tags": [[3, 0], [1]], "tokens_seen": [2, 1]})
    frame.to_parquet(write("a.parquet", ""))
    for source in (frame, pl.DataFrame({"tokens": TOKENS, "ner_tags": [[3, 0], [1]]}), "a.parquet"):
        data = read_tagged(source)
        assert data.sequences == TOKENS
        assert data.target == [["3", "0"], ["1"]]
        assert data.sentence_labels is None
    data = read_tagged(write("a.jsonl", LINES))
    assert (data.sequences, data.target) == (TOKENS, TAGS)
    assert data.sentence_labels is not None
    assert data.sentence_labels.tolist() == ["deny", "name"]
    assert data.notes == ("columns: tags=tags, tokens=tokens",)
    assert read_sequences("a.jsonl").sequences == TOKENS
    assert read_sequences("a.jsonl", channels="tokens", target="tags").sequences == TOKENS


def test_lists_that_are_named() -> None:
    frame = pd.DataFrame(
        {"a": TOKENS, "b": TAGS, "tags": [["x", "y"], ["z"]], "who": ["ann", "bob"], "key": [7, 8]}
    )
    data = read_tagged(frame, channels="a", target="b", group="who", id="key")
    assert (data.sequences, data.target) == (TOKENS, TAGS)
    assert data.groups is not None
    assert data.ids is not None
    assert (data.groups.tolist(), data.ids.tolist()) == (["ann", "bob"], ["7", "8"])
    part = data.take(np.array([1]))
    assert (part.sequences, part.target, len(part)) == ([["Peter"]], [["B-PER"]], 1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"tokens": ["a", "b"], "tags": ["O", "O"]}\n\n{"tokens": ["a", "b"], "tags": ["O"]}\n',
         "line 3, column 'tags' has 1 tag; expected 2, one for each token"),
        ('{"tokens": ["a"], "tags": ["O"]}\n{"tokens": ["a"]}\n',
         "line 2, column 'tags' is empty; expected a list of tags in every row"),
        ('{"tokens": ["a"], "tags": ["O"]}\n{"tokens": [], "tags": []}\n',
         "line 2, column 'tokens' is empty; expected a list of tokens in every row"),
        ('{"tokens": ["a", "b"], "tags": ["O", null]}\n', "line 1, column 'tags': tag 2 is empty"),
        ('{"tokens": ["a", ""], "tags": ["O", "O"]}\n', "line 1, column 'tokens': token 2 is empty"),
        ('{"tokens": [["a"]], "tags": ["O"]}\n',
         "column 'tokens' holds list<item: list<item: string>>; expected lists of tokens"),
        ('{"tokens": ["a"], "text": "a"}\n',
         "cannot tell the column of the tags, a list for each row; name it with target=; columns are tokens (lists), "
         "text (text)"),
    ],
)  # fmt: skip
def test_bad_lists(content: str, reason: str, write: Write, refusal: Refusal) -> None:
    path = write("a.jsonl", content)
    assert refusal(lambda: read_tagged(path)) == f"a.jsonl: {reason}"


def test_one_token_in_each_row(write: Write) -> None:
    data = read_tagged(words())
    assert (data.sequences, data.target) == (TOKENS, TAGS)
    assert data.columns == SequenceColumns("sentence_id", None, "tag", ("word",))
    assert data.notes == ("columns: id=sentence_id, time=(row number), target=tag, channels=word",)
    assert read_tagged(words(), target="pos").target == [["N", "V"], ["N"]]
    assert read_tagged(words().rename(columns={"word": "w"}).drop(columns="pos")).sequences == TOKENS
    path = write("a.csv", words().to_csv(index=False))
    assert read_tagged(path).sequences == TOKENS
    found = read_sequences(path, id="sentence_id", target="tag", channels="word", tokens=True)
    assert found.sequences == TOKENS


def test_values_with_a_label_in_each_row() -> None:
    data = read_tagged(steps(), group=None)
    assert [np.asarray(one).tolist() for one in data.sequences] == [[[2, 5], [1, 4]], [[3, 6]]]
    assert data.target == [["walk", "run"], ["run"]]
    assert data.kind == "values"
    assert data.channels == ("x", "z")
    assert read_tagged(steps(who=["a", "a", "b"]), group="who").groups is not None
    assert read_tagged(steps(label=[3, 4, 5])).target == [["4", "3"], ["5"]]


def test_steps_that_are_cut_lose_their_labels() -> None:
    data = read_tagged(steps(x=[1.0, np.nan, 3]), impute="previous")
    assert data.lengths.tolist() == [1, 1]
    assert data.target == [["run"], ["run"]]


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (words(tag=["O", None, "O"]),
         "row 1 (counted from 0), column 'tag' is empty; expected a name in every row"),
        (words(word=["a", "", "b"]),
         "row 1 (counted from 0), column 'word' is empty; expected a name in every row"),
        (words().drop(columns="sentence_id"),
         "cannot tell sequences apart; name the column with id=; columns are word (text), pos (text), tag (text)"),
        (words().drop(columns=["word", "pos"]),
         "no column is left for the tokens or values of the sequences; columns are sentence_id (number), tag (text)"),
        (words().drop(columns="word").rename(columns={"pos": "a", "tag": "b"}),
         "cannot tell the column of the label; name it with target=; columns are sentence_id (number), a (text), "
         "b (text)"),
        (steps(time=[0, 0, 1]),
         "row 1 (counted from 0), time 0 of series 'p' is there already on row 0 (counted from 0) (1 such row); keep "
         "one with duplicates=\"first\" or \"last\", or average them with duplicates=\"mean\""),
    ],
)  # fmt: skip
def test_bad_rows(frame: pd.DataFrame, reason: str, refusal: Refusal) -> None:
    assert refusal(lambda: read_tagged(frame)) == f"pandas frame: {reason}"


def test_sources_without_tags(write: Write, refusal: Refusal) -> None:
    path = write("a.ts", "@classLabel true a b\n@data\n1,2:a\n")
    for source in (path, "sample:recall-20"):
        assert refusal(lambda source=source: read_tagged(source)) == (  # type: ignore[misc]
            f'{source}: holds one label for each sequence; use it with task="classification" or SequenceClassifier'
        )
    Path("texts").mkdir()
    write("texts/a.txt", "one")
    assert refusal(lambda: read_tagged("texts")) == (
        "texts: is a folder of texts; expected one file with a token on each line"
    )
