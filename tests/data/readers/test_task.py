"""Which task a source asks for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest

from gatewise.data.corpus import Corpus
from gatewise.data.readers import TaskGuess, infer_task, read
from gatewise.data.readers.options import SeriesOptions
from gatewise.data.readers.task import Task, options_of
from gatewise.data.sequences import SequenceSet
from gatewise.data.series import SeriesSet
from gatewise.errors import ConfigurationError, ReadError

Write = Callable[[str, str | bytes], str]

CHANGES = TaskGuess("forecast", "target 'y' is a number that changes over time")
CONSTANT = TaskGuess("classification", "target 'y' never changes within any 'unique_id'")
DAYS = [*pd.date_range("2024-01-01", periods=3)] * 2


def table(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"unique_id": [*"aaabbb"], "ds": DAYS, "x": [1.0, 2, 3, 4, 5, 6], **columns})


@pytest.mark.parametrize(
    ("columns", "target", "guess"),
    [
        ({"y": [1, 2, 3, 4, 5, 6]}, None, CHANGES),
        ({}, None, TaskGuess("forecast", "no column is a label")),
        ({}, ["x", "ds"], TaskGuess("forecast", "no column is a label")),
        ({"label": [*"uuuvvv"]}, None, TaskGuess("classification", "target 'label' is text")),
        ({"move": [*"uuuvvv"]}, "move", TaskGuess("classification", "target 'move' is text")),
        ({"y": [1, 1, 1, 2, 2, 2]}, None, CONSTANT),
        ({"y": [1] * 6}, None, CHANGES),
        ({"y": [0.5, 0.5, 0.5, 2, 2, 2]}, None,
         TaskGuess("regression", "target 'y' is one number with decimals for each 'unique_id'")),
        ({"label": [*"uvuvvv"]}, None,
         TaskGuess("tagging", "target 'label' is text that changes within some 'unique_id'")),
        ({"y": ["1", "2", "n.d.", "4", "5", "6"]}, None,
         CHANGES),
    ],
)  # fmt: skip
def test_guesses(columns: dict[str, list[object]], target: str | None, guess: TaskGuess) -> None:
    assert infer_task(table(**columns), target=target) == guess


def test_an_id_that_is_named_after_its_owner() -> None:
    frame = table(label=[0, 0, 0, 1, 1, 1]).rename(columns={"unique_id": "patient_id"})
    assert infer_task(frame) == TaskGuess(
        "classification", "target 'label' never changes within any 'patient_id'"
    )
    data = read(frame)
    assert data.task == "classification"
    assert data.target.tolist() == [0, 1]


def test_samples_and_ts_files(write: Write) -> None:
    assert infer_task("sample:weather") == TaskGuess("forecast", "sample:weather is made for it")
    assert infer_task("sample:recall-20") == TaskGuess("classification", "sample:recall-20 is made for it")
    path = write("a.ts", "@univariate true\n@classLabel true a b\n@data\n1,2:a\n3,4:b\n")
    assert infer_task(path) == TaskGuess("classification", "a .ts file holds labelled sequences")
    path = write("b.ts", "@univariate true\n@targetLabel true\n@data\n1,2:0.5\n")
    assert infer_task(path) == TaskGuess(
        "regression", "the labels of the .ts file are numbers (@targetLabel true)"
    )
    assert isinstance(read(path), SequenceSet)


def test_read_follows_the_guess(write: Write) -> None:
    series = read(table(y=[1, 2, 3, 4, 5, 6]), past="x")
    assert isinstance(series, SeriesSet)
    assert series.columns.past == ("x",)
    assert isinstance(read(table(label=[*"uuuvvv"]), id="unique_id", group=None, past=()), SequenceSet)
    assert isinstance(read(table(label=[*"uuuvvv"]), "forecast", target="x"), SeriesSet)
    path = write("a.csv", "shop,ds,y\n01,2024-01-01,1\n01,2024-01-02,2\n")
    named = read(path, id="shop")
    assert named.ids is not None
    assert named.ids.tolist() == ["01"]


@pytest.mark.parametrize("words", [{"known": "promo"}, {"every": "1D"}, {"timezone": "Europe/Berlin"}])
def test_words_of_forecasts_ask_for_one(words: dict[str, str]) -> None:
    # As a table of texts and their labels the dates would be the texts.
    texts = ["1st of the month", "2nd of the month", "3rd of the month"]
    frame = pd.DataFrame({"Date": texts, "Sales": [3, 1, 2], "promo": [0, 1, 0]})
    with pytest.raises(ReadError) as error:
        read(frame, time="Date", target="Sales", **words)
    assert str(error.value) == (
        "pandas frame: row 0 (counted from 0), column 'Date': expected a date such as 2024-01-31 or 2024-01-31 18:00, "
        "found '1st of the month'"
    )


def test_a_named_time_is_no_text() -> None:
    frame = pd.DataFrame({"Date": ["1st of May", "2nd of May", "3rd of May"], "Sales": [3, 1, 2]})
    with pytest.raises(ReadError, match="column 'Date': expected a date such as"):
        read(frame, time="Date", target="Sales")


def test_options_of_the_other_task() -> None:
    with pytest.raises(ConfigurationError) as error:
        read(table(label=[*"uuuvvv"]), past="x")
    assert str(error.value) == "past: has no meaning for the task classification; leave it out"
    with pytest.raises(ConfigurationError) as error:
        read(table(), "guess")  # type: ignore[arg-type]
    assert str(error.value) == (
        "task 'guess' is not known; expected forecast, classification, regression, tagging or language"
    )
    with pytest.raises(ConfigurationError) as error:
        read(table(), "tagging", target=("x", "label"))
    assert str(error.value) == "target: expected one column of labels, got x, label"


@pytest.mark.parametrize(
    ("task", "option", "message"),
    [
        ("classification", "chanels",
         "chanels: no such option of the task classification; did you mean channels?"),
        ("forecast", "knwon", "knwon: no such option of the task forecast; did you mean known?"),
        ("language", "chanels", "chanels: no such option of the task language; leave it out"),
        ("regression", "pattern", "pattern: has no meaning for the task regression; leave it out"),
        ("tagging", "tokens", "tokens: no such option of the task tagging; leave it out"),
    ],
)  # fmt: skip
def test_options_that_are_not_known(task: Task, option: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        read(table(), task, **{option: "x"})
    assert str(error.value) == message


def test_options_are_those_of_the_readers() -> None:
    table = (
        "id", "time", "target", "channels", "group", "impute", "decimal", "encoding", "categorical", "axes",
        "duplicates",
    )  # fmt: skip
    assert {task: options_of(task) for task in get_args(Task)} == {
        "forecast": tuple(SeriesOptions.__annotations__),
        "classification": (*table, "pattern", "rare"),
        "regression": table,
        "tagging": table,
        "language": (),
    }


def test_files_and_folders(write: Write) -> None:
    Path("slots").mkdir()
    for name, content in (("seq.in", "a b\nc\n"), ("seq.out", "O X\nO\n"), ("label", "yes\nno\n")):
        write(f"slots/{name}", content)
    for path, guess, kind in (
        ("slots", TaskGuess("tagging", "seq.in and seq.out hold a label for each token"), SequenceSet),
        (write("a.conllu", "1\ta\ta\tX\t_\t_\t_\t_\t_\t_\n"),
         TaskGuess("tagging", "a .conllu file holds a label for each token"), SequenceSet),
        (write("a.bio", "a O\n"), TaskGuess("tagging", "a .bio file holds a label for each token"), SequenceSet),
        (write("a.txt", "To be or not"), TaskGuess("language", "it is text"), Corpus),
        (write("a.jsonl", '{"tokens": ["a"], "tags": ["O"]}\n'),
         TaskGuess("tagging", "each row holds a list of tokens"), SequenceSet),
        (write("b.jsonl", '{"text": "good", "label": 1}\n'),
         TaskGuess("classification", "each row holds a text ('text') and its label"), SequenceSet),
        (write("b.csv", "review,label\nnot good,0\n"),
         TaskGuess("classification", "each row holds a text ('review') and its label"), SequenceSet),
    ):  # fmt: skip
        assert infer_task(path) == guess
        assert isinstance(read(path), kind)
    assert isinstance(read("slots", "classification"), SequenceSet)
    assert read("slots").notes == ("task tagging: seq.in and seq.out hold a label for each token",)
    assert read("slots", "tagging").notes == ()
    assert isinstance(read(write("b.txt", "a O\n"), "tagging"), SequenceSet)
    with pytest.raises(ConfigurationError) as error:
        read("a.txt", target="x")
    assert str(error.value) == "target: has no meaning for the task language; leave it out"


def test_recordings(write: Write) -> None:
    Path("sounds/yes").mkdir(parents=True)
    write("sounds/yes/1.wav", b"RIFF")
    assert infer_task("sounds") == TaskGuess("classification", "it holds recordings")


def test_a_text_beside_a_series() -> None:
    """A number that changes over time is forecast, though a remark stands beside it."""
    frame = table(y=[1, 2, 3, 4, 5, 6], comment=["no remark here"] * 6)
    assert infer_task(frame) == CHANGES
    assert infer_task(frame.drop(columns="unique_id").head(3)) == CHANGES
    dated = frame[["ds", "comment"]].assign(label=[0, 1] * 3)
    assert infer_task(dated) == TaskGuess("classification", "each row holds a text ('comment') and its label")


def test_numbers_for_each_step_are_estimated_on_demand() -> None:
    frame = table(y=[1, 2, 3, 4, 5, 6])
    data = read(frame, "regression", target="y")
    assert data.task == "regression"
    assert data.per_step


def test_tags_with_a_usual_name_are_found_beside_tokens(tmp_path):
    path = tmp_path / "tags.csv"
    path.write_text("id,token,tag\ns1,the,DET\ns1,cat,NOUN\ns2,a,DET\ns2,dog,NOUN\n")
    assert infer_task(path).task == "tagging"


def test_a_table_holds_no_long_text(tmp_path):
    path = tmp_path / "texts.csv"
    path.write_text("text,label\ngood day,x\nbad night,y\n")
    with pytest.raises(ReadError) as error:
        read(path, "language")
    assert str(error.value) == (f"{path}: the ending '.csv' is not that of a text; expected one of .txt, .md")
