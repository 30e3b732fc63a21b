"""What bad input gets: one line on standard error, exit 1, and nothing on the disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from commands import Run

HOURLY = "ds,y\n" + "".join(f"2024-01-{1 + k // 24:02d} {k % 24:02d}:00,{k % 5}.{k % 7}\n" for k in range(60))
LINES = HOURLY.splitlines()


def changed(line: int, text: str) -> str:
    """The hourly table with another line, counted from 1 as an editor does."""
    return "\n".join([*LINES[: line - 1], text, *LINES[line:]]) + "\n"


ONE_CLASS = "id,t,v,label\n" + "".join(f"s{k // 5},{k % 5},{k}.0,well\n" for k in range(60))

# What stands in the file, and the whole message.
BAD = {
    "empty": ("", "data.csv: is empty; expected a line of column names and rows of data"),
    "names only": ("ds,y\n", "data.csv: has column names but no rows; expected at least two rows of data"),
    "one row": (
        "ds,y\n2024-01-01,1\n",
        "data.csv: has one row of data; expected at least two, better hundreds",
    ),
    "text": (
        changed(9, "2024-01-01 07:00,many"),
        "data.csv: line 9, column 'y': expected a number, found 'many'",
    ),
    "nan": (
        changed(9, "2024-01-01 07:00,nan"),
        "data.csv: line 9, column 'y': expected a number, found an empty cell or NaN (1 such row); correct it, "
        "or fill it with the value before it with --impute previous",
    ),
    "infinity": (
        changed(9, "2024-01-01 07:00,-inf"),
        "data.csv: line 9, column 'y': expected a number, found -inf (1 such row); correct it, "
        "or fill it with the value before it with --impute previous",
    ),
    "same time twice": (
        changed(9, "2024-01-01 06:00,1.5"),
        "data.csv: line 9, time 2024-01-01 06:00:00 is there already on line 8 (1 such row); name the column "
        "that tells series apart with --id, or keep one with --duplicates first or last, or average them with "
        "--duplicates mean",
    ),
    "a Parquet file in name only": (
        "PAR1",
        "data.csv: is a Parquet file; expected UTF-8 text, as its ending .csv says",
    ),
    "lines in quotes": (
        "\n".join(f'"{line}"' for line in LINES),
        "data.csv: line 1 is one column name in quotes, 'ds,y'; expected a name for each column; "
        "save the table again without quotes around whole lines",
    ),
    "a day that is not": (
        changed(9, "2024-02-30 06:00,1.5"),
        "data.csv: line 9, column 'ds': expected a date such as 2024-01-31 or 2024-01-31 18:00, "
        "found '2024-02-30 06:00'",
    ),
    "American dates": (
        "date,y\n01/02/2024,1.5\n01/03/2024,2.5\n",
        "data.csv: line 2, column 'date': '01/02/2024' may be 1 February or 2 January, as no row has a day "
        "above 12; say --day-first or --month-first",
    ),
}


@pytest.fixture
def one_line(run: Run, tmp_path: Path) -> Callable[..., str]:
    """Run a command that fails; returns its message."""

    def failing(*arguments: object) -> str:
        before = sorted(tmp_path.rglob("*"))
        ran = run(*arguments)
        assert (ran.code, ran.out) == (1, "")
        # What was read is told before what is wrong with it.
        before_it = ("reading ", "task ", "planned: ", "note: ")
        lines = [line for line in ran.err.splitlines() if not line.startswith(before_it)]
        assert lines[0].startswith("error: ")
        # Then what else is in the way, and the command that would work.
        assert all(line.startswith(("also: ", "This would work:", "  gatewise ")) for line in lines[1:])
        assert sorted(tmp_path.rglob("*")) == before
        return lines[0].removeprefix("error: ")

    return failing


@pytest.mark.parametrize("command", ["fit", "compare"])
@pytest.mark.parametrize("name", BAD)
def test_bad_tables(name: str, command: str, one_line: Callable[..., str]) -> None:
    text, message = BAD[name]
    Path("data.csv").write_text(text, encoding="utf-8")
    assert one_line(command, "data.csv", "--horizon", 3) == message


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("fit", "missing.csv", "--horizon", 3), "missing.csv: no such file; check the path"),
        (("compare", ".", "--horizon", 3),
         ".: holds nothing that can be read; expected recordings (.wav, .flac), texts (.txt, .md), "
         "or seq.in and seq.out"),
        (("compare", "sample:sales", "--horizon", 3),
         "sample:sales: no such sample; expected one of sample:weather, sample:recall-20, "
         "sample:recall-100, sample:adding-100"),
        (("fit", "good.csv"),
         "--horizon: forecasting needs to know how many rows ahead, such as 24"),
        (("fit", "good.csv", "--horizon", 100),
         "good.csv: horizon 100 needs series of at least 102 rows, the longest has 60; "
         "give more rows or a shorter horizon"),
        (("compare", "good.csv", "--horizon", 30),
         "good.csv: comparing at horizon 30 needs a series of at least 92 rows, the longest has 60; "
         "give more rows or a shorter horizon"),
        (("compare", "good.csv", "--horizon", 3, "--cells", "GRU,TCN"),
         "cell: expected one of RNN, RNN-relu, LSTM, GRU, GRU-after, CIFG, MGU, got 'TCN'"),
        (("compare", "good.csv", "--horizon", 3, "--target", "sales"),
         "good.csv: has no column 'sales' for --target; columns are ds (time), y (number)"),
        (("compare", "good.csv", "--horizon", 3, "--channels", "y"),
         "--channels: has no meaning for the task forecast; leave it out"),
        (("compare", "good.csv", "--horizon", 3, "--max-step-latency-us", -1),
         "--max-step-latency-us: expected a number greater than 0, got -1.0"),
        (("compare", "constant.csv", "--horizon", 3),
         "constant.csv: expected a target that varies, got one that is constant; there is nothing to compare, "
         "as the naive forecast is never wrong"),
        (("compare", "one_class.csv"),
         "one_class.csv: expected at least two classes, got one: 'well' everywhere"),
        (("compare", "one_class.csv", "--task", "classification", "--target", "v,label"),
         "--target: expected one column of labels, got v, label"),
        (("fit", "good.csv", "--horizon", 3, "--output", "good.csv"),
         "good.csv: exists and is not a saved model; name another path or remove it"),
        (("fit", "good.csv", "--horizon", 3, "--output", "."),
         ".: exists and is not a saved model; name another path or remove it"),
        (("compare", "good.csv", "--horizon", 3, "--output", "good.csv"),
         "good.csv: expected a folder to write to, found a file; name another with --output"),
        (("compare", "good.csv", "--horizon", 3, "--output", "good.csv/out"),
         "good.csv: expected a folder to write to, found a file; name another with --output"),
        (("predict", "nowhere"),
         "nowhere: expected the directory of a saved model with config.json and model.safetensors, "
         "found no config.json"),
        (("predict", "nowhere", "--output", "x.xlsx"), "x.xlsx: expected a name that ends in .csv or .parquet"),
        (("evaluate", "good.csv", "good.csv"),
         "good.csv: expected the directory of a saved model with config.json and model.safetensors, "
         "found no config.json"),
    ],
)  # fmt: skip
def test_mistakes(arguments: tuple[object, ...], message: str, one_line: Callable[..., str]) -> None:
    Path("good.csv").write_text(HOURLY, encoding="utf-8")
    Path("one_class.csv").write_text(ONE_CLASS, encoding="utf-8")
    table = pd.read_csv("good.csv")
    table.assign(y=3.0).to_csv("constant.csv", index=False)
    assert one_line(*arguments) == message


def test_a_folder_that_cannot_be_written(
    one_line: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("good.csv").write_text(HOURLY, encoding="utf-8")

    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    assert one_line("compare", "good.csv", "--horizon", 3, "--output", "deep/out") == (
        "deep/out: cannot be written to (Permission denied); name another folder with --output"
    )


def test_the_same_for_a_parquet_file_in_name_only(one_line: Callable[..., str]) -> None:
    Path("data.parquet").write_text(HOURLY, encoding="utf-8")
    assert one_line("fit", "data.parquet", "--horizon", 3) == (
        "data.parquet: is not a Parquet file, or a damaged one; it begins with b'ds,y\\n2024-01-01 '"
    )


def test_stopping_is_exit_130_and_writes_nothing(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    Path("good.csv").write_text(HOURLY, encoding="utf-8")

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("gatewise.comparison.compare.run", stop)
    ran = run("compare", "good.csv", "--horizon", 3, "--quiet")
    assert ran.code == 130
    assert ran.err.splitlines()[-1] == "stopped"
    assert [path.name for path in tmp_path.iterdir()] == ["good.csv"]
