"""Tables with a text and a number in each row."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from gatewise.data.readers import read_sequences, read_valued
from gatewise.data.readers.task import infer_task, read

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]


def reviews(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"review": ["a fine film", "not good", "so so"], "rating": [4.5, 1.0, 3.0]} | columns)


def test_a_text_and_its_number(write: Write) -> None:
    lines = '{"text": "a fine film", "score": 4.5}\n{"text": "not good", "score": 1}\n'
    csv = reviews().to_csv(index=False)
    for source, count in ((reviews(), 3), (write("a.csv", csv), 3), (write("b.jsonl", lines), 2)):
        for found in (read_valued(source), read(source)):
            assert found.task == "regression"
            assert list(found.sequences) == ["a fine film", "not good", "so so"][:count]  # type: ignore[union-attr]
            assert found.target.tolist() == [4.5, 1.0, 3.0][:count]  # type: ignore[union-attr]
    assert found.columns is not None
    assert found.columns.target == "score"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("frame", "options", "target"),
    [
        (reviews(pages=[1, 2, 3]), {}, "rating"),
        (reviews(pages=[1, 2, 3]), {"target": "pages"}, "pages"),
        (reviews(label=["b", "a", "a"]), {}, "rating"),
        (reviews(label=[2, 3, 1]), {}, "label"),
        (reviews().rename(columns={"rating": "length"}), {}, "length"),
        (reviews(id=[7, 8, 9]).rename(columns={"rating": "length"}), {}, "length"),
        (reviews().rename(columns={"review": "words"}), {"channels": "words"}, "rating"),
    ],
)
def test_which_number(frame: pd.DataFrame, options: dict[str, str], target: str) -> None:
    found = read_valued(frame, **options)  # type: ignore[arg-type]
    assert found.target.tolist() == frame[target].tolist()  # type: ignore[union-attr]
    assert found.kind == "text"


def test_several_numbers() -> None:
    frame = reviews(plot=[1, 2, 3]).rename(columns={"review": "words"})
    found = read_valued(frame, target=["rating", "plot"])
    assert found.target.tolist() == [[4.5, 1], [1, 2], [3, 3]]  # type: ignore[union-attr]
    assert list(found.sequences) == ["a fine film", "not good", "so so"]
    assert found.notes[-1] == "columns: target=rating,plot, text=words"


def test_groups() -> None:
    found = read_valued(reviews(author=[*"xxy"]), group="author")
    assert found.groups is not None
    assert found.groups.tolist() == [*"xxy"]


@pytest.mark.parametrize(
    ("frame", "task"),
    [
        (reviews(), "regression"),
        (reviews(rating=[4, 1, 3]), "classification"),
        (reviews(rating=[4.0, 1.0, 3.0]), "classification"),
        # What is called a label is one.
        (reviews(label=["b", "a", "a"]), "classification"),
        (reviews(author=["b", "a", "a"]), "regression"),
        (reviews(date=["2024-01-01", "2024-01-02", "2024-01-03"]), "regression"),
        (reviews(date=["2024-01-01", "2024-01-02", "2024-01-03"]).rename(columns={"rating": "sold"}), "forecast"),
        # Texts of one id are texts of their own.
        (reviews(id=[1, 1, 2]), "regression"),
    ],
)  # fmt: skip
def test_the_task(frame: pd.DataFrame, task: str) -> None:
    assert infer_task(frame).task == task


def test_the_reason() -> None:
    assert infer_task(reviews()).reason == (
        "each row holds a text ('review') and a number with decimals ('rating')"
    )


def test_without_numbers_where_they_are_not_asked_for() -> None:
    found = read_sequences(reviews(rating=[np.nan] * 3), channels="review", target="rating")
    assert list(found.sequences) == ["a fine film", "not good", "so so"]


@pytest.mark.parametrize(
    ("frame", "options", "reason"),
    [
        (reviews(rating=[4.5, np.nan, 3]), {},
         "row 1 (counted from 0), column 'rating': expected a number, found an empty cell or NaN; correct it, or "
         "remove the row"),
        (reviews(), {"target": "review", "channels": "rating"},
         "cannot tell sequences apart; name the column with id=; columns are review (text), rating (number)"),
        (reviews(label=[*"abc"]), {"target": "label"},
         "row 0 (counted from 0), column 'label': expected a number, found 'a'"),
        (reviews(pages=[1, 2, 3]).rename(columns={"rating": "length"}), {},
         "cannot tell the column of the number; name it with target=; columns are review (text), length (number), "
         "pages (number)"),
        (reviews(), {"target": "stars"},
         "has no column 'stars' for target=; columns are review (text), rating (number)"),
    ],
)  # fmt: skip
def test_refused(frame: pd.DataFrame, options: dict[str, str], reason: str, refusal: Refusal) -> None:
    found = refusal(lambda: read_valued(frame, **options))  # type: ignore[arg-type]
    assert found == f"pandas frame: {reason}"
