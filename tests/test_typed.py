"""Type checkers know the Python door: mypy finds in ``typed/door.py`` what is expected there, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
def test_what_mypy_knows() -> None:
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--no-error-summary",
        "--hide-error-context",
        "tests/typed/door.py",
    ]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    place = "tests/typed/door.py"
    assert [line for line in ran.stdout.splitlines() if line.startswith(place)] == [
        f'{place}:37: note: Revealed type is "def (*args: Any, **words: Any) -> Any"'
    ]
    assert ran.returncode == 0
