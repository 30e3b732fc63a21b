"""What commands print: notes and progress on standard error, results on standard output."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn
from rich.text import Text

from gatewise.comparison.running.progress import Stage
from gatewise.training import history

__all__ = ["comparison_progress", "err", "out", "print_json", "show_path", "training_progress"]

out = Console(highlight=False, soft_wrap=False)
err = Console(stderr=True, highlight=False)


def print_json(value: object) -> None:
    """Write a value as JSON to standard output, unadorned, so that programs can read it."""
    text = json.dumps(_without_nan(value), indent=1, ensure_ascii=False, default=str, allow_nan=False)
    sys.stdout.write(text + "\n")


def _without_nan(value: object) -> object:
    """JSON has no NaN: ``null`` stands for it, and for infinity."""
    if isinstance(value, dict):
        return {key: _without_nan(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def show_path(label: str, path: Path) -> None:
    """A path on one line, never broken at the width of the terminal."""
    out.print(f"{label:8} {path}", soft_wrap=True, markup=False)


class _TimeLeft(ProgressColumn):
    def render(self, task: Task) -> Text:
        left = task.fields.get("left")
        return Text("" if left is None else f"about {_short(left)} left")


def _short(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} s" if whole < 90 else f"{whole // 60} min {whole % 60} s"


def _bar(quiet: bool) -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[state]}"),
        _TimeLeft(),
    )
    return Progress(*columns, console=err, transient=True, disable=quiet or not err.is_terminal)


@contextmanager
def training_progress(quiet: bool) -> Iterator[Callable[[history.Progress], None]]:
    """A bar for one training."""
    with _bar(quiet) as bar:
        task = bar.add_task("training", total=None, state="", left=None)

        def show(progress: history.Progress) -> None:
            state = f"{progress.step}/{progress.steps}  loss {progress.loss:.4g}"
            bar.update(
                task, total=progress.steps, completed=progress.step, state=state, left=progress.seconds_left
            )

        yield show


@contextmanager
def comparison_progress(quiet: bool, told: list[str]) -> Iterator[Callable[[Stage], None]]:
    """One bar per stage of a comparison, and a line for each training that has ended, on any kind of output.

    Notes are printed as they come, and added to what is ``told``.
    """
    with _bar(quiet) as bar:
        tasks: dict[str, TaskID] = {}

        def show(stage: Stage) -> None:
            for note in () if quiet else stage.notes:
                err.print(Text(f"note: {note}"), soft_wrap=True)
                told.append(note)
            if stage.name not in tasks:
                for task in tasks.values():
                    bar.update(task, left=None)
                tasks[stage.name] = bar.add_task(f"{stage.name:9}", total=stage.total, state="", left=None)
            bar.update(
                tasks[stage.name],
                total=stage.total,
                completed=stage.done,
                state=f"{stage.done}/{stage.total}",
                left=stage.seconds_left,
            )
            if stage.finished is not None and not quiet:
                err.print(Text(str(stage.finished)), soft_wrap=True)

        yield show
