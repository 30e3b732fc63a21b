"""Killed before every single file operation of what a comparison leaves: the old set or the new one."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from evidence import forecast_evidence

import gatewise
from gatewise.cli.results import write_results
from gatewise.comparison.results import Comparison
from gatewise.estimators.classification.linear import LinearClassifier

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork") or sys.platform == "darwin", reason="forks"),
]
OPERATIONS = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir"}
MOST = 200


def dies_before(number: int, work: Callable[[], object]) -> bool:
    """Do work in a child that is killed before its n-th operation; say whether it was."""
    child = os.fork()
    if child:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert code in (0, -signal.SIGKILL)
        return code != 0
    seen = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event in OPERATIONS and not (
            event == "open" and not int(str(arguments[2])) & (os.O_WRONLY | os.O_RDWR)
        ):
            seen += 1
            if seen == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    try:
        work()
    finally:
        os._exit(0)


def comparison(name: str) -> Comparison:
    X = np.random.default_rng(0).normal(size=(12, 7))
    made = Comparison(forecast_evidence(), LinearClassifier().fit(X, [name, "other"] * 6))
    made.saved = name
    return made


def test_before_every_operation(tmp_path: Path) -> None:
    old, new = comparison("old"), comparison("new")
    for number in range(1, MOST):
        output = tmp_path / str(number) / "out"
        write_results(old, output, aside=(".results",))
        before = inode(output)
        killed = dies_before(number, lambda: write_results(new, output, aside=(".results",)))  # noqa: B023
        classes = set(gatewise.load(output / "model").classes_)
        # The report is that of the same exchange of names.
        assert ("old" in classes) == (inode(output) == before)
        json.loads((output / "comparison.json").read_text(encoding="utf-8"))
        write_results(new, output, aside=(".results",))
        assert "new" in gatewise.load(output / "model").classes_
        if not killed:
            assert number > 10
            return
    pytest.fail("it never got through")


def inode(path: Path) -> int:
    return path.stat().st_ino
