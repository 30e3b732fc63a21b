"""Try an installed gatewise, outside of any checkout: ``PYTHON release/smoke.py``, with the Python it is installed for.

It measures, trains, saves, predicts, loads, inspects and compares, on a small table of its own, and ends with the
first thing that is not as it should be. Nothing but Python's own library is imported here.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path

COMMAND = Path(sysconfig.get_path("scripts")) / ("gatewise.exe" if os.name == "nt" else "gatewise")
ROWS, HORIZON = 120, 4
BUDGET = "GATEWISE_SMOKE_BUDGET"
# A week, and what no forecast can know.
VALUES = [10 + math.sin(2 * math.pi * day / 7) + 0.5 * math.sin(day * day) for day in range(ROWS)]
TABLE = "ds,y\n" + "".join(
    f"{date(2024, 1, 1) + timedelta(day)},{value:.4f}\n" for day, value in enumerate(VALUES)
)
# What is loaded answers as what was saved, in a process that knows nothing of the training.
LOADED = """
import gatewise, json, numpy
y_hat = numpy.asarray(gatewise.load("model").predict()["y_hat"])
print(json.dumps({"place": gatewise.__file__, "y_hat": y_hat.tolist()}))
"""


class SmokeError(Exception):
    """What is installed does not do what it should."""


def main() -> int:
    """Take every step in a folder of its own; returns the exit code."""
    names = [step.__name__ for step in STEPS]
    parser = argparse.ArgumentParser(description="Try the gatewise that is installed for this Python.")
    parser.add_argument("--without", nargs="+", default=[], choices=names, help="steps to leave out")
    parser.add_argument("--budget", default="5m", help="of the comparison; emulated processors need more")
    options = parser.parse_args()
    os.environ[BUDGET] = options.budget
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "table.csv").write_text(TABLE, encoding="utf-8")
        for step in (one for one in STEPS if one.__name__ not in options.without):
            start = time.perf_counter()
            try:
                said = step(folder)
            except SmokeError as error:
                print(f"{step.__name__}: {error}", file=sys.stderr)
                return 1
            print(f"{step.__name__:10} {time.perf_counter() - start:6.1f} s  {said}", flush=True)
    return 0


def versions(folder: Path) -> str:
    """The command is that of the package that is installed."""
    said = gatewise(folder, "--version").strip()
    _expect(said == f"gatewise {version('gatewise')}", said)
    return said


def doctor(folder: Path) -> str:
    """Every cell is run by kernels here."""
    facts = json.loads(gatewise(folder, "doctor", "--json"))
    backends = {name: cell["backend"] for name, cell in facts["cells"].items()}
    _expect(set(backends.values()) == {"kernels"}, f"{backends}")
    return f"{facts['processor']}, {facts['vector_instructions']}, torch {facts['torch']}"


def fit(folder: Path) -> str:
    """A network is trained, and saved without a pickle."""
    gatewise(
        folder, "fit", "table.csv", "--horizon", HORIZON, "--max-seconds", 5, "--output", "model", "--quiet"
    )
    names = sorted(path.name for path in (folder / "model").iterdir())
    _expect({"config.json", "manifest.json", "model.safetensors"} <= set(names), f"{names}")
    return ", ".join(names)


def predict(folder: Path) -> str:
    """The command and Python load it, and answer the same."""
    gatewise(folder, "predict", "model", "--output", "forecast.csv")
    with (folder / "forecast.csv").open(encoding="utf-8", newline="") as lines:
        written = [float(row["y_hat"]) for row in csv.DictReader(lines)]
    loaded = json.loads(_said(folder, sys.executable, "-c", LOADED))
    _expect(len(written) == HORIZON and all(map(math.isfinite, written)), f"{written}")
    _expect(all(map(math.isclose, written, loaded["y_hat"])), f"{written}, loaded {loaded['y_hat']}")
    _expect(Path(sys.prefix) in Path(loaded["place"]).parents, f"{loaded['place']} is not installed")
    return f"{written}"


def inspect(folder: Path) -> str:
    """The page is made of templates, scripts and words that are in the package."""
    gatewise(folder, "inspect", "model", "table.csv", "--output", "gates.html")
    return _page(folder / "gates.html")


def compare(folder: Path) -> str:
    """Workers are started, the three are trained, and the report is written."""
    gatewise(
        folder, "compare", "table.csv", "--horizon", HORIZON, "--seeds", 2, "--trials", 1, "--no-curves",
        "--hidden-size", 4, "--budget", os.environ[BUDGET], "--output", "comparison", "--quiet",
    )  # fmt: skip
    numbers = json.loads((folder / "comparison" / "comparison.json").read_text(encoding="utf-8"))
    _expect((folder / "comparison" / "model").is_dir(), "no model")
    return f"{_page(folder / 'comparison' / 'report.html')}; keys {len(numbers)}"


STEPS: tuple[Callable[[Path], str], ...] = (versions, doctor, fit, predict, inspect, compare)


def gatewise(folder: Path, *arguments: object) -> str:
    """What the installed command prints."""
    return _said(folder, str(COMMAND), *map(str, arguments))


def _said(folder: Path, *command: str) -> str:
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    _expect(ran.returncode == 0, f"exit {ran.returncode} of {' '.join(command)}\n{ran.stdout}{ran.stderr}")
    return ran.stdout


def _page(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    _expect(text.lstrip().lower().startswith("<!doctype html>") and "<script" in text, f"{path} is no page")
    return f"{path.name} {len(text) // 1000} kB"


def _expect(true: bool, otherwise: str) -> None:
    if not true:
        raise SmokeError(otherwise)


if __name__ == "__main__":
    sys.exit(main())
