"""One colour, one mark and one line per candidate, the same in every picture and table."""

from __future__ import annotations

from dataclasses import dataclass

from gatewise.verdict.evidence import Evidence

__all__ = ["INK", "MUTED", "RULE", "SURFACE", "Style", "styles"]

# Variables of the style sheet, so that one picture suits light and dark.
INK, MUTED, RULE, SURFACE, BASELINE = (
    f"var(--{name})" for name in ("ink", "muted", "rule", "page", "baseline")
)
_SERIES = tuple(f"var(--series-{number})" for number in range(1, 6))
# (shape, the same as a character): filled for cells, hollow for baselines.
_FILLED = (("circle", "●"), ("square", "■"), ("up", "▲"), ("down", "▼"), ("diamond", "◆"))
_HOLLOW = (("diamond", "◇"), ("square", "□"), ("up", "△"), ("circle", "○"), ("down", "▽"))
_DASHES = ("5 2", "1.5 1.5", "6 2 1.5 2", "3 3", "8 3")


@dataclass(frozen=True)
class Style:
    """How a candidate is drawn.

    Attributes
    ----------
    colour : str
        A variable of the style sheet.
    shape : {"circle", "square", "up", "down", "diamond"}
    filled : bool
        The inside of the mark; a cell's is filled, a baseline's is not.
    glyph : str
        The mark as a character.
    dash : str
        Lengths of dashes and gaps; empty for a whole line.
    """

    colour: str
    shape: str
    filled: bool
    glyph: str
    dash: str = ""


def styles(evidence: Evidence) -> dict[str, Style]:
    """Return the style of each candidate by its name; colours and marks begin anew after five of a kind."""
    chosen = {}
    for index, candidate in enumerate(evidence.cells):
        shape, glyph = _FILLED[index % len(_FILLED)]
        chosen[candidate.name] = Style(_SERIES[index % len(_SERIES)], shape, True, glyph)
    for index, candidate in enumerate(evidence.baselines):
        shape, glyph = _HOLLOW[index % len(_HOLLOW)]
        chosen[candidate.name] = Style(BASELINE, shape, False, glyph, _DASHES[index % len(_DASHES)])
    return chosen
