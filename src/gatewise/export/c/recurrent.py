"""Recurrent layers in C: one step, or as many as a window has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gatewise.errors import ExportError
from gatewise.export.c.cells.base import CellCode
from gatewise.export.c.cells.registry import code_of
from gatewise.export.c.program import Program
from gatewise.export.c.text import indented
from gatewise.export.c.values import Value, assigned
from gatewise.graphs.graph import Array, Node
from gatewise.nn.cells.base import Cell

__all__ = ["recurrent", "recurrent_step"]


@dataclass(frozen=True)
class _Layer:
    """A layer whose weights stand in constant memory under names that begin with ``own``."""

    program: Program
    cell: Cell
    code: CellCode
    own: str
    weights: Sequence[str]

    @classmethod
    def of(cls, program: Program, node: Node) -> _Layer:
        cell: Cell = node.attributes["cell"]
        return cls(program, cell, code_of(cell), program.names.new(cell.name), node.inputs[-4:])

    @property
    def features(self) -> int:
        return self.program.shapes[self.weights[0]].shape[1]

    @property
    def hidden(self) -> int:
        return self.program.shapes[self.weights[1]].shape[1]

    @property
    def rows(self) -> int:
        """Rows of the weights."""
        return self.program.shapes[self.weights[0]].shape[0]

    def step(self, x: str, states: Sequence[str], after: Sequence[str]) -> str:
        """Return a block that reads ``x`` and states and writes the states after the step, all by their addresses."""
        program, code, rows = self.program, self.code, self.rows
        biases = [np.asarray(program.shapes[name].constant) for name in self.weights[2:]]
        names = self.cell.states
        gates = program.room("gates", "float32", (rows,))
        lines = ["{", f"    enum {{ H = {self.hidden} }};"]
        lines += [f"    const float *{name} = {place};" for name, place in zip(names, states, strict=True)]
        lines += [
            f"    float *restrict new_{name} = {place};" for name, place in zip(names, after, strict=True)
        ]
        lines.append(f"    float *restrict a = {gates.place};")
        bias = program.constant(f"{self.own} bias", biases[0] if code.apart else biases[0] + biases[1])
        body = [_copied("a", bias, rows)]
        if code.apart:
            apart = program.room("apart", "float32", (rows,))
            lines.append(f"    float *restrict q = {apart.place};")
            body.append(_copied("q", program.constant(f"{self.own} hidden_bias", biases[1]), rows))
        if any(stage.of == "m" for stage in code.stages):
            between = program.room("between", "float32", (self.hidden,))
            lines.append(f"    float *restrict m = {between.place};")
        body.append(self._product(self.weights[0], "input", "a", x, 0, rows))
        body += self._stages()
        return "\n".join([*lines, *(indented(one) for one in body), "}"])

    def _stages(self) -> list[str]:
        lines, block = [], 0
        for number, stage in enumerate(self.code.stages):
            out = "q" if self.code.apart else "a"
            name = "hidden" if len(self.code.stages) == 1 else f"hidden_{number}"
            count = stage.blocks * self.hidden
            target = f"{out} + {block} * H" if block else out
            lines.append(self._product(self.weights[1], name, target, stage.of, block * self.hidden, count))
            lines.append(stage.then)
            block += stage.blocks
        return lines

    def _product(self, weights: str, name: str, out: str, of: str, first: int, count: int) -> str:
        """Return a call that multiplies by rows of weights, which stand as columns in constant memory."""
        program, part = self.program, slice(first, first + count)
        if weights in program.quantised:
            packed = program.quantised[weights]
            columns: Array = packed.numbers[part].T
            numbers = program.constant(f"{self.own} {name}", columns)
            steps = program.constant(f"{self.own} {name}_step", packed.scale[part])
            return f"add_product_int8({out}, {of}, {numbers}, {steps}, {len(columns)}, {count});"
        columns = np.asarray(program.shapes[weights].constant)[part].T
        return f"add_product({out}, {of}, {program.constant(f'{self.own} {name}', columns)}, {len(columns)}, {count});"


def recurrent_step(program: Program, node: Node) -> list[Value]:
    """Write one step of a layer; returns its states after it."""
    layer = _Layer.of(program, node)
    x, *states = [program.placed(program.value(name), name) for name in node.inputs[:-4]]
    after = [program.room(f"{name}_after", "float32", (1, layer.hidden)) for name in layer.cell.states]
    block = layer.step(str(x.place), [str(one.place) for one in states], [str(one.place) for one in after])
    program.statements.append(f"/* {layer.cell.name}, {layer.hidden} units */\n{block}")
    program.multiply_adds += layer.rows * (layer.features + layer.hidden)
    return after


def recurrent(program: Program, node: Node) -> list[Value]:
    """Write a layer over a window, whose rows are all as long as it; returns its outputs and last states."""
    layer = _Layer.of(program, node)
    name, lengths, *begin = node.inputs[:-4]
    x = program.placed(program.value(name), name)
    rows, time, features = x.shape
    known = program.shapes[lengths].constant
    if node.attributes["directions"] != 1 or known is None or (known != time).any():
        raise ExportError(
            f"{program.graph.name}: there is no C for whole sequences, only for windows of one length"
        )
    hidden, names = layer.hidden, layer.cell.states
    outputs = program.room("outputs", "float32", (rows, time, hidden))
    last = [program.room(f"{name}_last", "float32", (rows, hidden)) for name in names]
    after = [program.room(f"{name}_after", "float32", (hidden,)) for name in names]
    begun = [assigned(to, program.value(one)) for to, one in zip(last, begin, strict=True)]
    block = layer.step(
        f"{x.place} + ({time} * i + j) * {features}",
        [f"{one.place} + {hidden} * i" for one in last],
        [str(one.place) for one in after],
    )
    kept = [f"{to.place}[{hidden} * i + u] = {one.place}[u];" for to, one in zip(last, after, strict=True)]
    kept.append(f"{outputs.place}[({time} * i + j) * {hidden} + u] = {after[0].place}[u];")
    copied = f"for (int u = 0; u < {hidden}; u++) {{\n{indented(chr(10).join(kept))}\n}}"
    over = f"for (int i = 0; i < {rows}; i++)\n    for (int j = 0; j < {time}; j++) {{"
    loops = f"{over}\n{indented(f'{block}{chr(10)}{copied}', 2)}\n    }}"
    program.statements.append(
        "\n".join([f"/* {layer.cell.name}, {hidden} units, {time} steps */", *begun, loops])
    )
    program.multiply_adds += rows * time * layer.rows * (layer.features + hidden)
    return [outputs, *last]


def _copied(to: str, constant: str, count: int) -> str:
    return f"for (int u = 0; u < {count}; u++)\n    {to}[u] = {constant}[u];"
