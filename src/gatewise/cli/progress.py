"""How a command shows what runs: a bar for one training, a table or lines for a comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from gatewise.cli.console import err

if TYPE_CHECKING:
    from gatewise.comparison.running.progress import Stage
    from gatewise.training import history

__all__ = ["comparison_progress", "training_progress"]


class _TimeLeft(ProgressColumn):
    def render(self, task: Task) -> Text:
        from gatewise.comparison.watching.standing import spoken

        return Text(spoken(task.fields.get("left")))


@contextmanager
def training_progress(quiet: bool) -> Iterator[Callable[[history.Progress], None]]:
    """A bar for one training in a terminal; elsewhere a line for every tenth of it."""
    if quiet:
        yield lambda _: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[state]}"),
        _TimeLeft(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("training", total=None, state="", left=None)
        tenths = 0

        def show(progress: history.Progress) -> None:
            nonlocal tenths
            state = f"{progress.step}/{progress.steps}  loss {progress.loss:.4g}"
            bar.update(
                task, total=progress.steps, completed=progress.step, state=state, left=progress.seconds_left
            )
            done = 10 * progress.step // max(1, progress.steps)
            if done > tenths and not err.is_terminal:
                tenths = done
                err.print(f"training {state}", markup=False, soft_wrap=True)

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
                # Its lines stand nowhere else.
                to_log(stage)

        yield show
