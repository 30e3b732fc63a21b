"""Commands, flags, exit codes and configuration files."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer
import typer.main
from commands import Run

import gatewise
from gatewise.cli.app import COMMANDS, app
from gatewise.cli.help import EXAMPLES
from gatewise.cli.options import duration, split_names

COLUMNS = {
    "--id", "--time", "--target", "--past", "--known", "--static", "--channels", "--group", "--every",
    "--impute", "--duplicates", "--pattern", "--static-data", "--decimal", "--encoding",
    "--aggregate", "--axes", "--rare",
    "--date-format", "--day-first", "--month-first", "--timezone", "--calendar", "--holidays",
    "--categorical",
}  # fmt: skip
LENGTHS = {f"--{name}{more}" for name in ("season", "context", "segment") for more in ("", "-length")}
USUAL = {"--help", "-h", "--config", "--verbose", "--log"}
FLAGS = {
    "compare": {
        "data", "--horizon", "--task", "--cells", "--test", "--budget", "--match", "--hidden-size", "--folds",
        "--seeds", "--trials", "--curves", "--no-curves", "--workers", "--readout", "--level", "--levels",
        "--bidirectional",
        "--no-bidirectional", "--prefer", "--max-parameters", "--max-step-latency-us", "--max-state-bytes",
        "--save", "--refit-all", "--no-refit-all", "--members",
        "--output", "-o", "--resume", "--dry-run", "--seed", "--json", "--quiet", "-q", *LENGTHS, *COLUMNS,
    },
    "fit": {
        "data", "--output", "-o", "--cell", "--horizon", "--task", "--hidden-size", "--levels", "--max-seconds",
        "--point", "--warm-start",
        "--readout", "--bidirectional", "--no-bidirectional", "--level", "--seed", "--json", "--quiet", "-q",
        "--members", *LENGTHS,
        *COLUMNS,
    },
    "report": {
        "comparison", "--prefer", "--max-parameters", "--max-step-latency-us", "--max-state-bytes", "--output",
        "--json",
    },
    "predict": {"model", "data", "--future", "--wide", "--output", "--json", *COLUMNS},
    "stream": {"model", "data", "--state", "--skip-bad", "--json"},
    "generate": {"model", "prompt", "--length", "--temperature", "--top-k", "--seed", "--json"},
    "evaluate": {"model", "data", "--windows", "--by", "--json", *COLUMNS},
    "update": {"model", "data", "--output", "-o", "--json", *COLUMNS},
    "backtest": {"model", "data", "--windows", "--step", "--output", "--json", *COLUMNS},
    "verify": {"model", "--files", "--json"},
    "export": {"model", "data", "--format", "--output", "-o", "--name", "--int8", "--json", *COLUMNS},
    "inspect": {
        "model", "--sequence", "--member", "--output", "-o", "--json", *COLUMNS,
    },
    "serve": {
        "models", "--host", "--port", "--token", "--max-sessions", "--idle-seconds", "--max-body", "--max-length",
        "--state-folder",
    },
    "explain": {"cell", "--input-size", "--hidden-size", "--json"},
    "init": {
        "data", "--task", "--horizon", "--levels", "--readout", "--bidirectional", "--no-bidirectional", "--members",
        "--level", "--schema", *LENGTHS, *COLUMNS,
    },
    "layers": {
        "file", "--name", "--nonlinearity", "--reset-after", "--no-reset-after", "--output", "-o", "--json",
    },
    "datasets": {"--json"},
    "doctor": {"--json"},
}  # fmt: skip


def test_what_is_listed_of_a_command_is_the_first_line_of_its_help() -> None:
    root = typer.main.get_command(app)
    first = {name: command.help.splitlines()[0] for name, command in root.commands.items()}  # type: ignore[attr-defined]  # a group
    assert first == COMMANDS


@pytest.mark.parametrize(
    ("arguments", "not_imported"),
    [
        *(
            (arguments, {"numpy", "rich", "yaml"})
            for arguments in (["--version"], ["--help"], ["compar"], [])
        ),
        *(
            ([command, "--help"], {"torch", "scipy", "sklearn", "optuna"})
            for command in ("compare", "fit", "doctor", "serve")
        ),
    ],
)
def test_what_trains_nothing_imports_nothing_that_takes_long(
    arguments: list[str], not_imported: set[str]
) -> None:
    code = (
        "import sys\nfrom gatewise.cli import main\n"
        f"try:\n    main()\nfinally:\n    assert not {not_imported} & set(sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )
    assert "AssertionError" not in ran.stderr
    assert ran.returncode in (0, 2)


def test_every_command_and_flag() -> None:
    """Scripts depend on these: adding one is a line here, taking one away breaks somebody."""
    root = typer.main.get_command(app)
    found = {
        name: {
            option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
        }
        for name, command in root.commands.items()  # type: ignore[attr-defined]  # a group
    }
    assert {name: options - USUAL for name, options in found.items()} == FLAGS


@pytest.mark.parametrize("command", FLAGS)
def test_help_names_every_flag_and_fits_80_columns(command: str, run: Run) -> None:
    ran = run(command, "--help")
    assert (ran.code, ran.err) == (0, "")
    shown = set(re.findall(r"(?<![\w-])--?[a-z][a-z0-9-]*", ran.out))
    assert {flag for flag in FLAGS[command] if flag.startswith("-")} <= shown
    assert max(map(len, ran.out.splitlines())) <= 80


@pytest.mark.parametrize("command", EXAMPLES)
def test_examples_in_help_are_commands_that_parse(command: str) -> None:
    root = typer.main.get_command(app)
    assert set(EXAMPLES) == set(COMMANDS)
    for line, _ in EXAMPLES[command]:
        program, name, *arguments = shlex.split(line.partition(" > ")[0].rpartition(" | ")[2])
        if "run.yaml" in arguments:  # which init writes; tests of init run it
            continue
        made = root.commands[name].make_context(name, arguments)  # type: ignore[attr-defined]  # a group
        assert (program, made.info_name) == ("gatewise", name)


def test_version(run: Run) -> None:
    assert run("--version") == (0, f"gatewise {gatewise.__version__}\n", "")


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    ran = run()
    assert ran.code == 2
    assert "Commands:" in ran.out + ran.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("compare",), "Missing argument 'DATA'."),
        (("compare", "x.csv", "--horizon", "0"), "Invalid value for '--horizon': "),
        (("compare", "x.csv", "--seeds", "1"), "Invalid value for '--seeds': "),
        (("compare", "x.csv", "--budget", "soon"),
         "Invalid value for '--budget': expected a time such as 90s, 5m or 1h, got 'soon'"),
        (("compare", "x.csv", "--prefer", "beauty"),
         "'beauty' is not one of 'accuracy', 'latency', 'memory', 'size'."),
        (("fit", "x.csv", "--horizon", "1", "--levels", "ninety"),
         "Invalid value for '--levels': expected percentages such as 80,90, got 'ninety'"),
        (("fit", "x.csv", "--horizons", "3"), "No such option: --horizons"),
        (("predict", "m", "--wide", "darts"),
         "'darts' is not one of 'nixtla', 'autogluon'."),
    ],
)  # fmt: skip
def test_wrong_usage_is_exit_2_with_the_reason(arguments: tuple[str, ...], message: str, run: Run) -> None:
    ran = run(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert message in " ".join(ran.err.split())
    assert "Traceback" not in ran.err


@pytest.mark.slow
def test_the_installed_command_says_one_line_and_exits_with_1(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from gatewise.cli import main; main()", "fit", "nothing.csv"]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == "reading nothing.csv\nerror: nothing.csv: no such file; check the path\n"


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("90s", 90), ("1.5m", 90), ("2min", 120), ("1h", 3600)]
)
def test_durations(text: str, seconds: float) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize("text", ["", "s", "-5s", "0", "nan", "inf", "5 days", "1hm"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        duration(text)


def test_names() -> None:
    assert split_names(" a, b ,,c") == ("a", "b", "c")
    assert split_names(None) == ()


@pytest.mark.slow
def test_a_configuration_file(run: Run, files: Path, tmp_path: Path) -> None:
    (tmp_path / "run.yaml").write_text(
        "horizon: 6\ncells: [RNN, GRU]\nseeds: 3\ntrials: 1\ncurves: false\nhidden-size: 4\nworkers: 1\n"
    )
    ran = run("compare", files / "hourly.csv", "--config", "run.yaml", "--dry-run", "--json")
    assert ran.code == 0
    assert json.loads(ran.out)["plan"] == [
        "cells: RNN (6 units, 300 updates), GRU (4 units, 300 updates)",
        "learning rate: 3e-03 for all, not tuned",
        "comparison: 1 fold × 3 seeds per cell",
        "in all 6 trainings of networks",
    ]
    # Flags win over the file.
    ran = run("compare", files / "hourly.csv", "--config", "run.yaml", "--dry-run", "--json", "--seeds", "2")
    assert json.loads(ran.out)["jobs"] == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("horizont: 6", "run.yaml: unknown key 'horizont'; did you mean horizon?"),
        ("colour: red", "run.yaml: unknown key 'colour'; expected some of aggregate, axes, bidirectional, calendar, "
         "categorical, cell, channels, context-length, data, date-format, day-first, decimal, duplicates, encoding, "
         "every, group, hidden-size, holidays, horizon, id, impute, json, known, level, levels, max-seconds, members, "
         "output, past, pattern, point, quiet, rare, readout, season-length, seed, segment-length, static, "
         "static-data, target, task, time, timezone, warm-start"),
        ("- 1", "run.yaml: expected names and values, such as horizon: 24"),
        ("a: [", "run.yaml: not a YAML file (while parsing a flow node)"),
        (None, "run.yaml: cannot be read (No such file or directory)"),
    ],
)  # fmt: skip
def test_a_wrong_configuration_file(text: str | None, message: str, run: Run, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "run.yaml").write_text(text)
    ran = run("fit", "x.csv", "--config", "run.yaml")
    assert ran.code == 2
    assert message in " ".join(ran.err.split())
