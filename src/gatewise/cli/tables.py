"""The comparison as a table for the terminal, 80 columns wide."""

from __future__ import annotations

from rich.table import Table as RichTable
from rich.text import Text

from gatewise.comparison.evidence import Evidence
from gatewise.comparison.recommend import Recommendation
from gatewise.cli.console import out
from gatewise.report import tables

__all__ = ["show_comparison"]


def show_comparison(evidence: Evidence, recommendation: Recommendation) -> None:
    """Print the five dimensions, then the verdict and its reasons."""
    table = tables.comparison(evidence)
    grid = RichTable(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    grid.add_column("", no_wrap=False, min_width=20)
    for column in table.columns:
        grid.add_column(Text(column), justify="right")
    for group in table.groups:
        grid.add_row(Text(group.title, style="bold"))
        for row in group.rows:
            label = f"  {row.label}" + (f", {row.unit}" if row.unit and len(row.unit) < 12 else "")
            grid.add_row(label, *(_cell(cell) for cell in row.cells))
    out.print(grid)
    out.print()
    out.print(Text(recommendation.sentence, style="bold"))
    for reason in recommendation.reasons:
        out.print(Text(f"- {reason}"))


def _cell(cell: tables.Cell) -> Text:
    text = f"{cell.text}*" if cell.best else cell.text
    return Text(text, style="bold" if cell.best else "")
