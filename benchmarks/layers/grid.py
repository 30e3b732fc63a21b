"""What is measured: cells, shapes, modes, and the arithmetic in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

__all__ = [
    "CELLS",
    "GRID",
    "MEMORY_SHAPES",
    "QUICK_SHAPES",
    "STEP_SHAPES",
    "Cell",
    "Job",
    "Mode",
    "Shape",
    "jobs",
]


class Mode(StrEnum):
    """What a job does."""

    TRAIN = "train"
    INFER = "infer"
    RAGGED = "ragged"
    STEP = "step"
    MEMORY = "memory"
    START = "start"

    @property
    def trains(self) -> bool:
        """Whether there is a backward pass."""
        return self in (Mode.TRAIN, Mode.RAGGED, Mode.MEMORY, Mode.START)


@dataclass(frozen=True)
class Cell:
    """A kind of cell.

    Attributes
    ----------
    name : str
    kind : {"RNN", "LSTM", "GRU"}
        As torch and ONNX call it.
    blocks : int
        Blocks of parameters.
    states : tuple of str
    reset_after : bool
        Whether a GRU's reset gate acts after the product.
    """

    name: str
    kind: str
    blocks: int
    states: tuple[str, ...] = ("h",)
    reset_after: bool = False


CELLS = {
    cell.name: cell
    for cell in (
        Cell("rnn", "RNN", 1),
        Cell("lstm", "LSTM", 4, ("h", "c")),
        Cell("gru", "GRU", 3),
        Cell("gru-reset-after", "GRU", 3, reset_after=True),
    )
}


@dataclass(frozen=True, order=True)
class Shape:
    """Sizes of the input, the state, the batch and time."""

    input: int
    hidden: int
    batch: int
    time: int

    def __str__(self) -> str:
        return f"{self.input}/{self.hidden}/{self.batch}/{self.time}"

    @classmethod
    def parse(cls, text: str) -> Shape:
        """Read ``I/H/B/T``; ValueError if it is none."""
        if not re.fullmatch(r"[1-9]\d*(/[1-9]\d*){3}", text):
            raise ValueError(f"expected I/H/B/T, four numbers from 1, got {text!r}")
        return cls(*map(int, text.split("/")))


_ALL = tuple(CELLS)
GRID: dict[Shape, tuple[str, ...]] = {
    Shape(32, 64, 32, 100): _ALL,
    Shape(64, 128, 32, 100): _ALL,
    Shape(128, 256, 32, 100): _ALL,
    Shape(256, 512, 32, 50): _ALL,
    Shape(256, 1024, 64, 25): _ALL,
    Shape(128, 256, 1, 100): _ALL,
    Shape(128, 256, 8, 100): _ALL,
    Shape(500, 500, 64, 50): _ALL,
    # Of Baidu's DeepBench.
    Shape(512, 512, 16, 25): ("lstm",),
    Shape(1024, 1024, 32, 150): ("gru", "gru-reset-after"),
}
QUICK_SHAPES = (Shape(32, 64, 32, 100), Shape(128, 256, 32, 100), Shape(128, 256, 1, 100))
STEP_SHAPES = tuple(Shape(size, 2 * size, 1, 1) for size in (32, 64, 128, 256))
MEMORY_SHAPES = (Shape(128, 256, 32, 100), Shape(500, 500, 64, 50))

# Of the grid; a packed batch takes torch long.
_RAGGED = frozenset(
    {Shape(32, 64, 32, 100), Shape(128, 256, 32, 100), Shape(256, 512, 32, 50), Shape(128, 256, 8, 100)}
)


@dataclass(frozen=True)
class Job:
    """One thing to compute and to time."""

    mode: Mode
    cell: Cell
    shape: Shape

    def __str__(self) -> str:
        return f"{self.mode} {self.cell.name} {self.shape}"

    def of(self, cell: str) -> Job:
        """The same of another cell."""
        return replace(self, cell=CELLS[cell])

    def gigaflops(self, steps: int | None = None) -> float:
        """Operations of the matrix products, in thousand millions; a multiply-add is two.

        ``2 · blocks · H · (I + H)`` per row and step; training takes three times as many, because each product
        has two gradients. ``steps`` are the rows' steps added up, ``B · T`` by default.
        """
        shape = self.shape
        each = 2 * self.cell.blocks * shape.hidden * (shape.input + shape.hidden)
        return each * (steps or shape.batch * shape.time) * (3 if self.mode.trains else 1) / 1e9


def jobs(modes: Sequence[Mode], cells: Sequence[str], shapes: Sequence[Shape]) -> dict[Shape, list[Job]]:
    """Jobs on whole sequences, by shape; a shape of the grid keeps to its own cells and modes."""
    found = {}
    for shape in shapes:
        here = [name for name in cells if name in GRID.get(shape, _ALL)]
        # One row differs in length from nobody.
        ragged = shape in _RAGGED if shape in GRID else shape.batch > 1
        found[shape] = [
            Job(mode, CELLS[name], shape)
            for mode in modes
            for name in here
            if mode in (Mode.TRAIN, Mode.INFER) or (mode is Mode.RAGGED and ragged)
        ]
    return {shape: some for shape, some in found.items() if some}
