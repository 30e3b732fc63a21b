"""How long commands take before they say anything, in units of ``import torch``; and which modules take it."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.results import Result, Row, Target

__all__ = ["COMMANDS", "result_of", "row_of", "run", "slowest_modules"]

ROUNDS = 5
LIMIT, LIMIT_OF_DATA = 0.25, 1.15
TORCH = ("import torch", [sys.executable, "-c", "import torch"])
GATEWISE = [sys.executable, "-c", "from gatewise.cli import main; main()"]
TABLE = "ds,y\n" + "".join(f"2024-01-{1 + k // 24:02d} {k % 24:02d}:00,{k % 24}\n" for k in range(200))
# What is typed, and until when the clock runs: the end, or the first line that is said.
COMMANDS = (
    (["--version"], "end", LIMIT),
    (["--help"], "end", LIMIT),
    (["compar"], "end", LIMIT),
    (["compare", "--help"], "end", LIMIT),
    (["fit", "--help"], "end", LIMIT),
    (["compare", "table.csv", "--horizon", "12", "--dry-run"], "first line", LIMIT),
    (["compare", "table.csv"], "end", LIMIT_OF_DATA),
    (["doctor"], "first line", LIMIT),
)
TOP = 12


def run() -> Result:
    """Every command in turn, five times over, beside ``import torch`` in the same rounds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "table.csv").write_text(TABLE, encoding="utf-8")
        return result_of(folder)


def result_of(folder: Path, rounds: int = ROUNDS) -> Result:
    """Measure in a folder that holds ``table.csv``."""
    times: dict[str, list[float]] = {}
    for _ in range(rounds):
        times.setdefault(TORCH[0], []).append(_seconds(TORCH[1], folder, "end"))
        for arguments, until, _limit in COMMANDS:
            name = " ".join(["gatewise", *arguments])
            times.setdefault(name, []).append(_seconds([*GATEWISE, *arguments], folder, until))
    torch = statistics.median(times[TORCH[0]])
    rows = [row_of(name, found, torch) for name, found in times.items()]
    untils = {" ".join(["gatewise", *arguments]): until for arguments, until, _ in COMMANDS}
    return Result(
        name="startup",
        title="Seconds until a command answers",
        protocol="Wall clock of a process from its start to its end, or to the first line that it prints, median of "
        f"{rounds} rounds in each of which every command runs once, after `import torch`. `compare table.csv` ends in "
        "an error: no horizon. Modules are those of `python -X importtime` for `gatewise compare --help`.",
        checks=(),
        digits={"seconds": 2, "× import torch": 2},
        rows=tuple(row | {"until": untils.get(str(row["command"]), "end")} for row in rows),
        targets=tuple(
            Target(
                f"{' '.join(['gatewise', *arguments])}, × import torch, to its {until}",
                statistics.median(times[" ".join(["gatewise", *arguments])]) / torch,
                limit,
                digits=2,
            )
            for arguments, until, limit in COMMANDS
        ),
        notes=(f"slowest imports of `gatewise compare --help`: {', '.join(slowest_modules(folder))}",),
    )


def row_of(name: str, seconds: list[float], torch: float) -> Row:
    """A command's median, and that in units of ``import torch``."""
    median = statistics.median(seconds)
    return {"command": name, "seconds": (median,), "× import torch": (median / torch,)}


def _seconds(command: list[str], folder: Path, until: str) -> float:
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    if until == "first line":
        process.stdout.readline()
        took = time.perf_counter() - start
        process.terminate()
        process.communicate()
        return took
    process.communicate()
    return time.perf_counter() - start


def slowest_modules(folder: Path) -> list[str]:
    """The modules that take longest to import for a command's help, with milliseconds of their own."""
    command = [sys.executable, "-X", "importtime", *GATEWISE[1:], "compare", "--help"]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stderr
    rows = [line.removeprefix("import time:").split("|") for line in said.splitlines() if "|" in line]
    found = [(int(own), name.strip()) for own, _, name in rows if own.strip().isdigit()]
    return [f"{name} {own / 1000:.0f} ms" for own, name in sorted(found, reverse=True)[:TOP]]
