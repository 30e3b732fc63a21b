"""The comparison as a table for the terminal, 80 columns wide."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from gatewise.cli.console import out
from gatewise.report import tables
from gatewise.report.quantities import Group, TableCell
from gatewise.report.text import MISSING
from gatewise.verdict.evidence import DataFacts, Evidence
from gatewise.verdict.recommend import Recommendation

__all__ = ["show_comparison", "show_facts"]

LONGEST_UNIT = 16


def show_facts(facts: DataFacts, console: Console) -> None:
    """What was read, how, and what was done to it."""
    console.print(Text(f"{facts.source}: {facts.summary}", style="bold"))
    for name, value in {"task": facts.task, **facts.facts}.items():
        console.print(Text(f"  {name:10} {value}"))
    for note in facts.notes:
        console.print(Text(f"  note: {note}"))


def show_comparison(evidence: Evidence, recommendation: Recommendation) -> None:
    """Print the five dimensions, then the verdict, its reasons and what a time budget cut."""
    plan = evidence.plan
    if plan.partial:
        out.print(Text(f"Partial: {plan.jobs_done} of {plan.jobs} trainings; no verdict yet.", style="bold"))
        out.print()
    table = tables.comparison(evidence)
    for group in table.groups:
        out.print(_grid(table.columns, group))
        out.print()
    out.print(Text(recommendation.sentence, style="bold"))
    if recommendation.would_settle:
        out.print(Text(f"What would settle it: {' '.join(recommendation.would_settle)}"))
    if recommendation.of_cells:
        out.print(Text(recommendation.of_cells))
    for reason in recommendation.reasons:
        out.print(Text(f"- {reason}"))
    for cut in evidence.plan.cut:
        out.print(Text(f"- Cut: {cut}."))


def _grid(columns: tuple[str, ...], group: Group) -> RichTable:
    """One dimension; candidates that have no number in it are left out."""
    shown = [k for k in range(len(columns)) if any(row.cells[k].text != MISSING for row in group.rows)]
    grid = RichTable(box=None, pad_edge=False, padding=(0, 1), show_edge=False, expand=False)
    grid.add_column(Text(group.title, style="bold"), max_width=26 if len(shown) > 4 else 44)
    for k in shown:
        grid.add_column(Text(columns[k], style="bold"), justify="right")
    for row in group.rows:
        unit = f", {row.unit}" if row.unit and len(row.unit) <= LONGEST_UNIT else ""
        grid.add_row(Padding(f"{row.label}{unit}", (0, 0, 0, 2)), *(_cell(row.cells[k]) for k in shown))
        if any(row.cells[k].note for k in shown):
            # Bounds stand under each other, so that six candidates fit beside the label.
            notes = [row.cells[k].note.replace(" to ", "\nto ") for k in shown]
            label = "95 % interval" if group.anchor == "fit" else ""
            grid.add_row(Padding(label, (0, 0, 0, 4)), *(Text(note, style="dim") for note in notes))
    return grid


def _cell(cell: TableCell) -> Text:
    text = f"{cell.text}*" if cell.best else cell.text
    return Text(text, style="bold" if cell.best else "")
