"""A comparison while it runs, in the cell of a notebook: HTML that is written anew, without widgets."""

from __future__ import annotations

import time
from typing import Any

from gatewise.comparison.display.cell import environment
from gatewise.comparison.running.progress import Stage
from gatewise.comparison.watching.standing import Candidate, Standing
from gatewise.report.text import duration
from gatewise.training.watching import spoken
from gatewise.verdict.evidence import DataFacts

__all__ = ["LiveCell"]

# Each time the whole table goes to the page.
LEAST_SECONDS = 0.3
MOST_ROWS = 12


def _facts_of(facts: DataFacts) -> list[str]:
    """Return how the data were read, and what was done to them, a line each."""
    return [
        *(f"{name}: {value}" for name, value in {"task": facts.task, **facts.facts}.items()),
        *(f"note: {note}" for note in facts.notes),
    ]


class LiveCell:
    """The standing of a comparison below a cell; call it with each stage, and close it in the end.

    Parameters
    ----------
    facts : DataFacts
        Of the data, which are told first.
    """

    def __init__(self, facts: DataFacts) -> None:
        from IPython.display import display

        self._facts, self._standing = facts, Standing()
        self._known = _facts_of(facts)
        self._trainings = 0
        self._begun, self._written = time.monotonic(), 0.0
        self._handle: Any = display(self._page(), display_id=True)

    def __call__(self, stage: Stage) -> None:
        """Take note of a stage, and show it."""
        self._standing.add(stage)
        self._known += [f"planned: {line}" for line in stage.plan]
        self._known += [f"note: {note}" for note in stage.notes]
        self._trainings += stage.finished is not None and stage.finished.purpose != "baseline"
        if stage.notes or stage.plan or time.monotonic() - self._written > LEAST_SECONDS:
            self._show()

    def close(self, *, stopped: bool = False) -> None:
        """Say that it is over, and leave what was read and planned; the result is shown by what comes next."""
        end = "stopped" if stopped else "done"
        taken = duration(time.monotonic() - self._begun)
        self._show(f"{end} after {taken}, {self._trainings} trainings of networks")

    def _show(self, over: str = "") -> None:
        self._handle.update(self._page(over))
        self._written = time.monotonic()

    def _page(self, over: str = "") -> Any:
        from IPython.display import HTML

        now = self._standing
        page = environment().get_template("live.html.j2")
        return HTML(
            page.render(
                source=self._facts.source,
                summary=self._facts.summary,
                known=self._known,
                now=now,
                left=spoken(now.seconds_left),
                share=round(100 * now.done / now.total) if now.total else 0,
                rows=[_row(one, now.running.count(one.name)) for one in now.candidates[:MOST_ROWS]],
                over=over,
            )
        )


def _row(one: Candidate, at_work: int) -> tuple[str, ...]:
    done = f"{one.rates} rates" if one.rates and not one.errors else str(len(one.errors))
    failed = f", {one.failures} failed" if one.failures else ""
    return (
        one.name,
        f"{done}{failed}" if one.is_cell else "",
        "" if one.error is None else f"{one.error:.3g}",
        "" if one.half_width is None else f"± {one.half_width:.2g}",
        f"{at_work} running" if at_work else "",
    )
