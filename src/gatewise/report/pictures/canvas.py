"""Pictures as SVG that stands in the page, in the colours of its theme, with the values to be shown under a pointer.

No library: what a picture needs (lines, bands, whiskers, bars, marks, text) is a few lines each, a page of thirty
pictures is written in a tenth of a second, and nothing has to be loaded to read it.
"""

from __future__ import annotations

import html
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from gatewise.report.pictures.scale import Scale
from gatewise.report.style import INK, MUTED, RULE, SURFACE, Style

__all__ = ["Canvas", "Picture", "clip"]

# Mean width of a character of the small print, in shares of its height; there are no metrics of the reader's font.
_WIDTH = 0.56
_SMALL = 11.5
_SHAPES = {
    "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "up": ((0, -1.1), (1.05, 0.85), (-1.05, 0.85)),
    "down": ((0, 1.1), (1.05, -0.85), (-1.05, -0.85)),
    "diamond": ((0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)),
}


@dataclass(frozen=True)
class Picture:
    """A drawing with what stands around it.

    Attributes
    ----------
    svg : Markup
        Ready to stand in the page.
    key : tuple of str
        Candidates whose marks it uses and does not name itself.
    note : str
        What it shows, in a sentence with numbers.
    method : str
        How it was measured, in a line.
    wide : bool
        It takes the whole width.
    """

    title: str
    svg: Markup
    key: tuple[str, ...] = ()
    note: str = ""
    method: str = ""
    wide: bool = False


@dataclass
class Canvas:
    """A frame with two axes, to draw on.

    Parameters
    ----------
    x, y : Scale
    width, height : int
        CSS pixels at which its text has the size of the page's small print.
    grid : str
        Which axes have grid lines.
    """

    x: Scale
    y: Scale
    width: int = 400
    height: int = 270
    grid: str = "y"
    parts: list[str] = field(default_factory=list)
    spots: list[tuple[float, float, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        widest = max((len(text) for _, text in self.y.ticks), default=0)
        self.left = round(widest * _SMALL * _WIDTH + 10) + (18 if self.y.label else 0)
        last = self.x.ticks[-1] if self.x.ticks else (0.0, "")
        spill = len(last[1]) * _SMALL * _WIDTH / 2 - (1 - self.x.share(last[0])) * (self.width - self.left)
        self.right = self.width - max(6, round(spill) + 2)
        self.top = 8
        self.bottom = self.height - (22 if self.x.ticks else 6) - (18 if self.x.label else 0)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of a value, in pixels from the left and the top."""
        across = self.left + self.x.share(x) * (self.right - self.left)
        return across, self.bottom - self.y.share(y) * (self.bottom - self.top)

    def line(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        colour: str,
        *,
        dash: str = "",
        width: float = 1.8,
        faint: bool = False,
    ) -> None:
        """Draw a line; it is broken where a value is missing."""
        found = _path(
            None if not (math.isfinite(x) and math.isfinite(y)) or (self.y.log and y <= 0) else self.at(x, y)
            for x, y in zip(xs, ys, strict=True)
        )
        if "l" in found:
            dashes = f' stroke-dasharray="{dash}"' if dash else ""
            pale = ' opacity="0.45"' if faint else ""
            self.parts.append(
                f'<path d="{found}" fill="none" stroke="{colour}" stroke-width="{width:g}"{dashes}{pale}/>'
            )

    def sticks(self, xs: Iterable[float], ys: Iterable[float], colour: str) -> None:
        """Draw a line from zero to each value."""
        found = []
        for x, y in zip(xs, ys, strict=True):
            (across, down), (_, zero) = self.at(x, y), self.at(x, 0.0)
            found.append(f"M{_short(across)} {_short(zero)}V{_short(down)}")
        self.parts.append(f'<path d="{"".join(found)}" fill="none" stroke="{colour}" stroke-width="1.4"/>')

    def marks(
        self, xs: Iterable[float], ys: Iterable[float], style: Style, *, size: float = 3.4, every: int = 1
    ) -> None:
        """Set the mark of a candidate at places."""
        for number, (x, y) in enumerate(zip(xs, ys, strict=True)):
            if number % every == 0 and math.isfinite(x) and math.isfinite(y) and not (self.y.log and y <= 0):
                self.mark(x, y, style, size=size)

    def mark(self, x: float, y: float, style: Style, *, size: float = 3.4) -> None:
        """Set one mark."""
        across, down = self.at(x, y)
        fill = style.colour if style.filled else SURFACE
        look = f'fill="{fill}" stroke="{style.colour}" stroke-width="1.4"'
        if style.shape == "circle":
            self.parts.append(f'<circle cx="{_short(across)}" cy="{_short(down)}" r="{size:g}" {look}/>')
            return
        corners = " ".join(
            f"{_short(across + size * dx)},{_short(down + size * dy)}" for dx, dy in _SHAPES[style.shape]
        )
        self.parts.append(f'<polygon points="{corners}" {look}/>')

    def dot(self, x: float, y: float, colour: str, *, size: float = 2.2) -> None:
        """Set a small dot of a cloud."""
        across, down = self.at(x, y)
        self.parts.append(
            f'<circle cx="{_short(across)}" cy="{_short(down)}" r="{size:g}" fill="{colour}" opacity="0.6"/>'
        )

    def band(self, xs: Sequence[float], low: Sequence[float], high: Sequence[float], colour: str) -> None:
        """Fill the ground between two lines."""
        there = [self.at(x, y) for x, y in zip(xs, low, strict=True)]
        back = [self.at(x, y) for x, y in zip(xs, high, strict=True)][::-1]
        self.parts.append(f'<path d="{_path([*there, *back])}z" fill="{colour}" opacity="0.22"/>')

    def box(
        self,
        x0: float,
        x1: float,
        y0: float,
        y1: float,
        colour: str,
        *,
        filled: bool = True,
        opacity: float = 1,
    ) -> None:
        """Draw a bar from corner to corner."""
        (left, one), (right, other) = self.at(x0, y0), self.at(x1, y1)
        pale = f' opacity="{opacity:g}"' if opacity < 1 else ""
        look = f'fill="{colour}"' if filled else f'fill="none" stroke="{colour}"'
        place = f'x="{_short(min(left, right))}" y="{_short(min(one, other))}"'
        size = f'width="{_short(abs(right - left))}" height="{_short(abs(other - one))}"'
        self.parts.append(f"<rect {place} {size} {look}{pale}/>")

    def rule(
        self, *, x: float | None = None, y: float | None = None, dash: str = "", colour: str = INK
    ) -> None:
        """Draw a line across the whole frame at a value of one axis."""
        xs = (self.x.low, self.x.high) if x is None else (x, x)
        ys = (self.y.low, self.y.high) if y is None else (y, y)
        self.line(xs, ys, colour, dash=dash, width=1)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        anchor: str = "start",
        colour: str = INK,
        move: tuple[float, float] = (0, 0),
        size: float = _SMALL,
    ) -> None:
        """Write words beside a value."""
        across, down = self.at(x, y)
        self._write(across + move[0], down + move[1] + 0.35 * size, words, anchor, colour, size)

    def spot(self, x: float, y: float, words: str) -> None:
        """Say what is shown when a pointer comes near."""
        if math.isfinite(x) and math.isfinite(y) and not (self.y.log and y <= 0):
            across, down = self.at(x, y)
            self.spots.append((round(across, 1), round(down, 1), words))

    def _write(
        self,
        across: float,
        down: float,
        words: str,
        anchor: str = "start",
        colour: str = "",
        size: float = _SMALL,
        turn: str = "",
    ) -> None:
        aligned = "" if anchor == "start" else f' text-anchor="{anchor}"'
        sized = "" if size == _SMALL else f' font-size="{size:g}"'
        filled = f' fill="{colour}"' if colour else ""
        place = f'x="{_short(across)}" y="{_short(down)}"'
        self.parts.append(
            f"<text {place}{aligned}{sized}{turn}{filled}>{html.escape(words, quote=False)}</text>"
        )

    def _frame(self) -> list[str]:
        drawn, self.parts = self.parts, []
        lines = ""
        for value, _ in self.y.ticks if "y" in self.grid and not self.y.names else ():
            lines += f"M{_short(self.left)} {_short(self.at(self.x.low, value)[1])}H{_short(self.right)}"
        for value, _ in self.x.ticks if "x" in self.grid and not self.x.names else ():
            lines += f"M{_short(self.at(value, self.y.low)[0])} {_short(self.top)}V{_short(self.bottom)}"
        if "x" not in self.grid:
            lines += f"M{_short(self.left)} {_short(self.bottom)}H{_short(self.right)}"
        if lines:
            self.parts.append(f'<path d="{lines}" stroke="{RULE}"/>')
        self._labels()
        frame, self.parts = self.parts, drawn
        return frame

    def _labels(self) -> None:
        reach = -math.inf
        self.parts.append(f'<g text-anchor="middle" fill="{MUTED}">')
        for value, words in self.x.ticks:
            across, _ = self.at(value, self.y.low)
            half = len(words) * _SMALL * _WIDTH / 2
            # Labels that would touch the one before them are left out.
            if across - half >= reach + 4:
                self._write(across, self.bottom + 15, words)
                reach = across + half
        colour = INK if self.y.names else MUTED
        self.parts.append(f'</g><g text-anchor="end" fill="{colour}">')
        for value, words in self.y.ticks:
            _, down = self.at(self.x.low, value)
            self._write(self.left - 6, down + 4, words)
        self.parts.append("</g>")
        middle = (self.left + self.right) / 2
        if self.x.label:
            # A label that is wider than its axis stands in the middle of the picture.
            if len(self.x.label) * 12 * _WIDTH > self.right - self.left:
                middle = self.width / 2
            self._write(middle, self.height - 5, self.x.label, "middle", MUTED, 12)
        if self.y.label:
            down = (self.top + self.bottom) / 2
            turn = f' transform="rotate(-90 11 {_short(down)})"'
            self._write(11, down, self.y.label, "middle", MUTED, 12, turn)

    def svg(self, alt: str) -> Markup:
        """Return the picture; ``alt`` is what is to be seen, with the numbers, for those who do not see it."""
        spots = html.escape(json.dumps(self.spots, ensure_ascii=False, separators=(",", ":")), quote=False)
        # In single quotes, as JSON is full of double ones.
        quoted = spots.replace("'", "&#39;")
        hover = f" data-spots='{quoted}'" if self.spots else ""
        body = "\n".join([*self._frame(), *self.parts])
        return Markup(
            f'<svg class="plot" viewBox="0 0 {self.width} {self.height}" width="{self.width}"'
            f' height="{self.height}" role="img" aria-label="{html.escape(alt)}"{hover}>\n{body}\n</svg>'
        )


def _path(places: Iterable[tuple[float, float] | None]) -> str:
    """Return a line through places, each written as the way from the one before; it is broken at ``None``."""
    found: list[str] = []
    before: tuple[int, int] | None = None
    for place in places:
        if place is None:
            before = None
            continue
        # In tenths of a pixel, so that what is rounded does not add up.
        here = round(10 * place[0]), round(10 * place[1])
        if before is None:
            found.append(f"M{_tenths(here[0])} {_tenths(here[1])}")
        else:
            across, down = _tenths(here[0] - before[0]), _tenths(here[1] - before[1])
            found.append(f"l{across}{'' if down.startswith('-') else ' '}{down}")
        before = here
    return "".join(found)


def _tenths(value: int) -> str:
    return f"{value / 10:g}"


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def clip(name: str, length: int = 24) -> str:
    """Return a name short enough to stand beside a picture."""
    return name if len(name) <= length else name[: length - 1] + "…"
