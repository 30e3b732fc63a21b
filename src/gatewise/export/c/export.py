"""``gatewise.export.export_c``: a fitted model as C."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gatewise.export.c.checking import Checked, held_against
from gatewise.export.c.files import Files, written
from gatewise.export.c.observations import Observations, answers_to, given, usual
from gatewise.export.c.text import identifier
from gatewise.export.folders import export_folder

__all__ = ["CExport", "Rounding", "export_c"]


@dataclass(frozen=True)
class Rounding:
    """What weights of eight bits change.

    Attributes
    ----------
    rows : int
        Answers that were compared with those of the weights as they were.
    mean, largest : float
        Of the differences.
    same_choice : float or None
        In which share of the rows the largest answer is the same; where answers are probabilities.
    of : str
        Which rows these are.
    """

    rows: int
    mean: float
    largest: float
    same_choice: float | None
    of: str


@dataclass(frozen=True)
class CExport:
    """What was written, what it takes, and what was checked.

    Attributes
    ----------
    files : tuple of Path
        Header, source, and a program that reads rows.
    int8 : bool
        Whether weights have eight bits.
    flash_bytes : int
        Of weights and other constants, the code not counted.
    carried_bytes, scratch_bytes : int
        Of a state: what goes on to the next step, and room for what is computed in one.
    multiply_adds : int
        Of products of matrices, a step.
    compiler : str
        By which it was compiled; empty where none was found.
    rows : int
        How many answers of the compiled program were compared with Python's.
    largest_difference : float or None
        Of these, relative to numbers above 1, and of values to the largest; at most 1e-5, else nothing is written.
    not_compiled : str
        Why it was not compiled.
    rounding : Rounding or None
        Of weights of eight bits.
    note : str
        What was left out, and why.
    """

    files: tuple[Path, ...]
    int8: bool
    flash_bytes: int
    carried_bytes: int
    scratch_bytes: int
    multiply_adds: int
    compiler: str
    rows: int
    largest_difference: float | None
    not_compiled: str = ""
    rounding: Rounding | None = None
    note: str = ""

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files."""
        return self.files

    @property
    def ram_bytes(self) -> int:
        """Bytes of a state."""
        return self.carried_bytes + self.scratch_bytes

    def __str__(self) -> str:
        lines = [
            f"flash         {self.flash_bytes:,} bytes of constants",
            f"RAM           {self.ram_bytes:,} bytes: {self.carried_bytes:,} carried, {self.scratch_bytes:,} scratch",
            f"multiply-adds {self.multiply_adds:,} a step",
        ]
        if self.compiler:
            lines.append(
                f"checked       compiled by {self.compiler}; {self.rows:,} answers equal to Python's to "
                f"{self.largest_difference:.1g}"
            )
        else:
            lines.append(f"not compiled  {self.not_compiled}")
        if self.rounding is not None:
            lines.append(f"rounding      {_said(self.rounding)}")
        if self.note:
            lines.append(f"note          {self.note}")
        return "\n".join(lines)

    def to_json(self) -> str:
        """The same for programs."""
        found = asdict(self) | {"ram_bytes": self.ram_bytes, "files": [str(one) for one in self.files]}
        return json.dumps(found, indent=1)


def export_c(
    model: Any,
    folder: str | Path,
    *,
    name: str | None = None,
    int8: bool = False,
    data: Any = None,
    **columns: Any,
) -> CExport:
    """Write one step of a fitted model as C99: a header, a source, and a ``main.c`` that reads rows.

    What is written needs the C library and its mathematics, and allocates nothing: the caller owns the state, a struct.
    It is compiled with this machine's compiler, if there is one, and written only if it answers what Python does.

    Parameters
    ----------
    model : estimator
        That answers step by step, see ``open_stream``.
    folder : path
        To be made; one that an export of the same name wrote is replaced.
    name : str, optional
        What files and functions are called; by default the kind of the model.
    int8 : bool, default False
        Keep matrices of weights as whole numbers of eight bits with a scale for each output: a quarter of the room.
        Everything else stays as it is.
    data : optional
        Sequences on which C and Python are compared, and the loss of eight bits is measured, as ``predict`` takes them;
        random ones by default.
    **columns
        Which columns of ``data`` are what, as for ``predict``.

    Returns
    -------
    CExport

    Raises
    ------
    StreamError
        The model does not answer step by step.
    ExportError
        It has a cell that is not one of this package's, or what was written does not answer what Python does.

    Examples
    --------
    >>> import gatewise, gatewise.export, numpy
    >>> random = numpy.random.default_rng(0)
    >>> X = [random.normal(size=(20, 1)) + n % 2 for n in range(20)]
    >>> model = gatewise.SequenceClassifier("GRU", bidirectional=False, hidden_size=4, random_state=0)
    >>> found = gatewise.export.export_c(model.fit(X, [n % 2 for n in range(20)]), "firmware", name="wave")
    >>> sorted(path.name for path in found.files)
    ['main.c', 'wave.c', 'wave.h']
    """
    graph = model.step_graph()
    prefix = identifier(graph.name if name is None else name)
    files = written(graph, prefix, int8=int8)
    feeds, of = usual(model, graph) if data is None else (given(model, graph, data, columns), "of the data")
    expected = answers_to(files.graph, feeds)
    checked = held_against(files, feeds, expected)
    rounding = _rounding(answers_to(graph, feeds), expected, of) if int8 else None
    folder = Path(folder)
    with export_folder(folder, tuple(files.texts)) as new:
        for file, text in files.texts.items():
            (new / file).write_text(text, encoding="utf-8", newline="\n")
    return _report(folder, files, checked, rounding, int8=int8)


def _report(
    folder: Path, files: Files, checked: Checked, rounding: Rounding | None, *, int8: bool
) -> CExport:
    return CExport(
        tuple(folder / file for file in files.texts),
        int8,
        files.flash_bytes,
        files.layout.carried_bytes,
        files.layout.total_bytes - files.layout.carried_bytes,
        files.multiply_adds,
        checked.compiler,
        checked.rows,
        checked.largest,
        checked.why_not,
        rounding,
        files.note,
    )


def _rounding(before: Sequence[Observations], after: Sequence[Observations], of: str) -> Rounding:
    pairs = [
        (one[name].reshape(len(one[name]), -1), other[name].reshape(len(one[name]), -1))
        for one, other in zip(before, after, strict=True)
        for name in one
    ]
    old, new = (np.concatenate(parts).astype(np.float64) for parts in zip(*pairs, strict=True))
    differences = np.abs(new - old)
    choice = "probabilities" in before[0] and old.shape[1] > 1
    same = float((old.argmax(1) == new.argmax(1)).mean()) if choice else None
    return Rounding(len(old), float(differences.mean()), float(differences.max()), same, of)


def _said(rounding: Rounding) -> str:
    rows = f"{rounding.rows:,} rows {rounding.of}"
    same = (
        ""
        if rounding.same_choice is None
        else f"; the most probable is the same in {rounding.same_choice:.1%}"
    )
    return (
        f"answers change by {rounding.mean:.2g} on average, {rounding.largest:.2g} at most, on {rows}{same}"
    )
