"""How a command shows what runs: a bar for one training, a table or lines for a comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from gatewise.cli.console import err
from gatewise.training.watching import in_tenths, spoken

if TYPE_CHECKING:
    from gatewise.comparison.running.progress import Stage
    from gatewise.training import history

__all__ = ["comparison_progress", "training_progress"]


class _TimeLeft(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(spoken(task.fields.get("left")))


@contextmanager
def training_progress(quiet: bool) -> Iterator[Callable[[history.Progress], None]]:
    """A bar for one training in a terminal; elsewhere, and in a log, a line for every tenth of it."""
    if quiet:
        yield lambda _: None
        return
    if not err.is_terminal:
        yield in_tenths(partial(err.print, markup=False, soft_wrap=True))
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[state]}"),
        _TimeLeft(),
    )
    to_log = in_tenths(err.note)
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("training", total=None, state="", left=None)

        def show(progress: history.Progress) -> None:
            state = f"{progress.step}/{progress.steps}  loss {progress.loss:.4g}"
            bar.update(
                task, total=progress.steps, completed=progress.step, state=state, left=progress.seconds_left
            )
            to_log(progress)

        yield show


@contextmanager
def comparison_progress(quiet: bool, told: list[str]) -> Iterator[Callable[[Stage], None]]:
    """What shows a comparison while it runs; notes that are shown are added to what is ``told``."""
    if quiet:
        yield lambda _: None
        return
    from gatewise.comparison.watching.lines import Lines
    from gatewise.comparison.watching.terminal import LiveTable
    from gatewise.comparison.watching.watch import watched

    to_log = Lines(err.note)
    with watched(err, table=not err.verbose) as tell:

        def show(stage: Stage) -> None:
            told.extend(stage.notes)
            tell(stage)
            if isinstance(tell, LiveTable):
                # What it draws stands nowhere else; plan and notes it has printed.
                to_log(replace(stage, plan=(), notes=()))

        yield show
