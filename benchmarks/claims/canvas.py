"""From a drawing of matplotlib to SVG that stands in a page, in the colours of its theme."""

from __future__ import annotations

import html
import io
import re
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

from markupsafe import Markup

from gatewise.report.text import compact

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure
    from matplotlib.typing import RcKeyType

__all__ = ["BLUE", "INK", "MUTED", "ORANGE", "RULE", "SURFACE", "draw", "label_axis", "tidy"]

# Matplotlib draws in colours that nobody would choose; in the SVG each becomes one of the theme.
INK, MUTED, RULE, SURFACE, BLUE, ORANGE = "#0a0b01", "#0a0b02", "#0a0b03", "#0a0b04", "#0a0b11", "#0a0b12"
SENTINELS = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    RULE: "var(--rule)",
    SURFACE: "var(--page)",
    BLUE: "var(--series-1)",
    ORANGE: "var(--series-2)",
}
_STYLE: dict[RcKeyType, object] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "gatewise",
    "text.parse_math": False,  # a column may be called "$"
    "font.size": 12.0,
    "axes.labelsize": 12.0,
    "axes.titlesize": 12.0,
    "xtick.labelsize": 11.5,
    "ytick.labelsize": 11.5,
    "text.color": INK,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": RULE,
    "xtick.color": RULE,
    "ytick.color": RULE,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.8,
    "lines.markersize": 6.5,
    "xtick.major.size": 0.0,
    "ytick.major.size": 0.0,
    "xtick.minor.size": 0.0,
    "ytick.minor.size": 0.0,
}


def draw(name: str, alt: str, paint: Callable[[Figure], None], width: int = 400, height: int = 270) -> Markup:
    """Draw a figure, and return it as SVG that stands in the page.

    Parameters
    ----------
    name : str
        Unique in the page; every id inside begins with it.
    alt : str
        What is to be seen, with the numbers, for those who do not see it.
    paint : callable
        Draws on an empty figure.
    width, height : int
        CSS pixels at which its text has the size of the page's small print.
    """
    # Drawing is the only thing that needs matplotlib, and importing it takes longer than most commands.
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(), warnings.catch_warnings():
        # Names in scripts that the measuring font lacks are drawn by the browser's fonts all the same.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        figure = Figure(figsize=(width / 72, height / 72), layout="constrained")
        paint(figure)
        target = io.StringIO()
        figure.savefig(target, format="svg", metadata={"Date": None})
    return _inline(target.getvalue(), name, alt, width, height)


def _inline(drawn: str, name: str, alt: str, width: int, height: int) -> Markup:
    body = drawn[drawn.index("<svg") :].partition(">")[2]
    body = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", body, flags=re.DOTALL)
    body = re.sub(r"<defs>\s*</defs>", "", body)
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', body))
    body = re.sub(r"<[^>]+>", lambda tag: _tag(tag.group(), name, used), body)
    body = re.sub(r"\s*\n\s*", "\n", body)
    label = html.escape(alt)
    return Markup(
        f'<svg class="plot" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"'
        f' aria-label="{label}">{body}'
    )


def _tag(tag: str, name: str, used: set[str]) -> str:
    tag = re.sub(r' id="([^"]+)"', lambda m: f' id="{name}-{m[1]}"' if m[1] in used else "", tag)
    tag = re.sub(r'(?:xlink:)?href="#', f'href="#{name}-', tag).replace("url(#", f"url(#{name}-")
    tag = re.sub(r"font: ([^;\"]*?)([\d.]+)px [^;\"]*", r"font-size: \2px", tag)
    tag = re.sub(r"-?\d+\.\d{3,}", lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."), tag)
    return re.sub("#0a0b[01][1-5]", lambda m: SENTINELS[m[0]], tag)


def tidy(axes: Axes, grid: str = "y") -> None:
    """Leave grid lines of one axis only, and no spine across them."""
    axes.grid(visible=False, axis="x" if grid == "y" else "y", which="both")
    axes.spines["left" if grid == "y" else "bottom"].set_visible(False)


def label_axis(axis: Axis, show: Callable[[float], str] = compact, count: int = 5) -> None:
    """Set about ``count`` round ticks, written by ``show``."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis.set_major_locator(MaxNLocator(count, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: show(value)))
