"""Tables with a sequence in each row: as columns that count up, or as lists in the cells."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from gatewise.data.readers import infer_task, read, read_labelled, read_sequences, read_valued
from gatewise.data.sequences import SequenceColumns

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]

STEPS = np.random.default_rng(0).normal(size=(8, 15))


def wide(**columns: object) -> pd.DataFrame:
    frame = pd.DataFrame(STEPS, columns=[f"t{number}" for number in range(15)])
    return frame.assign(**columns)


def test_time_runs_along_the_row() -> None:
    frame = wide(id=range(8), label=[*"ab"] * 4)
    assert infer_task(frame).task == "classification"
    data = read(frame)
    assert np.allclose([one[:, 0] for one in data.sequences], STEPS)
    assert data.target.tolist() == [*"ab"] * 4
    assert data.ids is not None
    assert data.ids.tolist() == [*"01234567"]
    assert data.notes == (
        "task classification: each row is a sequence with its label ('label')",
        "each row is a sequence, time runs along it: steps=t0 to t14, id=id, target=label",
    )
    assert data.columns == SequenceColumns("id", None, "label")
    assert np.allclose([one[:, 0] for one in read_sequences(frame.drop(columns="label")).sequences], STEPS)


def test_the_label_is_the_text_that_comes_again() -> None:
    data = read(wide(patient=[f"p{number}" for number in range(8)], kind=[*"ab"] * 4, site=["north"] * 8))
    assert (data.task, data.target.tolist()) == ("classification", [*"ab"] * 4)


def test_of_two_labels_one_is_to_be_named(refusal: Refusal) -> None:
    frame = wide(ward=[*"cd"] * 4, kind=[*"aabb"] * 2)
    message = refusal(lambda: read(frame))
    assert "sequences with labels: 15 columns that count up, but no label beside them (target=)" in message
    assert read(frame, target="kind").target.tolist() == [*"aabb"] * 2


def test_several_numbers_of_each_row(refusal: Refusal) -> None:
    frame = wide(purity=np.arange(8) / 2, size=range(8))
    assert infer_task(frame, target=("purity", "size")).task == "regression"
    data = read_valued(frame, target=("purity", "size"))
    assert np.array_equal(data.target, np.stack([np.arange(8) / 2, np.arange(8)], axis=1))
    assert [one.shape for one in data.sequences] == [(15, 1)] * 8
    # Steps that are targets are no steps.
    last = read_valued(wide(), target=("t13", "t14"))
    assert np.allclose(last.target, STEPS[:, 13:])
    assert [one.shape for one in last.sequences] == [(13, 1)] * 8
    message = refusal(lambda: read_valued(wide(kind=[*"ab"] * 4, size=range(8)), target=("kind", "size")))
    assert "column 'kind'" in message


def test_several_channels_beside_each_other() -> None:
    other = {f"y_{number}": STEPS[:, number] + 1 for number in range(15)}
    frame = wide(**other, label=[*"ab"] * 4).rename(columns={f"t{n}": f"x_{n}" for n in range(15)})
    data = read_labelled(frame)
    assert data.channels == ("x", "y")
    assert np.allclose(data.sequences[3], np.stack([STEPS[3], STEPS[3] + 1], axis=1))


@pytest.mark.parametrize("name", ["Gun_TRAIN.tsv", "gun.csv", "gun.txt"])
def test_the_archive_has_labels_first(name: str, write: Write) -> None:
    between = {"tsv": "\t", "csv": ",", "txt": "  "}[name[-3:]]
    rows = [
        f"{1 + number % 2}{between}" + between.join(map(repr, map(float, row)))
        for number, row in enumerate(STEPS)
    ]
    data = read(write(name, "\n".join(rows) + "\n"))
    assert data.task == "classification"
    assert data.target.tolist() == [1, 2] * 4
    assert np.allclose([one[:, 0] for one in data.sequences], STEPS)


def test_labels_last(write: Write) -> None:
    rows = [",".join([*map(repr, map(float, row)), f"{number % 3}.0"]) for number, row in enumerate(STEPS)]
    data = read(write("beats.csv", "\n".join(rows) + "\n"))
    assert data.target.tolist() == [0, 1, 2, 0, 1, 2, 0, 1]


def test_a_target_with_decimals_is_estimated() -> None:
    frame = wide(strength=STEPS.sum(axis=1))
    data = read(frame, target="strength", axes="n t")
    assert data.task == "regression"
    assert np.allclose(data.target, STEPS.sum(axis=1))
    assert np.allclose(read_valued(frame, target="strength").target, STEPS.sum(axis=1))


def test_empty_cells_at_the_end_are_no_steps(refusal: Refusal) -> None:
    frame = wide(label=[*"ab"] * 4, who=[*"ppqqrrss"])
    frame.loc[0, "t14"] = None
    data = read_labelled(frame, target="label", group="who")
    assert data.lengths.tolist() == [14, *[15] * 7]
    assert data.groups is not None
    assert data.groups.tolist() == [*"ppqqrrss"]
    frame.loc[1, "t3"] = None
    assert refusal(lambda: read_labelled(frame, target="label", group="who")) == (
        "pandas frame: row 1 (counted from 0), channel 't': value 4 is missing or infinite; fill it with the value "
        'before it with impute="previous"'
    )
    filled = read_labelled(frame, target="label", group="who", impute="previous")
    assert filled.sequences[1][3] == filled.sequences[1][2]


def test_series_of_many_columns_stay_series() -> None:
    # No label: a table of series, one in each column.
    frame = wide(ds=pd.date_range("2024-01-01", periods=8))
    assert infer_task(frame).task == "forecast"
    assert infer_task(wide(ds=pd.date_range("2024-01-01", periods=8), y=range(8))).task == "forecast"


def test_lists_of_numbers(write: Write, refusal: Refusal) -> None:
    lines = '{"values": [1, 2.5, 3], "label": "u"}\n{"values": [4], "label": "v"}\n'
    data = read(write("a.jsonl", lines))
    assert [one[:, 0].tolist() for one in data.sequences] == [[1, 2.5, 3], [4]]
    assert data.target.tolist() == ["u", "v"]
    table = pa.table({"x": [[1, 2], [3]], "y": [[5, 6], [7]], "label": ["u", "v"]})
    both = read(table)
    assert both.channels == ("x", "y")
    assert both.sequences[0].tolist() == [[1, 5], [2, 6]]  # type: ignore[union-attr]  # an array
    uneven = pa.table({"x": [[1, 2], [3]], "y": [[5], [7]], "label": ["u", "v"]})
    assert refusal(lambda: read_labelled(uneven)) == (
        "pyarrow table: row 0 (counted from 0), columns 'x', 'y' hold lists of different length; expected equally many "
        "in each"
    )


def test_lists_of_steps(refusal: Refusal) -> None:
    table = pa.table({"x": [[[1, 2], [3, 4], [5, 6]], [[7, 8]]], "label": ["u", "v"]})
    assert [one.shape for one in read(table).sequences] == [(3, 2), (1, 2)]  # type: ignore[union-attr]  # arrays
    other = pa.table({"x": [[[1, 2], [3, 4]], [[7, 8, 9], [5, 6, 7]]], "label": ["u", "v"]})
    assert [one.shape for one in read(other, axes="n c t").sequences] == [(2, 2), (3, 2)]  # type: ignore[union-attr]
    assert refusal(lambda: read_labelled(other)) == (
        "pyarrow table: row 1 (counted from 0), column 'x' has 3 channels; expected 2 as in row 0 (counted from 0)"
    )


def test_lists_that_were_written_as_text(write: Write) -> None:
    data = read(write("a.csv", 'x,label\n"[1.5, 2]",u\n"[3]",v\n'))
    assert [one[:, 0].tolist() for one in data.sequences] == [[1.5, 2], [3]]
    assert "'x': lists that were written as text are read as lists" in data.notes


def test_several_labels_in_a_row(refusal: Refusal) -> None:
    table = pa.table({"text": ["a b", "c d"], "labels": [["x", "y"], ["x"]]})
    assert refusal(lambda: read_labelled(table)) == (
        "pyarrow table: column 'labels' holds list<item: string>; expected one name in every row"
    )


def test_axes_mean_nothing_for_one_row_for_each_step() -> None:
    frame = pd.DataFrame({"id": [*"aabb"], "x": [1.0, 2, 3, 4], "label": [*"uuvv"]})
    with pytest.raises(
        ValueError, match="axes: has no meaning for a table with one row for each step; leave it out"
    ):
        read_labelled(frame, axes="n t c")
    with pytest.raises(ValueError, match="axes: expected 'n t c', 'n c t', 'n t' or 'n c' "):
        read_labelled(frame, axes="t n")  # type: ignore[arg-type]
