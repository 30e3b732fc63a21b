"""One colour, one mark and one line per candidate, the same in every picture and table."""

from __future__ import annotations

from dataclasses import dataclass

from gatewise.verdict.evidence import Evidence

__all__ = ["INK", "MUTED", "RULE", "SENTINELS", "SURFACE", "Style", "styles"]

# Pictures are drawn in colours that nothing else uses; the style sheet's variables take their place
# in the SVG, so that one picture suits light and dark.
INK, MUTED, RULE, SURFACE, BASELINE = "#0a0b01", "#0a0b02", "#0a0b03", "#0a0b04", "#0a0b05"
_SERIES = ("#0a0b11", "#0a0b12", "#0a0b13", "#0a0b14", "#0a0b15")
SENTINELS = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    RULE: "var(--rule)",
    SURFACE: "var(--page)",
    BASELINE: "var(--baseline)",
    **{colour: f"var(--series-{index})" for index, colour in enumerate(_SERIES, start=1)},
}

# (mark of matplotlib, the same as a character): filled for cells, hollow for baselines.
_FILLED = (("o", "●"), ("s", "■"), ("^", "▲"), ("v", "▼"), ("D", "◆"))
_HOLLOW = (("D", "◇"), ("s", "□"), ("^", "△"), ("o", "○"), ("v", "▽"))
_DASHES = ((0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)), (0, (3, 3)), (0, (8, 3)))


@dataclass(frozen=True)
class Style:
    """How a candidate is drawn.

    Attributes
    ----------
    colour : str
        Sentinel; a key of ``SENTINELS``.
    face : str
        Inside of the mark.
    line : str or (offset, dashes)
        Of matplotlib.
    """

    colour: str
    face: str
    marker: str
    glyph: str
    line: str | tuple[int, tuple[float, ...]]

    @property
    def css(self) -> str:
        """Return the colour as the page knows it."""
        return SENTINELS[self.colour]


def styles(evidence: Evidence) -> dict[str, Style]:
    """Return the style of each candidate by its name; colours and marks begin anew after five of a kind."""
    chosen = {}
    for index, candidate in enumerate(evidence.cells):
        colour, (marker, glyph) = _SERIES[index % len(_SERIES)], _FILLED[index % len(_FILLED)]
        chosen[candidate.name] = Style(colour, colour, marker, glyph, "-")
    for index, candidate in enumerate(evidence.baselines):
        marker, glyph = _HOLLOW[index % len(_HOLLOW)]
        chosen[candidate.name] = Style(BASELINE, SURFACE, marker, glyph, _DASHES[index % len(_DASHES)])
    return chosen
