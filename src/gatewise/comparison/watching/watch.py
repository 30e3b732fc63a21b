"""How a comparison is watched here: drawn in a terminal, in lines elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text

from gatewise.comparison.running.progress import Stage
from gatewise.comparison.watching.lines import Lines
from gatewise.comparison.watching.terminal import LiveTable
from gatewise.verdict.evidence import DataFacts

__all__ = ["show_facts", "watched"]


def show_facts(facts: DataFacts, console: Console) -> None:
    """What was read, how, and what was done to it."""
    console.print(Text(f"{facts.source}: {facts.summary}", style="bold"))
    for name, value in {"task": facts.task, **facts.facts}.items():
        console.print(Text(f"  {name:10} {value}"))
    for note in facts.notes:
        console.print(Text(f"  note: {note}"))


@contextmanager
def watched(console: Console, *, table: bool = True) -> Iterator[Callable[[Stage], None]]:
    """What to call with each stage, while the block lasts; without a ``table``, lines in a terminal, too."""
    if table and console.is_terminal and not console.is_dumb_terminal:
        live = LiveTable(console)
        with live.drawn():
            yield live
    else:
        yield Lines(lambda line: console.print(Text(line), soft_wrap=True))
