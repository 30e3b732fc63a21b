"""A table that is drawn anew as trainings end, for a terminal of 60 columns or more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from gatewise.comparison.running.progress import Stage
from gatewise.comparison.watching.standing import Candidate, Standing
from gatewise.training.watching import spoken

__all__ = ["LiveTable"]

PER_SECOND = 4
MOST_ROWS = 10


class LiveTable:
    """The standing of a comparison; call it with each stage, inside the block of :meth:`drawn`.

    Parameters
    ----------
    console : Console
    """

    def __init__(self, console: Console) -> None:
        self.console = console
        self.standing = Standing()

    def __call__(self, stage: Stage) -> None:
        """Take note of a stage; plan and notes stay on the screen."""
        for line in stage.plan:
            self.console.print(Text(f"planned: {line}"))
        for note in stage.notes:
            self.console.print(Text(f"note: {note}"))
        self.standing.add(stage)

    @contextmanager
    def drawn(self) -> Iterator[None]:
        """Draw until the block ends; then the table vanishes, as the result comes."""
        with Live(
            console=self.console, get_renderable=self._table, refresh_per_second=PER_SECOND, transient=True
        ):
            yield

    def _table(self) -> Group:
        now = self.standing
        if not now.stage:
            return Group()
        head = Text.assemble(
            (now.stage, "bold"), f"  {now.done} of {now.total}  ", (spoken(now.seconds_left), "dim")
        )
        parts: list[Text | Table] = [Text(), head]
        shown = now.candidates[:MOST_ROWS]
        if shown:
            table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
            table.add_column("")
            table.add_column("trainings", justify="right")
            table.add_column(f"{now.error_name} so far", justify="right")
            table.add_column("± 95 % over trainings", justify="right")
            table.add_column("")
            for one in shown:
                at_work = now.running.count(one.name)
                table.add_row(
                    Text(one.name, style="bold" if one.is_cell else ""),
                    _counted(one),
                    "" if one.error is None else f"{one.error:.3g}",
                    "" if one.half_width is None else f"± {one.half_width:.2g}",
                    Text(f"{at_work} running" if at_work else "", style="dim"),
                )
            parts += [table]
        parts += [Text(line, style="dim", no_wrap=True, overflow="ellipsis") for line in now.last]
        return Group(*parts)


def _counted(one: Candidate) -> str:
    if not one.is_cell:
        return ""
    if not one.errors and one.rates:
        return f"{one.rates} rates"
    return f"{len(one.errors)}" + (f", {one.failures} failed" if one.failures else "")
