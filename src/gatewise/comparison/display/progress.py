"""What ``progress=`` of :func:`gatewise.compare` means: where a person looks, something moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from rich.console import Console

from gatewise.comparison.display.live import LiveCell
from gatewise.comparison.running.progress import Stage
from gatewise.comparison.watching.watch import show_facts, watched
from gatewise.training.watching import in_notebook
from gatewise.verdict.evidence import DataFacts

__all__ = ["Progress", "shown"]

Progress: TypeAlias = bool | Callable[[Stage], None] | None


@contextmanager
def shown(progress: Progress, facts: DataFacts) -> Iterator[Callable[[Stage], None] | None]:
    """What is to be called with each stage, while the block lasts; ``None`` where nobody looks.

    Parameters
    ----------
    progress : bool, callable or None
        ``None``: in a notebook and in a terminal; ``True``: elsewhere, too, a line for each training; ``False``:
        nowhere. A function is called.
    facts : DataFacts
        What was read, to be told before anything is trained.
    """
    if callable(progress) or progress is False:
        yield progress or None
        return
    if in_notebook():
        cell = LiveCell(facts)
        try:
            yield cell
        except BaseException:
            cell.close(stopped=True)
            raise
        cell.close()
        return
    console = Console(stderr=True, highlight=False)
    if progress is None and not console.is_terminal:
        yield None
        return
    show_facts(facts, console)
    with watched(console) as tell:
        yield tell
