"""Checks on another processor, of programs that end as told."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.arm64 import system
from benchmarks.arm64.run import CHECKS, result_of, row_of
from benchmarks.arm64.system import Ran, System
from benchmarks.errors import BenchmarkError


def test_a_check_holds_fails_or_is_not_finished() -> None:
    outcomes = [row_of("kernels", Ran(code, "a\n 3 passed \n\n", 2.0)) for code in (0, 1, None)]
    assert outcomes[0] == {"check": "kernels", "outcome": "holds", "said last": "3 passed", "seconds": (2.0,)}
    assert [row["outcome"] for row in outcomes[1:]] == ["fails", "not finished"]


def test_the_result_tells_what_failed_in_its_own_words() -> None:
    result = result_of(
        {"one": Ran(0, "fine", 1.0), "two": Ran(1, "AssertionError", 1.0)}, "aarch64 NEON", "2.10.0"
    )
    assert "processor and vectors there: aarch64 NEON" in result.protocol
    assert result.notes == ("`two`:\n\n```text\nAssertionError\n```",)
    (target,) = result.targets
    assert (target.met, target.reached) == (False, 1)


def test_checks_name_files_of_the_checkout() -> None:
    paths = [word for command in CHECKS.values() for word in command if word.startswith("/checkout/")]
    assert len(paths) == len(CHECKS)
    assert [path for path in paths if not (system.CHECKOUT / path.removeprefix("/checkout/")).exists()] == []


def test_what_it_takes_is_named_with_the_command_that_brings_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    there = {"dpkg", "unshare"}
    monkeypatch.setattr(system.shutil, "which", lambda name: name if name in there else None)
    with pytest.raises(BenchmarkError) as caught:
        System(tmp_path).make()
    assert str(caught.value) == (
        "arm64 takes debootstrap, qemu-user-static; on Debian: apt-get install debootstrap qemu-user-static"
    )


def test_a_command_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    enter = tmp_path / "enter.sh"
    enter.write_text("#!/bin/sh\nshift 2\necho begins\nexec sleep 60\n")
    enter.chmod(0o755)
    monkeypatch.setattr(system, "ENTER", enter)
    ran = System(tmp_path).run("anything", limit=1.0)
    assert (ran.code, ran.last_line) == (None, "begins")
    assert ran.seconds < 30
