"""A file of options, written from the data and taken back by compare."""

from __future__ import annotations

import io
import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from commands import Run

from gatewise.cli import progress as progress_module
from gatewise.cli import reading
from gatewise.cli.console import Notes
from gatewise.comparison.running.progress import Finished, Stage

# Several columns of numbers, two stations at the same times, an empty cell: nothing that can be told without asking.
STATIONS = "station,when,month,temp,wind\n" + "".join(
    f"{name},2024-01-{1 + k // 24:02d} {k % 24:02d}:00,1,{(k % 24) + shift}.{k * 7 % 10},{'' if k == 7 else k % 3}\n"
    for name, shift in (("north", 0), ("south", 4))
    for k in range(120)
)


@pytest.fixture
def stations(tmp_path: Path) -> Path:
    path = tmp_path / "stations.csv"
    path.write_text(STATIONS)
    return path


def test_what_is_guessed_is_marked_and_can_be_run(run: Run, stations: Path, tmp_path: Path) -> None:
    ran = run("init", stations.name)
    assert ran.code == 0
    values = yaml.safe_load(ran.out)
    assert values["data"] == stations.name
    assert (values["task"], values["id"], values["time"], values["target"]) == (
        "forecast", "station", "when", "temp",
    )  # fmt: skip
    assert values["horizon"] == 24, "a season of these hours"
    assert "target: temp  # guessed: look at this" in ran.out.splitlines()
    assert "guessed: --horizon: forecasting needs to know how many rows ahead" in ran.err
    jsonschema.validate(values, json.loads(run("init", "--schema").out))
    (tmp_path / "run.yaml").write_text(ran.out)
    # Read, not trained: the value of one option is wrong.
    ran = run("compare", "--config", "run.yaml", "--match", "time", "--save", "nothing")
    assert (ran.code, ran.err.splitlines()[-1][:13]) == (1, "error: --save")


def test_the_schema_knows_every_option_and_its_kind(run: Run) -> None:
    schema = json.loads(run("init", "--schema").out)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["properties"]["prefer"]["enum"] == ["accuracy", "latency", "memory", "size"]
    assert schema["properties"]["horizon"] == {
        "description": "Forecasting: rows ahead.", "type": "integer", "minimum": 1,
    }  # fmt: skip
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"horizon": "soon"}, schema)


def test_without_data_it_says_what_to_name(run: Run) -> None:
    ran = run("init")
    assert ran.code == 2
    assert "name the data: gatewise init DATA > run.yaml" in ran.err


def test_all_that_is_in_the_way_is_said_at_once_with_the_command_that_works(run: Run, stations: Path) -> None:
    ran = run("compare", stations.name, "--dry-run", "--past", "wind")
    assert ran.code == 1
    _reading, error, *others, would, command = ran.err.splitlines()
    assert error.startswith("error: stations.csv: cannot tell the target column")
    assert [other.split(",")[0] for other in others[:1]] == ["also: line 9"]
    assert "column 'station' tells series apart: name it with --id station" in others[1]
    assert others[2] == "also: --horizon: forecasting needs to know how many rows ahead, such as 24"
    assert would == "This would work:"
    assert command == (
        "  gatewise compare stations.csv --dry-run --past wind "
        "--target temp --impute previous --id station --horizon 24"
    )
    found = json.loads(run("compare", stations.name, "--past", "wind", "--json").out)["error"]
    assert (found["kind"], found["exit_code"]) == ("ReadError", 1)
    assert found["remedy"] == {"target": "temp", "impute": "previous", "id": "station", "horizon": 24}
    assert found["command"].endswith("--target temp --impute previous --id station --horizon 24")


def test_plan_and_notes_stand_in_the_log_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notes = Notes(file=io.StringIO(), width=80, force_terminal=True, color_system=None)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress_module, "err", notes)
    notes.begin_log(tmp_path / "run.log")
    with progress_module.comparison_progress(False, []) as tell:
        tell(Stage("probing", 2, 2, notes=("no curves",), plan=("cells: GRU",)))
        tell(Stage("training", 1, 9, 30.0, Finished(1, 9, "GRU", "main", "seed 0", "MASE", 0.5, 1.0)))
    notes.end_log()
    said = [line.split(" ", 2)[2] for line in (tmp_path / "run.log").read_text().splitlines()]
    assert said == [
        "planned: cells: GRU",
        "note: no curves",
        "training seeds …",
        "[1/9] GRU seed 0: MASE 0.5 (1.0 s), about 30 s left",
    ]


def test_usage_errors_are_json_too(run: Run) -> None:
    ran = run("compare", "x.csv", "--json", "--horizon", "none")
    assert (ran.code, ran.err) == (2, "")
    assert json.loads(ran.out)["error"]["kind"] == "UsageError"


def test_a_log_keeps_what_is_said_with_the_time(run: Run, tmp_path: Path) -> None:
    run("compare", "nothing.csv", "--log", "run.log")
    lines = (tmp_path / "run.log").read_text().splitlines()
    assert all(line[:2] == "20" and line[10] == " " for line in lines), "each begins with a date"
    assert lines[0].endswith("gatewise compare nothing.csv --log run.log")
    assert lines[-1].endswith("ReadError: nothing.csv: no such file; check the path")


def test_verbose_shows_where_a_mistake_was_found(run: Run) -> None:
    assert "Traceback" not in run("compare", "nothing.csv").err
    assert "Traceback" in run("compare", "nothing.csv", "--verbose").err
    assert "Traceback" not in run("compare", "nothing.csv").err, "of that call alone"


@pytest.mark.parametrize(
    ("given", "beside", "task", "found"),
    [
        ("Moves_TRAIN.ts", "Moves_TEST.ts", "classification", True),
        ("en-train.conllu", "en-dev.conllu", "tagging", True),
        ("train.csv", "valid.csv", "classification", True),
        ("Weekly-train.csv", "Weekly-test.csv", "forecast", False),
        ("train.csv", "contest.csv", "classification", False),
        ("data.csv", "test.csv", "classification", False),
    ],
)
def test_a_test_set_beside_the_file_is_noticed(
    given: str, beside: str, task: str, found: bool, tmp_path: Path
) -> None:
    for name in (given, beside):
        (tmp_path / name).write_text("")
    assert reading.beside_it(str(tmp_path / given), task) == (str(tmp_path / beside) if found else None)
