"""Whether the C that was written answers what Python answers: it is compiled, and given the same."""

from __future__ import annotations

import csv
import io
import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gatewise.errors import ExportError
from gatewise.export.c.files import Files
from gatewise.export.c.observations import Observations
from gatewise.graphs.graph import Array

__all__ = ["Checked", "answers_in", "answers_of", "compiler", "difference", "fed", "held_against"]

# What is as good as equal: times the number itself where it is above 1.
TOLERANCE = 1e-5
PROGRAM = "program"
FLAGS = ("-std=c99", "-O1")
LIBRARIES = ("math.h", "stdint.h", "stdio.h", "stdlib.h", "string.h")
TRIVIAL = "".join(f"#include <{one}>\n" for one in LIBRARIES) + "int main(void) { return 0; }\n"
MOST_SECONDS = 300


@dataclass(frozen=True)
class Checked:
    """What came of it.

    Attributes
    ----------
    compiler : str
        The command; empty where nothing could be compiled.
    rows : int
    largest : float
        The largest difference to Python's answers, relative to those above 1.
    why_not : str
        Why nothing was compiled.
    """

    compiler: str = ""
    rows: int = 0
    largest: float | None = None
    why_not: str = ""


def compiler() -> str | None:
    """Return the C compiler of this machine: what CC names, else cc, gcc or clang."""
    names = [os.environ.get("CC", ""), "cc", "gcc", "clang"]
    return next((name for name in names if name and shutil.which(shlex.split(name)[0])), None)


def held_against(files: Files, feeds: Sequence[Observations], expected: Sequence[Observations]) -> Checked:
    """Compile files, as they will be written, and compare what they answer.

    Raises
    ------
    ExportError
        They cannot be compiled where others can, or answer otherwise.
    """
    found = answers_of(files, feeds)
    if isinstance(found, str):
        return Checked(why_not=found)
    largest = max(difference(one, other) for one, other in zip(found, expected, strict=True))
    if not largest <= TOLERANCE:
        raise ExportError(
            f"the C that was written differs from Python by {largest:.2g}, expected at most {TOLERANCE:g}; nothing "
            "is kept"
        )
    return Checked(compiler() or "", sum(map(len, found)), largest)


def answers_of(files: Files, feeds: Sequence[Observations]) -> list[Array] | str:
    """Compile files and return what they answer to each sequence, a row for each step; or why nothing is compiled here.

    Raises
    ------
    ExportError
        They cannot be compiled where others can.
    """
    command = compiler()
    if command is None:
        return "there is no C compiler here: neither cc, gcc nor clang, nor does CC name one"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in files.texts.items():
            (folder / file).write_text(text, encoding="utf-8")
        said = _compile(command, folder, [file for file in files.texts if file.endswith(".c")])
        if said is None:
            return [_run(folder / PROGRAM, files, one) for one in feeds]
        (folder / "trivial.c").write_text(TRIVIAL, encoding="utf-8")
        if (also := _compile(command, folder, ["trivial.c"])) is not None:
            return f"{command} compiles nothing here: {also}"
        raise ExportError(f"{command} does not compile what was written, and nothing is kept: {said}")


def fed(files: Files, sequence: Observations) -> bytes:
    """Return what ``main.c`` reads: rows of numbers, or the text itself."""
    if files.tables.spelled:
        (numbers,) = sequence.values()
        return b"".join(files.tables.spelled[number] for number in numbers.tolist())
    columns = np.concatenate([one.reshape(len(one), -1).astype(object) for one in sequence.values()], axis=1)
    return "".join(f"{','.join(map(str, row))}\n" for row in columns).encode()


def answers_in(files: Files, printed: bytes) -> Array:
    """Return the numbers that ``main.c`` prints, names excepted."""
    rows = list(csv.reader(io.StringIO(printed.decode("utf-8", "replace"), newline="")))
    return np.array(rows[1:] if files.named else rows, np.float64)


def difference(found: Array, expected: Observations) -> float:
    """Return the largest difference; infinite where shapes differ.

    It is relative to numbers above 1, and of answers in the user's units, which are in float64, to the largest of each.
    """
    wanted = [one.reshape(len(one), -1) for one in expected.values()]
    scale = np.concatenate([_scale(one) for one in wanted], axis=1)
    numbers = np.concatenate(wanted, axis=1).astype(np.float64)
    if found.shape != numbers.shape:
        return float("inf")
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.where(found == numbers, 0, np.abs(found - numbers) / scale).max(initial=0))


def _scale(wanted: Array) -> Array:
    if wanted.dtype == np.float64:
        return np.broadcast_to(np.abs(wanted).max(axis=0, initial=0), wanted.shape)
    return np.maximum(1, np.abs(wanted.astype(np.float64)))


def _compile(command: str, folder: Path, sources: Sequence[str]) -> str | None:
    """Return the first line of what is wrong."""
    line = [*shlex.split(command), *FLAGS, "-o", PROGRAM, *sources, "-lm"]
    try:
        ran = subprocess.run(
            line,
            cwd=folder,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=MOST_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    said = ran.stderr.splitlines()
    lines = [one for one in said if "error:" in one or "undefined" in one] or said
    return (lines or [f"it ended with {ran.returncode}"])[0] if ran.returncode else None


def _run(program: Path, files: Files, sequence: Observations) -> Array:
    given = fed(files, sequence)
    ran = subprocess.run([program], input=given, capture_output=True, check=False, timeout=MOST_SECONDS)
    if ran.returncode:
        said = ran.stderr.decode("utf-8", "replace").strip()
        raise ExportError(f"the C that was written refuses what Python answers, and nothing is kept: {said}")
    return answers_in(files, ran.stdout)
