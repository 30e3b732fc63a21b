"""The comparison as a table for the terminal, 80 columns wide."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from gatewise.cli.console import out
from gatewise.report import tables
from gatewise.report.quantities import Group, TableCell
from gatewise.report.text import MISSING
from gatewise.verdict.evidence import Evidence
from gatewise.verdict.recommend import Recommendation

__all__ = ["show_comparison"]

# Beside more candidates labels have less room, and a longer unit stands below the tables.
WIDE_UP_TO, WIDE, NARROW, LONGEST_UNIT = 4, 44, 26, 16
MOST = 6
BEST = "* best of the row"


def show_comparison(evidence: Evidence, recommendation: Recommendation, told: Collection[str] = ()) -> None:
    """Print the five dimensions, then the verdict, its reasons and what a time budget cut, unless that was told."""
    plan = evidence.plan
    if plan.partial:
        out.print(Text(f"Partial: {plan.jobs_done} of {plan.jobs} trainings; no verdict yet.", style="bold"))
        out.print()
    table = tables.comparison(evidence)
    below = []
    for group in table.groups:
        shown = [
            k for k in range(len(table.columns)) if any(row.cells[k].text != MISSING for row in group.rows)
        ]
        parts = [shown]
        if len(shown) > MOST:
            # The cells, then the baselines.
            first = len(evidence.cells)
            parts = [[k for k in shown if k < first], [k for k in shown if k >= first]]
        wide = len(shown) <= WIDE_UP_TO
        below += [
            f"{row.label}: {row.unit}" for row in group.rows if not wide and len(row.unit) > LONGEST_UNIT
        ]
        for part in filter(None, parts):
            out.print(_grid(table.columns, group, part, wide=wide))
            out.print()
    if any(cell.best for group in table.groups for row in group.rows for cell in row.cells):
        below.insert(0, BEST)
    if below:
        out.print(Text("\n".join(below), style="dim"))
        out.print()
    out.print(Text(recommendation.sentence, style="bold"))
    if recommendation.would_settle:
        out.print(Text(f"What would settle it: {' '.join(recommendation.would_settle)}"))
    if recommendation.of_cells:
        out.print(Text(recommendation.of_cells))
    for reason in recommendation.reasons:
        out.print(Text(f"- {reason}"))
    for cut in evidence.plan.cut:
        if cut not in told:
            out.print(Text(f"- Cut: {cut}."))


def _grid(columns: tuple[str, ...], group: Group, shown: list[int], *, wide: bool) -> RichTable:
    """One dimension, with the candidates that have a number in it."""
    grid = RichTable(box=None, pad_edge=False, padding=(0, 1), show_edge=False, expand=False)
    grid.add_column(Text(group.title, style="bold"), max_width=WIDE if wide else NARROW)
    for k in shown:
        grid.add_column(Text(columns[k], style="bold"), justify="right")
    for row in group.rows:
        unit = f", {row.unit}" if row.unit and (wide or len(row.unit) <= LONGEST_UNIT) else ""
        label = Padding(f"{row.label}{unit}", (0, 0, 0, 2))
        if group.anchor == "fit" and any(row.cells[k].note for k in shown):
            grid.add_row(label, *(_cell(replace(row.cells[k], note="")) for k in shown))
            notes = (_note(row.cells[k]) for k in shown)
            grid.add_row(Padding("95 % interval", (0, 0, 0, 4)), *notes)
        else:
            grid.add_row(label, *(_cell(row.cells[k]) for k in shown))
    return grid


def _cell(cell: TableCell) -> Text:
    text = Text(f"{cell.text}*" if cell.best else cell.text, style="bold" if cell.best else "")
    return Text("\n").join((text, _note(cell))) if cell.note else text


def _note(cell: TableCell) -> Text:
    """In two lines where it is long, so that six candidates fit beside the label."""
    text = cell.note.replace(" to ", "\nto ").replace(" left at ", "\nleft at ")
    return Text(text, style="dim")
