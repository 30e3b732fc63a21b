"""Files of the Monash archive."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gatewise.data.readers import infer_task, read_series

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]

HEAD = (
    "# remark\n@relation x\n@attribute series_name string\n@attribute start_timestamp date\n"
    "@attribute size numeric\n@frequency {}\n@horizon 2\n@missing true\n@equallength false\n@data\n"
)
DATA = "T1:1990-01-01 00-00-00:2.5:1,2,?,4\nT2:1991-03-01 00-00-00:3.5:5,6.5\n"


def test_series_with_their_times(write: Write) -> None:
    path = write("a.tsf", HEAD.format("monthly") + DATA)
    assert infer_task(path).task == "forecast"
    series = read_series(path, impute="previous")
    assert series.ids.tolist() == ["T1", "T2"]
    assert series.values(0).tolist() == [1, 2, 2, 4]
    assert series.observed.tolist() == [True, True, False, True, True, True]
    assert series.start.astype("M8[D]").astype(str).tolist() == ["1990-01-01", "1991-03-01"]
    assert series.step.describe() == "1 month"
    assert series.static["size"].tolist() == [2.5, 3.5]


@pytest.mark.parametrize(
    ("frequency", "second"),
    [
        ("yearly", "1991-01-01T00:00"), ("quarterly", "1990-04-01T00:00"), ("weekly", "1990-01-08T00:00"),
        ("daily", "1990-01-02T00:00"), ("hourly", "1990-01-01T01:00"), ("half_hourly", "1990-01-01T00:30"),
        ("10_minutes", "1990-01-01T00:10"), ("4_seconds", "1990-01-01T00:00:04"),
    ],
)  # fmt: skip
def test_frequencies(frequency: str, second: str, write: Write) -> None:
    series = read_series(write("a.tsf", HEAD.format(frequency) + DATA.replace("?", "3")))
    assert series.times(0, 1, 1)[0] == np.datetime64(second)


def test_series_without_times_are_counted(write: Write) -> None:
    series = read_series(write("a.tsf", "@relation x\n@data\n1,2,3\n4,5\n"))
    assert (series.ids.tolist(), series.lengths.tolist(), series.start.tolist()) == (
        ["1", "2"],
        [3, 2],
        [0, 0],
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("@relation x\n", "has no line @data; expected it above the series"),
        (HEAD.format("monthly"), "has no series; expected one on each line below @data"),
        (HEAD.format("monthly") + "T1:1,2\n",
         "line 11 has 1 attribute before its values; expected 3 (series_name, start_timestamp, size)"),
        (HEAD.format("monthly") + DATA.replace("6.5", "many"),
         "line 12: expected numbers, or ? for none, found 'many'"),
        (HEAD.format("monthly") + DATA.replace("1991-03-01", "spring"),
         "line 12: expected a time such as 1990-01-31 18-00-00, found 'spring 00-00-00'"),
        (HEAD.format("fortnightly") + DATA,
         "line 6: the frequency 'fortnightly' is not known; expected yearly, quarterly, monthly, weekly, daily, "
         "hourly, half_hourly, minutely, secondly, or such as 10_minutes"),
        ("@attribute x colour\n@data\na:1\n",
         "line 1: expected @attribute, a name and string, numeric or date, found '@attribute x colour'"),
    ],
)  # fmt: skip
def test_what_is_wrong(text: str, reason: str, write: Write, refusal: Refusal) -> None:
    path = write("a.tsf", text)
    assert refusal(lambda: read_series(path)) == f"a.tsf: {reason}"
