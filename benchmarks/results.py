"""What a benchmark found, as a table to print and as files to keep."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np

__all__ = ["Circumstances", "Page", "Result", "Row", "Target", "write"]

Row = dict[str, str | tuple[float, ...]]

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("gatewise", "torch", "numpy", "scikit-learn")


@dataclass(frozen=True)
class Target:
    """A number to reach.

    Attributes
    ----------
    what : str
    reached, limit : float
    aim : float or None
        Better still.
    digits : int
    lower_is_better : bool
    """

    what: str
    reached: float
    limit: float
    aim: float | None = None
    digits: int = 3
    lower_is_better: bool = True

    @property
    def met(self) -> bool:
        """Whether the number was reached, to the digits shown."""
        reached = round(self.reached, self.digits)
        return reached <= self.limit if self.lower_is_better else reached >= self.limit

    def __str__(self) -> str:
        side = "at or below" if self.lower_is_better else "at or above"
        aim = "" if self.aim is None else f", aim {self.aim:g}"
        verdict = "reached" if self.met else "missed"
        return (
            f"target: {self.what} {side} {self.limit:g}{aim}: {verdict} with {self.reached:.{self.digits}f}"
        )


@dataclass(frozen=True)
class Page:
    """A page of the documentation that is written with a result, so that it tells the truth.

    Attributes
    ----------
    path : Path
    text : str
    beside : dict of Path to str
        Files that belong to it, such as pictures.
    copy : Path or None
        Where the package has its own copy of the numbers.
    """

    path: Path
    text: str
    beside: dict[Path, str] = field(default_factory=dict)
    copy: Path | None = None


@dataclass(frozen=True)
class Result:
    """The outcome of one benchmark.

    Attributes
    ----------
    name : str
        Part of the names of its files.
    title, protocol : str
    checks : tuple of str
        What was recomputed and found as published before anything else was measured.
    digits : dict of str to int
        Columns of numbers and the digits to show of each.
    rows : tuple of Row
        Text, or one number per seed. The first column is text.
    targets : tuple of Target
    notes : tuple of str
    page : Page or None
        A page of the documentation that tells the same.
    picture : str
        SVG that belongs to it.
    measured : Circumstances or None
        Where and when it came about, if it was not measured just now.
    """

    name: str
    title: str
    protocol: str
    checks: tuple[str, ...]
    digits: dict[str, int]
    rows: tuple[Row, ...]
    targets: tuple[Target, ...]
    notes: tuple[str, ...] = ()
    page: Page | None = None
    picture: str = ""
    measured: Circumstances | None = None

    def table(self) -> str:
        """The rows in Markdown, columns aligned; several seeds as mean ± standard deviation."""
        columns = list(dict.fromkeys(name for row in self.rows for name in row))
        cells = [columns, *([self._cell(row.get(name, ""), name) for name in columns] for row in self.rows)]
        widths = [max(len(line[k]) for line in cells) for k in range(len(columns))]
        numbers = [name in self.digits for name in columns]
        rule = ["-" * (width - number) + ":" * number for width, number in zip(widths, numbers, strict=True)]
        return "\n".join(_line(line, widths, numbers) for line in [cells[0], rule, *cells[1:]])

    def text(self) -> str:
        """All of it in Markdown; the targets stand last."""
        parts = [
            f"# {self.title}",
            self.protocol,
            *(["Checked first: " + "; ".join(self.checks) + "."] if self.checks else []),
        ]
        parts += [self.table(), *self.notes, "\n".join(f"- {target}" for target in self.targets)]
        return "\n\n".join(part for part in parts if part)

    def _cell(self, value: str | tuple[float, ...], column: str) -> str:
        if isinstance(value, str):
            return value
        digits = self.digits[column]
        mean = f"{np.mean(value):.{digits}f}"
        return f"{mean} ± {np.std(value, ddof=1):.{digits}f}" if len(value) > 1 else mean


@dataclass(frozen=True)
class Circumstances:
    """Where, when and how a result came about."""

    command: str
    threads: int
    date: str = field(default_factory=lambda: datetime.now(UTC).strftime("%Y-%m-%d"))
    commit: str = field(default_factory=lambda: _commit())
    processor: str = field(default_factory=lambda: _processor())
    cores: int = field(default_factory=lambda: os.cpu_count() or 1)
    system: str = field(default_factory=platform.system)
    versions: dict[str, str] = field(
        default_factory=lambda: {
            "python": platform.python_version(),
            **{name: version(name) for name in PACKAGES},
        }
    )

    def text(self) -> str:
        """A Markdown list."""
        versions = ", ".join(f"{name} {number}" for name, number in self.versions.items())
        return "\n".join(
            [
                f"- command: `{self.command}`",
                f"- date: {self.date}, commit {self.commit}",
                f"- machine: {self.processor}, {self.cores} cores, {self.threads} used, {self.system}",
                f"- versions: {versions}",
            ]
        )


def write(result: Result, circumstances: Circumstances, folder: Path = RESULTS) -> Path:
    """Write ``DATE-NAME.md``, and the numbers of every seed as ``DATE-NAME.json``; returns the former."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{circumstances.date}-{result.name}.md"
    shown = ""
    if result.picture:
        path.with_suffix(".svg").write_text(result.picture, encoding="utf-8")
        shown = f"\n\n![{result.title}]({path.stem}.svg)"
    path.write_text(f"{result.text()}{shown}\n\n{circumstances.text()}\n", encoding="utf-8")
    numbers = {
        **vars(circumstances),
        "name": result.name,
        "rows": result.rows,
        "targets": [{**vars(target), "met": target.met} for target in result.targets],
        "notes": result.notes,
    }
    path.with_suffix(".json").write_text(
        json.dumps(numbers, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    if result.page is not None:
        end = f"Written by `{circumstances.command}`; do not edit by hand."
        result.page.path.write_text(
            f"{result.page.text}\n\n{circumstances.text()}\n\n{end}\n", encoding="utf-8"
        )
        for place, text in result.page.beside.items():
            place.write_text(text, encoding="utf-8")
        if result.page.copy is not None:
            result.page.copy.write_bytes(path.with_suffix(".json").read_bytes())
    return path


def _line(texts: list[str], widths: list[int], numbers: list[bool]) -> str:
    fitted = [
        text.rjust(width) if number else text.ljust(width)
        for text, width, number in zip(texts, widths, numbers, strict=True)
    ]
    return f"| {' | '.join(fitted)} |"


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty=, with changes"]
    try:
        found = subprocess.run(command, cwd=RESULTS.parent, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "unknown"
    return found.stdout.strip() or "unknown"


def _processor() -> str:
    # The package imports torch, which the help and the tests of this file do without.
    from gatewise.comparison.jobs.machine import processor_name
    from gatewise.kernels.compiling.target import TARGET

    return f"{processor_name()} with {TARGET.name}"
