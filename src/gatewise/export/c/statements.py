"""Operators that take several numbers for each that they compute: loops of C."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gatewise.errors import ExportError
from gatewise.export.c.elementwise import CHOICES
from gatewise.export.c.program import Program, Statement
from gatewise.export.c.recurrent import recurrent, recurrent_step
from gatewise.export.c.text import C_TYPES, indented, literal
from gatewise.export.c.values import Index, Value, bare, plus, scoped, with_loops
from gatewise.graphs.graph import Node

__all__ = ["STATEMENTS"]


def _matmul(program: Program, node: Node) -> list[Value]:
    (name,) = node.outputs
    x = program.placed(program.value(node.inputs[0]), node.inputs[0])
    weights = program.value(node.inputs[1])
    if weights.packed is None:
        weights = program.placed(weights, node.inputs[1])
    inputs, outputs = weights.shape[-2:]
    if int(np.prod(weights.shape, dtype=int)) != inputs * outputs:
        raise ExportError(f"{program.graph.name}: there is no C for products of several matrices at once")
    found = program.room(name, x.dtype, program.shapes[name].shape)
    rows = program.shapes[name].size // outputs
    call = f"add_product{'_double' if x.dtype == 'float64' else ''}"
    of = f"{weights.place}"
    if weights.packed is not None:
        call, of = "add_product_int8", f"{weights.packed.numbers}, {weights.packed.steps}"
    zero = literal(0, x.dtype)
    text = [
        f"/* {node.operator} */",
        f"for (int i = 0; i < {rows * outputs}; i++)",
        f"    {found.place}[i] = {zero};",
    ]
    many = rows > 1
    out, row = (
        (f"{found.place} + {outputs} * i", f"{x.place} + {inputs} * i") if many else (found.place, x.place)
    )
    product = f"{call}({out}, {row}, {of}, {inputs}, {outputs});"
    text += [f"for (int i = 0; i < {rows}; i++)", indented(product)] if many else [product]
    program.statements.append("\n".join(text))
    program.multiply_adds += rows * inputs * outputs
    return [found]


def _concat(program: Program, node: Node) -> list[Value]:
    (name,) = node.outputs
    shape = program.shapes[name].shape
    axis = node.attributes["axis"] % len(shape)
    found, text, first = program.room(name, program.shapes[name].dtype, shape), ["/* Concat */"], 0
    for operand in node.inputs:
        part = program.value(operand)

        def copied(index: Index, part: Value = part, first: int = first) -> str:
            there = (*index[:axis], plus(index[axis], first), *index[axis + 1 :])
            return f"{found.at(there)} = {bare(part.at(index))};"

        if part.shape[axis]:
            text.append(with_loops(part.shape, copied))
        first += part.shape[axis]
    program.statements.append("\n".join(text))
    return [found]


def _gather(program: Program, node: Node) -> list[Value]:
    (name,) = node.outputs
    data, places = program.value(node.inputs[0]), program.value(node.inputs[1])
    axis = node.attributes["axis"] % len(data.shape)
    shape = program.shapes[name]
    width = len(places.shape)

    def split(index: Index) -> tuple[Index, Index, Index]:
        return index[:axis], index[axis : axis + width], index[axis + width :]

    length = data.shape[axis]
    if program.shapes[node.inputs[1]].constant is not None:

        def at(index: Index) -> str:
            before, at_place, after = split(index)
            return data.at((*before, _place(places.at(at_place)), *after))

        return [Value(shape.dtype, shape.shape, at)]
    found = program.room(name, shape.dtype, shape.shape)
    copied = data.shape[:axis], data.shape[axis + 1 :]

    def taken(at_place: Index) -> str:
        def number(index: Index) -> str:
            before, after = index[:axis], index[axis:]
            return f"{found.at((*before, *at_place, *after))} = {data.at((*before, 'place', *after))};"

        loops = sum(not one.isdigit() for one in at_place)
        # Of its own scope, as there may be several.
        return "\n".join(
            [
                f"const int64_t place = {places.at(at_place)};",
                f"if (place < 0 || place >= {length})",
                f"    return {program.prefix.upper()}_OUT_OF_RANGE;",
                with_loops((*copied[0], *copied[1]), number, loops),
            ]
        )

    text = with_loops(places.shape, taken)
    program.statements.append(f"/* Gather */\n{scoped(text)}")
    return [found]


def _reduce(combine: Callable[[str, str, str], str]) -> Statement:
    """Return how an axis becomes one number: ``combine`` writes what total and number are together, by their type."""

    def write(program: Program, node: Node) -> list[Value]:
        (name,) = node.outputs
        x = program.value(node.inputs[0])
        axis = node.attributes["axis"] % len(x.shape)
        found = program.room(name, x.dtype, program.shapes[name].shape)
        kept = bool(node.attributes["keepdims"])
        length = x.shape[axis]

        def total(index: Index) -> str:
            before, after = index[:axis], index[axis:]
            letter = "n"
            result = found.at((*before, "0", *after) if kept else index)
            over = f"for (int {letter} = 1; {letter} < {length}; {letter}++)"
            number = x.at((*before, letter, *after))
            lines = [f"{C_TYPES[x.dtype]} total = {x.at((*before, '0', *after))};"]
            if length > 1:
                lines += [over, f"    total = {combine(x.dtype, 'total', number)};"]
            mean = node.operator == "ReduceMean"
            lines.append(f"{result} = total{f' / {literal(length, x.dtype)}' if mean else ''};")
            return "\n".join(lines)

        text = with_loops((*x.shape[:axis], *x.shape[axis + 1 :]), total)
        program.statements.append(f"/* {node.operator} */\n{scoped(text)}")
        return [found]

    return write


def _softmax(program: Program, node: Node) -> list[Value]:
    (name,) = node.outputs
    x = program.placed(program.value(node.inputs[0]), node.inputs[0])
    axis = node.attributes["axis"] % len(x.shape)
    found, length = program.room(name, x.dtype, x.shape), x.shape[axis]
    c_type, suffix = C_TYPES[x.dtype], "f" if x.dtype == "float32" else ""

    def one(index: Index) -> str:
        before, after = index[:axis], index[axis:]
        read, written = x.at((*before, "n", *after)), found.at((*before, "n", *after))
        over = f"for (int n = 0; n < {length}; n++)"
        larger = f"larger_{c_type}(top, {read})"
        return "\n".join(
            [
                f"{c_type} top = {x.at((*before, '0', *after))}, total = {literal(0, x.dtype)};",
                over,
                f"    top = {larger};",
                f"{over} {{",
                f"    {written} = exp{suffix}({read} - top);",
                f"    total += {written};",
                "}",
                over,
                f"    {written} /= total;",
            ]
        )

    text = with_loops((*x.shape[:axis], *x.shape[axis + 1 :]), one)
    program.statements.append(f"/* Softmax */\n{scoped(text)}")
    return [found]


def _place(text: str) -> str:
    return text if text.isdigit() else f"({text})"


def _chosen(operator: str) -> Callable[[str, str, str], str]:
    kinds = {"float32": "float", "float64": "double", "int64": "int64"}
    return lambda dtype, total, number: f"{CHOICES[operator]}_{kinds[dtype]}({total}, {number})"


def _sum(_: str, total: str, number: str) -> str:
    return f"{total} + {number}"


STATEMENTS: dict[str, Statement] = {
    "Concat": _concat,
    "Gather": _gather,
    "MatMul": _matmul,
    "Recurrent": recurrent,
    "RecurrentStep": recurrent_step,
    "ReduceMax": _reduce(_chosen("Max")),
    "ReduceMean": _reduce(_sum),
    "ReduceMin": _reduce(_chosen("Min")),
    "ReduceSum": _reduce(_sum),
    "Softmax": _softmax,
}
