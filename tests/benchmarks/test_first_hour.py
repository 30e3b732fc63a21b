"""The first hour, of a program that behaves as told."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks import startup
from benchmarks.first_hour import _command_named, watch

PROGRAM = """
import sys, time
try:
    print("reading", flush=True)
    time.sleep(0.6)
    print("\\x1b[1m[1/3] GRU seed 0: MASE 0.5 (1.0 s)\\x1b[0m", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    print("stopped")
    sys.exit(130)
"""


def test_a_program_is_watched_until_something_is_trained_and_stopped_once(tmp_path: Path) -> None:
    found = watch([sys.executable, "-c", PROGRAM], tmp_path, 80)
    assert found.trained
    assert found.code != 0, "it would have slept on for a minute"
    # Without what moves a cursor; the interrupt may come before the end of the line.
    assert found.text.startswith("reading\n[1/3] GRU seed 0: MASE 0.5 (1.0 s)")
    assert found.silence > 0.3
    assert found.stop < 60


def test_the_command_that_would_work_is_put_together_again() -> None:
    assert _command_named("error: no\nThis would work:\n  gatewise compare\n  x.csv --target y\n") == (
        "gatewise compare x.csv --target y"
    )
    assert _command_named("error: no") is None


def test_commands_are_timed_beside_torch(tmp_path: Path) -> None:
    row = startup.row_of("gatewise --help", [0.2, 0.4, 0.3], 1.2)
    assert row == {"command": "gatewise --help", "seconds": (0.3,), "× import torch": (0.25,)}
    took = startup._seconds(
        [sys.executable, "-c", "print(1); import time; time.sleep(30)"], tmp_path, "first line"
    )
    assert took < 20
