"""Which task a source asks for."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from gatewise.data.labelled import LabelledSequences
from gatewise.data.readers import TaskGuess, infer_task, read
from gatewise.data.series import SeriesSet
from gatewise.errors import ConfigurationError

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]

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
    assert isinstance(data, LabelledSequences)
    assert data.labels.tolist() == [0, 1]


def test_samples_and_ts_files(write: Write, refusal: Refusal) -> None:
    assert infer_task("sample:weather") == TaskGuess("forecast", "sample:weather is made for it")
    assert infer_task("sample:recall-20") == TaskGuess("classification", "sample:recall-20 is made for it")
    path = write("a.ts", "@univariate true\n@classLabel true a b\n@data\n1,2:a\n3,4:b\n")
    assert infer_task(path) == TaskGuess("classification", "a .ts file holds labelled sequences")
    path = write("b.ts", "@univariate true\n@targetLabel true\n@data\n1,2:0.5\n")
    assert refusal(lambda: infer_task(path)) == (
        "b.ts: labels are numbers (@targetLabel true); regression comes with SequenceRegressor and is not "
        "supported yet"
    )


def test_read_follows_the_guess(write: Write) -> None:
    series = read(table(y=[1, 2, 3, 4, 5, 6]), past="x")
    assert isinstance(series, SeriesSet)
    assert series.columns.past == ("x",)
    assert isinstance(read(table(label=[*"uuuvvv"]), id="unique_id", group=None, past=()), LabelledSequences)
    assert isinstance(read(table(label=[*"uuuvvv"]), "forecast", target="x"), SeriesSet)
    path = write("a.csv", "shop,ds,y\n01,2024-01-01,1\n01,2024-01-02,2\n")
    named = read(path, id="shop")
    assert named.ids is not None
    assert named.ids.tolist() == ["01"]


def test_options_of_the_other_task() -> None:
    with pytest.raises(ConfigurationError) as error:
        read(table(label=[*"uuuvvv"]), past="x")
    assert str(error.value) == "--past has no meaning for the task classification; leave it out"
    with pytest.raises(ConfigurationError) as error:
        read(table(), "guess")  # type: ignore[arg-type]
    assert str(error.value) == "task 'guess' is not known; expected forecast or classification"
