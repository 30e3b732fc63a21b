"""Training curves of the three cells, one small picture for each data set, size and length."""

from __future__ import annotations

import io
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

__all__ = ["Curves", "draw"]

COLUMNS = 4
COLOURS = {"RNN": "#b35900", "LSTM": "#0b66c3", "GRU": "#2c7a2c"}


@dataclass(frozen=True)
class Curves:
    """The training loss of each cell at moments of the run, a line for each seed."""

    title: str
    courses: dict[str, list[list[float]]]


def draw(curves: list[Curves]) -> str:
    """Draw them all as SVG."""
    lines = -(-len(curves) // COLUMNS)
    figure = Figure(figsize=(3.2 * COLUMNS, 2.4 * lines), layout="constrained")
    axes = np.atleast_1d(figure.subplots(lines, COLUMNS, squeeze=False)).ravel()
    for axis, one in zip(axes, curves, strict=False):
        for cell, courses in one.courses.items():
            for number, course in enumerate(courses):
                progress = 100 * np.arange(1, len(course) + 1) / max(1, len(course))
                axis.plot(
                    progress, course, color=COLOURS.get(cell), linewidth=1, label=None if number else cell
                )
        axis.set_title(one.title, fontsize=8)
        axis.tick_params(labelsize=7)
        axis.set_yscale("log")
    for axis in axes[len(curves) :]:
        axis.set_visible(False)
    if len(axes):
        axes[0].legend(fontsize=7)
    figure.supxlabel("% of the updates", fontsize=8)
    figure.supylabel("training loss", fontsize=8)
    text = io.StringIO()
    # Without a date and with fixed names, so that the same curves give the same file.
    with mpl.rc_context({"svg.hashsalt": "gatewise", "svg.fonttype": "none"}):
        figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()
