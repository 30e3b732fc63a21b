"""Reading, on files of a few lines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.errors import MissingDataError
from benchmarks.inputs import data_file, read_ett, read_m4


@pytest.fixture
def m4(tmp_path: Path) -> tuple[Path, Path]:
    train, test = tmp_path / "train.csv", tmp_path / "test.csv"
    train.write_text('"V1","V2","V3","V4"\n"W1",1.5,2,3\n"W2",7,,\n', encoding="utf-8")
    test.write_text('"V1","V2"\n"W1",4\n"W2",8\n', encoding="utf-8")
    return train, test


def test_wide_rows_end_where_their_values_end(m4: tuple[Path, Path]) -> None:
    data = read_m4(*m4)
    assert {name: values.tolist() for name, values in data.train.items()} == {"W1": [1.5, 2, 3], "W2": [7]}
    assert {name: values.tolist() for name, values in data.test.items()} == {"W1": [4], "W2": [8]}


def test_the_long_table_holds_every_value_once(m4: tuple[Path, Path]) -> None:
    assert read_m4(*m4).long().to_pydict() == {
        "unique_id": ["W1", "W1", "W1", "W2"],
        "ds": [0, 1, 2, 0],
        "y": [1.5, 2.0, 3.0, 7.0],
    }


def test_channels_are_scaled_by_the_training_rows_alone(tmp_path: Path) -> None:
    path = tmp_path / "ett.csv"
    rows = [f"2016-07-01 0{hour}:00:00,{value},{10 * value}" for hour, value in enumerate((1, 3, 9, 100))]
    path.write_text("\n".join(["date,HUFL,OT", *rows]) + "\n", encoding="utf-8")
    table = read_ett(path, training_rows=2, rows=3)
    assert table.column_names == ["date", "HUFL", "OT"]
    assert table["date"][2].as_py().hour == 2
    # Mean 2 and deviation 1 of the first two rows; the last row is cut off.
    np.testing.assert_allclose(table["HUFL"].to_numpy(), [-1, 1, 7])
    np.testing.assert_allclose(table["OT"].to_numpy(), [-1, 1, 7])


def test_a_file_is_looked_for_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "M4").mkdir()
    (tmp_path / "M4" / "here.csv").touch()
    monkeypatch.setenv("GATEWISE_DATA", str(tmp_path))
    assert data_file("M4", "here.csv") == tmp_path / "M4" / "here.csv"
    with pytest.raises(MissingDataError) as caught:
        data_file("M4", "gone.csv")
    assert (
        str(caught.value)
        == "M4/gone.csv is not in the folder of real data; download it as its source names it"
    )
