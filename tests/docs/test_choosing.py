"""The page on choosing a cell says what was measured: its figures stand in the files that it links."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
FIGURE = r"(?<![\w.-])\d*\.\d+|\d+(?=\s?%)"


def test_every_figure_stands_in_a_linked_file_to_the_digits_it_has() -> None:
    page = (DOCS / "choosing.md").read_text(encoding="utf-8")
    page = re.sub(r"`[^`]*`", "", page)
    field = (DOCS / "../benchmarks/results/2026-11-29-field.md").read_text(encoding="utf-8")
    known = {float(figure) for figure in re.findall(r"\d+(?:\.\d+)?", field)}
    figures = re.findall(FIGURE, page.replace("5 % worse", ""))
    assert len(figures) > 40
    unknown = [figure for figure in figures if not any(rounds_to(value, figure) for value in known)]
    assert unknown == []


def rounds_to(value: float, figure: str) -> bool:
    """Whether a measured value is the figure at the figure's digits."""
    return abs(value - float(figure)) <= 0.5000001 * 10.0 ** -len(figure.partition(".")[2])
