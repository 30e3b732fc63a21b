"""A comparison that is stopped, and gone on with, as a user sees it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import Run
from small import without_times

import gatewise
from gatewise.cli.signals import interrupts
from gatewise.cli.stopping import resuming_line
from gatewise.comparison.jobs.job import Job, Result, execute
from gatewise.comparison.running import stages as staging
from gatewise.comparison.tasks.base import Task
from gatewise.comparison.tasks.forecast import ForecastTask

SCRIPT = Path(__file__).parents[1] / "stopping.py"
SMALL = ("--seeds", "2", "--trials", "1", "--no-curves", "--hidden-size", "4")
GIVEN = ("--horizon", "6", "--cells", "RNN,GRU", *SMALL)


@pytest.fixture
def few_updates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trainings that end after 20 updates."""
    monkeypatch.setattr(ForecastTask, "default_steps", lambda _: 20)


@pytest.fixture
def stop_before(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Job], bool] | None], None]:
    """Ctrl-C when the first such job begins."""

    def stop(before: Callable[[Job], bool] | None) -> None:
        def run(task: Task, job: Job, limit: float | None = None) -> Result:
            if before is not None and before(job):
                raise KeyboardInterrupt
            return execute(task, job, limit)

        monkeypatch.setattr(staging, "execute", run)

    return stop


def numbers(path: Path) -> Any:
    found = without_times(json.loads(path.read_text(encoding="utf-8")))
    # How it was begun, or gone on with, is another line.
    assert found["request"].pop("command").startswith("gatewise compare ")
    return found


def process(files: Path, folder: Path, kill_after: int, *arguments: str, **options: Any) -> Any:
    command = [
        sys.executable,
        str(SCRIPT),
        str(kill_after),
        "compare",
        str(files / "hourly.csv"),
        *GIVEN,
        *arguments,
    ]
    path = os.pathsep.join(
        filter(None, (os.environ.get("PYTHONPATH"), str(Path(gatewise.__file__).parents[1])))
    )
    return subprocess.Popen(
        command, cwd=folder, env={**os.environ, "PYTHONPATH": path}, text=True, stderr=subprocess.PIPE,
        stdout=subprocess.PIPE, **options,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.usefixtures("few_updates")
@pytest.mark.parametrize("workers", [pytest.param("1", marks=pytest.mark.deep), "2"])
def test_killed_and_resumed_gives_the_same_file(run: Run, files: Path, tmp_path: Path, workers: str) -> None:
    given = ("compare", files / "hourly.csv", *GIVEN, "--workers", "1", "--quiet")
    assert run(*given, "--output", "whole").code == 0
    with process(files, tmp_path, 8, "--workers", workers, "--quiet") as killed:
        # Workers hold the pipes too: they end when the process is gone that has started them.
        killed.communicate(timeout=240)
    assert killed.returncode == -signal.SIGKILL
    assert [path.name for path in Path("gatewise-output").iterdir()] == [".results"]
    ran = run(*given[:-1], "--resume")
    assert ran.code == 0, ran.err
    assert "resuming: 8 results are stored, and taken as they are" in ran.err.splitlines()
    assert numbers(Path("gatewise-output/comparison.json")) == numbers(Path("whole/comparison.json"))
    assert not Path("gatewise-output/.results").exists()


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize(
    ("sent", "workers"),
    [
        (signal.SIGINT, "2"),
        pytest.param(signal.SIGTERM, "2", marks=pytest.mark.deep),
        pytest.param(signal.SIGINT, "1", marks=pytest.mark.deep),
    ],
)
def test_a_signal_in_the_middle_of_training(files: Path, tmp_path: Path, sent: int, workers: str) -> None:
    arguments = ("--workers", workers, "--seeds", "9")
    with process(files, tmp_path, 0, *arguments, start_new_session=True) as running:
        lines: Iterator[str] = iter(running.stderr.readline, "")
        said = next(line for line in lines if " GRU seed 1: " in line)
        # As a terminal does, to all processes of the group; a termination goes to one.
        (os.killpg if sent == signal.SIGINT else os.kill)(running.pid, sent)
        out, err = running.communicate(timeout=240)
    assert re.fullmatch(
        r"\[ \d/18\] GRU seed 1: MASE [\d.]+ \(\d+\.\d s\), (about \d.*|a moment left|longer than reckoned)\n",
        said,
    )
    assert running.returncode == 130
    assert "Traceback" not in err
    *_, kept, command, stopped = err.splitlines()
    assert re.fullmatch(r"\d+ of 18 trainings are done and kept; to go on with them:", kept)
    assert command.startswith("  gatewise compare ")
    assert command.endswith(" --seeds 9 --resume")
    assert stopped == "stopped"
    assert re.match(r"Partial: \d+ of 18 trainings; no verdict yet\.\n", out)
    written = {path.name for path in (tmp_path / "gatewise-output").iterdir()}
    assert written == {".results", "partial"}


@pytest.mark.slow
@pytest.mark.usefixtures("few_updates")
def test_what_a_stop_says_and_leaves(
    run: Run, files: Path, stop_before: Callable[[Callable[[Job], bool] | None], None]
) -> None:
    output = Path("gatewise-output")
    output.mkdir()
    (output / "comparison.json").write_text("an earlier one", encoding="utf-8")
    stop_before(lambda job: job.purpose == "main" and job.number == 1)
    given = ("compare", files / "hourly.csv", *GIVEN, "--workers", "1")
    ran = run(*given)
    assert ran.code == 130
    assert ran.err.splitlines()[-3:] == [
        "2 of 4 trainings are done and kept; to go on with them:",
        f"  gatewise compare {files / 'hourly.csv'} {' '.join(GIVEN)} --workers 1 --resume",
        "stopped",
    ]
    assert ran.out.splitlines()[0] == "Partial: 2 of 4 trainings; no verdict yet."
    assert "Undecided: this is partial, 2 of 4 trainings. " in " ".join(ran.out.split())
    assert ran.out.splitlines()[-2:] == [
        "report   gatewise-output/partial/report.html",
        "numbers  gatewise-output/partial/comparison.json",
    ]
    assert max(map(len, ran.out.splitlines())) <= 80
    assert gatewise.Comparison.from_json(output / "partial/comparison.json").evidence.plan.jobs_done == 2
    assert (output / "comparison.json").read_text(encoding="utf-8") == "an earlier one"

    refused = run(*given, "--seed", 1, "--resume")
    assert (refused.code, refused.err.splitlines()[-1]) == (
        1,
        "error: --resume: the results in gatewise-output/.results were made with random_state 0, not 1; "
        "give the same, or leave it out to start anew",
    )
    stop_before(None)
    ran = run(*given, "--resume")
    assert ran.code == 0
    lines = [line for line in ran.err.splitlines() if line.startswith("[")]
    assert [line.partition(":")[0] for line in lines] == ["[3/4] RNN seed 1", "[4/4] GRU seed 1"]
    assert {path.name for path in output.iterdir()} - {"model"} == {
        "comparison.json",
        "report.html",
        "gates.html",
        "cells",
    }


@pytest.mark.slow
@pytest.mark.usefixtures("few_updates")
def test_without_resume_it_begins_anew(
    run: Run, files: Path, stop_before: Callable[[Callable[[Job], bool] | None], None]
) -> None:
    given = ("compare", files / "hourly.csv", *GIVEN, "--workers", "1")
    stop_before(lambda job: job.purpose == "main")
    ran = run(*given)
    assert (ran.code, ran.err.splitlines()[-1]) == (130, "stopped")
    assert "trainings are done" not in ran.err
    ran = run(*given, "--quiet")
    assert ran.err.splitlines()[-2:] == [
        "note: begun anew, as --resume was not given; results of before go to "
        "gatewise-output/.results/jobs.before.jsonl",
        "stopped",
    ]
    stop_before(None)
    ran = run(*given, "--resume", "--output", "other")
    assert ran.code == 0
    assert "resuming: nothing is stored, all is trained" in ran.err.splitlines()


def test_a_termination_is_an_interrupt_inside_the_block_only() -> None:
    interrupts.take_over()
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), interrupts.terminations():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before


def test_the_line_to_go_on_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "sys.argv", ["/usr/bin/gatewise", "compare", "my file.csv", "--resume", "--seed", "1"]
    )
    assert resuming_line() == "gatewise compare 'my file.csv' --resume --seed 1"
