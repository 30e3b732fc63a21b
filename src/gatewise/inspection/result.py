"""What every result of an inspection can do: become a frame, JSON, and a picture in a notebook."""

from __future__ import annotations

import html
import io
import json
import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from gatewise.writing import write_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Result"]

Table = Mapping[str, Iterable[Any]]


class Result(ABC):
    """Base of results; a subclass gives its table, a sentence, and how it is drawn."""

    @abstractmethod
    def table(self) -> Table:
        """Return the numbers as columns of one length."""

    def facts(self) -> dict[str, Any]:
        """Return what is said once and has no row, by name."""
        return {}

    @abstractmethod
    def draw(self, axes: Axes) -> None:
        """Draw it on axes of matplotlib."""

    def to_frame(self) -> Any:
        """Return the table as a pandas frame, or where there is no pandas as a table of pyarrow."""
        table = pa.table({name: pa.array(list(values)) for name, values in self.table().items()})
        return table.to_pandas() if find_spec("pandas") else table

    def to_json(self, path: str | Path | None = None) -> str:
        """Return ``{"facts": …, "table": columns by name}``, no number as ``null``; write it where a path is given."""
        columns = {name: [_plain(value) for value in values] for name, values in self.table().items()}
        facts = {name: _plain(value) for name, value in self.facts().items()}
        text = json.dumps({"facts": facts, "table": columns}, ensure_ascii=False)
        if path is not None:
            write_whole(path, text + "\n")
        return text

    def _repr_html_(self) -> str:
        return f"<figure>{_svg(self)}<figcaption>{html.escape(str(self))}</figcaption></figure>"


def _plain(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _svg(result: Result) -> str:
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.ticker import NullFormatter

    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "gatewise", "text.parse_math": False}):
        figure = Figure(figsize=(7, 3), layout="constrained")
        axes = figure.add_subplot()
        result.draw(axes)
        for axis in (axes.xaxis, axes.yaxis):
            if axis.get_scale() == "log":  # whose powers of ten would be written as mathematics
                axis.set_major_formatter(lambda value, _: f"{value:g}")
                axis.set_minor_formatter(NullFormatter())
        written = io.StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None})
    return written.getvalue()[written.getvalue().index("<svg") :]
