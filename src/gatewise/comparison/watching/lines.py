"""A line for each training as it ends: for logs, CI and pipes, where nothing can be drawn over."""

from __future__ import annotations

from collections.abc import Callable

from gatewise.comparison.running.progress import Stage
from gatewise.comparison.watching.standing import STAGES
from gatewise.training.watching import spoken

__all__ = ["Lines"]


class Lines:
    """Says each stage once, what is planned, and each training that has ended with the time that is left.

    Parameters
    ----------
    say : callable
        Takes a line of text.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._stage = ""

    def __call__(self, stage: Stage) -> None:
        """Tell of a stage."""
        if stage.name != self._stage and stage.done < stage.total:
            self._stage = stage.name
            self._say(f"{STAGES.get(stage.name, stage.name)} …")
        for line in stage.plan:
            self._say(f"planned: {line}")
        for note in stage.notes:
            self._say(f"note: {note}")
        if stage.finished is not None:
            left = spoken(stage.seconds_left)
            self._say(f"{stage.finished}{f', {left}' if left else ''}")
