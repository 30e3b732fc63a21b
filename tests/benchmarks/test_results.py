"""What is printed and written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.results import Circumstances, Result, Target, write
from gatewise.kernels.compiling.target import TARGET

RESULT = Result(
    name="toy",
    title="Toy",
    protocol="Two methods.",
    checks=("one and one is two",),
    digits={"MSE": 2},
    rows=(
        {"method": "GRU", "MSE": (0.25, 0.75)},
        {"method": "SegRNN (published)", "MSE": (0.351,)},
        {"method": "none"},
    ),
    targets=(Target("MSE of the GRU", 0.5, 0.4, 0.3, digits=2),),
    notes=("A note.",),
)
TEXT = """\
# Toy

Two methods.

Checked first: one and one is two.

| method             |         MSE |
| ------------------ | ----------: |
| GRU                | 0.50 ± 0.35 |
| SegRNN (published) |        0.35 |
| none               |             |

A note.

- target: MSE of the GRU at or below 0.4, aim 0.3: missed with 0.50"""


@pytest.fixture
def circumstances() -> Circumstances:
    return Circumstances(
        command="python -m benchmarks toy",
        threads=2,
        date="2026-01-02",
        commit="abc1234",
        processor="a processor",
        cores=4,
        system="Linux",
        versions={"python": "3.11.0", "torch": "2.13.0"},
    )


def test_the_table_shows_spread_and_ends_with_the_targets() -> None:
    assert RESULT.text() == TEXT


@pytest.mark.parametrize(
    ("target", "met"),
    [
        (Target("OWA", 0.7504, 0.75), True),
        (Target("OWA", 0.7506, 0.75), False),
        (Target("accuracy", 96.94, 97, digits=1, lower_is_better=False), False),
        (Target("accuracy", 96.96, 97, digits=1, lower_is_better=False), True),
    ],
)
def test_a_target_is_judged_by_the_digits_shown(target: Target, met: bool) -> None:
    assert target.met is met


def test_a_result_is_written_with_how_it_came_about(tmp_path: Path, circumstances: Circumstances) -> None:
    path = write(RESULT, circumstances, tmp_path)
    assert path == tmp_path / "2026-01-02-toy.md"
    assert path.read_text(encoding="utf-8") == (
        f"{TEXT}\n\n"
        "- command: `python -m benchmarks toy`\n"
        "- date: 2026-01-02, commit abc1234\n"
        "- machine: a processor, 4 cores, 2 used, Linux\n"
        "- versions: python 3.11.0, torch 2.13.0\n"
    )
    numbers = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert numbers["rows"][0] == {"method": "GRU", "MSE": [0.25, 0.75]}
    assert numbers["targets"][0]["met"] is False
    assert (numbers["commit"], numbers["cores"]) == ("abc1234", 4)


def test_circumstances_are_found_out() -> None:
    found = Circumstances("python -m benchmarks toy", 1)
    assert set(found.versions) == {"python", "gatewise", "torch", "numpy", "scikit-learn"}
    assert found.processor.endswith(f" with {TARGET.name}")
    assert all([found.commit, found.date[:2] == "20", found.cores >= 1])
