"""An explanation as text of 80 columns, and as HTML for notebooks."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from html import escape
from typing import TYPE_CHECKING

from gatewise.explanation.claims import PAGE
from gatewise.spelling import spelled

if TYPE_CHECKING:
    from gatewise.explanation.explain import Explanation

__all__ = ["folded", "html_of", "text_of"]

WIDTH = 80
UNBROKEN = "\u00a0"
SYMBOLS = (
    "x input, h U and x W products with weights, each block's own, ' after the step, σ logistic, ⊙ by element"
)
PAGES = "docs/cells.md beside the other cells, with pictures; docs/claims.md for how it was measured"


def text_of(known: Explanation) -> str:
    """Write an explanation in lines of at most 80 columns."""
    width = max(map(len, known.gates), default=0) + 2
    parts = [folded(f"{known.name}: {known.summary}", "")]
    if known.equations:
        lines = (f"  {line}" for line in known.equations)
        parts.append(_part("Equations of one step", [*lines, folded(SYMBOLS, "  ")]))
    if known.gates:
        gates = (folded(f"{name:{width}}{words}", "  ", width) for name, words in known.gates.items())
        parts.append(_part("Gates", gates))
    sizes = (folded(f"{name:15}{value}", "  ", 15) for name, value in _sizes(known))
    parts.append(_part(_size_title(known), sizes))
    parts.append(_part(f"Measured ({PAGE}, {known.measured_on})", _measured(known)))
    parts.append(_part("Read on", [folded(PAGES, "  ")]))
    return "\n\n".join(parts)


def html_of(known: Explanation) -> str:
    """Write an explanation for a notebook."""
    gates = "".join(
        f"<dt><b>{escape(name)}</b></dt><dd>{escape(words)}</dd>" for name, words in known.gates.items()
    )
    sizes = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in _sizes(known)
    )
    rows = "".join(
        f"<tr><td>{escape(claim.statement)}: <b>{claim.verdict}</b></td><td>{escape(one.what)}</td>"
        f"<td>{escape(one.found)}</td></tr>"
        for claim in known.measured
        for one in claim.measurements
    )
    measured = f"<table>{rows}</table>" if rows else f"<p>{escape(_nothing(known))}</p>"
    lines = escape("\n".join(known.equations))
    equations = f"<pre>{lines}</pre><p><small>{escape(SYMBOLS)}</small></p>" if lines else ""
    return (
        f"<h3>{escape(known.name)}</h3><p>{escape(known.summary)}</p>"
        f"{equations}"
        f"<dl>{gates}</dl><h4>{escape(_size_title(known))}</h4><table>{sizes}</table>"
        f"<h4>Measured ({PAGE}, {known.measured_on})</h4>{measured}"
    )


def folded(text: str, indent: str, hanging: int = 0) -> str:
    """Break a line at 80 columns, never at an unbroken space; what follows stands ``hanging`` columns further in."""
    lines = textwrap.fill(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + " " * hanging,
        break_on_hyphens=False,
    )
    return lines.replace(UNBROKEN, " ")


def _part(title: str, lines: Iterable[str]) -> str:
    return "\n".join([title, *lines])


def _size_title(known: Explanation) -> str:
    return f"Size, with {known.input_size} inputs and {known.hidden_size} hidden units"


def _sizes(known: Explanation) -> Iterator[tuple[str, str]]:
    blocks, inputs, hidden = known.blocks, known.input_size, known.hidden_size
    yield "parameters", f"{known.parameters:,} = {blocks} · {hidden} · ({inputs} + {hidden} + 2)"
    yield "", f"{blocks} · hidden · (input + hidden + 2 biases)"
    yield "multiply-adds", f"{known.multiply_adds:,} per step = {blocks} · {hidden} · ({inputs} + {hidden})"
    yield "carried", f"{' and '.join(known.states)}: {known.state_bytes:,} bytes in float32"


def _measured(known: Explanation) -> Iterator[str]:
    for claim in known.measured:
        yield folded(f"{claim.statement}: {claim.verdict}", "  ", 2)
        for one in claim.measurements:
            yield folded(f"{one.what}: {one.found.replace(' ', UNBROKEN)}", "    ", 2)
    if not known.measured:
        before, command, after = _nothing(known).split("`")
        yield folded(f"{before}`{command.replace(' ', UNBROKEN)}`{after}", "  ")


def _nothing(known: Explanation) -> str:
    cells = spelled("cells", ["RNN", "LSTM", "GRU", known.name])
    return f"nothing of the {known.name} stands there; a comparison with `{cells}` measures it on your data"
