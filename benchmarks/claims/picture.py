"""All statements in one picture: what was found, its interval, and the region that the statement asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from benchmarks.claims.canvas import BLUE, INK, MUTED, ORANGE, RULE, SURFACE, label_axis, tidy
from benchmarks.claims.canvas import draw as draw_svg
from gatewise.explanation.claims import CANNOT_BE_TOLD, DOES_NOT_HOLD, HOLDS, Claim, Measurement

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw"]

COLUMNS, WIDTH = 2, 980
TITLE_HEIGHT, ROW_HEIGHT = 74, 42
# Told apart by shape as well as by colour.
MARKS = {
    HOLDS: ("o", BLUE, BLUE),
    DOES_NOT_HOLD: ("X", ORANGE, ORANGE),
    CANNOT_BE_TOLD: ("o", MUTED, SURFACE),
}
THEME = """<style>
:root { --page: #fdfdfb; --ink: #1b1f24; --muted: #59626c; --rule: #d8dbdd; --series-1: #0072b2; --series-2: #d55e00; }
@media (prefers-color-scheme: dark) {
  :root { --page: #14171a; --ink: #e7e9eb; --muted: #a3acb5; --rule: #363c43; }
  :root { --series-1: #56b4e9; --series-2: #ff8f4d; }
}
text { font-family: system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
</style>
<rect width="100%" height="100%" fill="var(--page)"/>"""


def draw(claims: Sequence[Claim]) -> str:
    """Draw a panel per statement as SVG that stands alone, in the colours of the reader's theme."""
    lines = [claims[start : start + COLUMNS] for start in range(0, len(claims), COLUMNS)]
    rows = [max(len(claim.measurements) for claim in line) for line in lines]
    heights = [TITLE_HEIGHT + ROW_HEIGHT * count for count in rows]

    def paint(figure: Figure) -> None:
        grid = figure.subplots(len(lines), COLUMNS, height_ratios=heights, squeeze=False)
        for axes, claim, count in zip(
            grid.ravel(), claims, (count for count in rows for _ in range(COLUMNS)), strict=False
        ):
            _panel(axes, claim, count)
        for axes in grid.ravel()[len(claims) :]:
            axes.set_visible(False)

    alt = "; ".join(f"{claim.statement}: {claim.verdict}" for claim in claims)
    svg = str(draw_svg("claims", alt, paint, WIDTH, sum(heights)))
    opening, _, body = svg.partition(">")
    return f'{opening} xmlns="http://www.w3.org/2000/svg">\n{THEME}{body}\n'


def _panel(axes: Axes, claim: Claim, rows: int) -> None:
    low, high = _range(claim.measurements)
    for row, one in enumerate(claim.measurements):
        start, end = max(low, _or(one.above, low)), min(high, _or(one.below, high))
        axes.fill_between((start, end), row + 0.08, row + 0.42, color=RULE, linewidth=0)
        marker, colour, face = MARKS[one.verdict]
        axes.plot((one.low, one.high), (row + 0.25,) * 2, color=colour, linewidth=2, solid_capstyle="butt")
        axes.plot(one.mean, row + 0.25, marker, color=colour, markerfacecolor=face, markersize=8)
        _write(axes, (0, row - 0.16), one.what, xycoords=axes.get_yaxis_transform())
        right = high - one.high > min(one.low - low, 0.2 * (high - low))
        end, offset, side = (one.high, 8, "left") if right else (one.low, -8, "right")
        shown = f"{one.found.partition(' (')[0]} {one.unit}".rstrip()
        _write(axes, (end, row + 0.25), shown, xytext=(offset, 0), textcoords="offset points", ha=side)
    axes.set_xlim(low, high)
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_yticks([])
    label_axis(axes.xaxis)
    axes.tick_params(labelsize=9)
    tidy(axes, grid="x")
    axes.set_title(f"{_folded(claim.statement)}\n{claim.verdict}", loc="left", fontsize=11, color=INK)


def _write(axes: Axes, place: tuple[float, float], text: str, **options: Any) -> None:
    """Words that panels make no room for: they may stand beyond the axes."""
    axes.annotate(text, place, fontsize=9.5, color=INK, va="center", **options).set_in_layout(False)


def _range(measurements: Sequence[Measurement]) -> tuple[float, float]:
    """From the lowest to the highest of what was found and asked for, with some room."""
    ends = [
        value
        for one in measurements
        for value in (one.low, one.high, one.above, one.below)
        if value is not None
    ]
    room = 0.08 * (max(ends) - min(ends)) or 0.5
    return min(ends) - room, max(ends) + room


def _or(bound: float | None, otherwise: float) -> float:
    return otherwise if bound is None else bound


def _folded(text: str, width: int = 66) -> str:
    """In two lines where it is long."""
    if len(text) <= width:
        return text
    cut = text.rindex(" ", 0, width)
    return f"{text[:cut]}\n{text[cut + 1 :]}"
