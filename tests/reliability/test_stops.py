"""Stopped at any moment: an output that is whole or none, and nobody and nothing is left."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest
from running import Command

import gatewise

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks into /proc"),
]
FIT = ("--horizon", 3, "--hidden-size", 4, "--max-seconds", "2s", "--output", "out/model")
COMPARE = (
    "--horizon", 3, "--cells", "RNN,GRU", "--hidden-size", 4, "--seeds", 2, "--trials", 1, "--no-curves", "--workers",
    2, "--output", "out",
)  # fmt: skip
COMMANDS = {"fit": FIT, "compare": COMPARE}
# Seconds: a machine with other work takes longer than the five that are promised.
SOON = 15.0
STOPS = {signal.SIGKILL: (-signal.SIGKILL,), signal.SIGINT: (0, 130), signal.SIGTERM: (130, -signal.SIGTERM)}


# Of these seconds some moment is taken: from the first imports to what is written.
LONGEST = {"fit": 10.0, "compare": 40.0}


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("fit", signal.SIGKILL),
        pytest.param("fit", signal.SIGTERM, marks=pytest.mark.deep),
        pytest.param("compare", signal.SIGKILL, marks=pytest.mark.deep),
        ("compare", signal.SIGINT),
    ],
)
def test_a_stop_at_a_random_moment(
    name: str, sent: signal.Signals, data: Path, tmp_path: Path, running: list[Command]
) -> None:
    moment = random.Random(f"{name} {sent} {sys.version}").uniform(1.0, LONGEST[name])
    running.append(command := Command(tmp_path, name, data, *COMMANDS[name]))
    time.sleep(moment)
    seconds = command.stop(sent)
    code, _, error = command.end()
    assert command.left() == []
    assert "Traceback" not in error
    # It may have been at its end by then.
    assert code in (*STOPS[sent], 0), f"after {moment:.1f} s: {error}"
    if name == "compare":
        assert seconds < SOON
    is_whole_or_not_there(tmp_path / "out")
    hidden = [path.name for path in (tmp_path / "out").rglob(".*") if path.name != ".results"]
    assert sent == signal.SIGKILL or hidden == []
    assert sent == signal.SIGKILL or not any((tmp_path / "tmp").glob("gatewise*"))


def is_whole_or_not_there(output: Path) -> None:
    parts = [path for path in output.glob("*") if not path.name.startswith(".")] if output.exists() else []
    if not parts:
        return
    gatewise.load(output / "model")
    if len(parts) > 1:
        json.loads((output / "comparison.json").read_text(encoding="utf-8"))
        assert (output / "report.html").read_text(encoding="utf-8").rstrip().endswith("</html>")


def test_a_worker_that_is_killed_is_a_line_and_its_training_is_done_again(
    data: Path, tmp_path: Path, running: list[Command]
) -> None:
    options = [*COMPARE[:-4], "--seeds", 3, "--workers", 2, "--output", "out"]
    running.append(command := Command(tmp_path, "compare", data, *options))
    wait_for(tmp_path / "stderr", " seed 0: ", command)
    workers = [
        pid for pid in command.processes() if b"LokyProcess" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
    os.kill(workers[0], signal.SIGKILL)
    code, _, error = command.end()
    assert (code, "Traceback" in error) == (0, False), error
    told = [line for line in error.splitlines() if "a worker was ended from outside" in line]
    assert told == [
        "note: a worker was ended from outside, as when memory runs out; going on with one training at a time"
    ]
    numbers = json.loads((tmp_path / "out/comparison.json").read_text(encoding="utf-8"))
    assert {one["name"] for one in numbers["candidates"]} >= {"RNN", "GRU"}
    assert command.left() == []


def wait_for(path: Path, text: str, command: Command) -> None:
    until = time.monotonic() + 120
    while text not in path.read_text(encoding="utf-8"):
        assert time.monotonic() < until
        assert command.process.poll() is None, path.read_text(encoding="utf-8")
        time.sleep(0.05)
