"""The body of a step: what is checked, computed, answered, and goes on; and that of how a sequence begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gatewise.export.c.layout import Layout, layout_of
from gatewise.export.c.program import Program
from gatewise.export.c.text import C_TYPES, literal
from gatewise.export.c.values import Value, assigned, stored, with_loops
from gatewise.graphs.graph import Array

__all__ = ["Step", "step_of"]


@dataclass(frozen=True)
class Step:
    """The bodies of both functions.

    Attributes
    ----------
    step, reset : str
    data : dict of str to array
        Constants that they read, by name.
    layout : Layout
    """

    step: str
    reset: str
    data: dict[str, Array]
    layout: Layout


def step_of(program: Program) -> Step:
    """Finish a program; an error is returned before anything is written to."""
    carried = list(_carried_on(program))
    computed = [*program.statements, *_answered(program), *carried]
    layout = layout_of(program, computed)
    pointers = [_pointer(program, layout, name) for name in layout.places]
    data = dict(program.data)
    reset = "\n".join(_reset(program, data))
    lines = [*_checks(program), *pointers, *computed, f"return {program.prefix.upper()}_OK;"]
    return Step("\n".join(lines), reset, data, layout)


def _pointer(program: Program, layout: Layout, name: str) -> str:
    member, place = layout.places[name]
    (size,) = (one.size for one in layout.scratch if one.name == member)
    where = (
        f"&state->scratch.{member}"
        if size == 1
        else f"state->scratch.{member}{f' + {place}' if place else ''}"
    )
    return f"{C_TYPES[program.buffers[name].dtype]} *const {name} = {where};"


def _checks(program: Program) -> Iterator[str]:
    """Refuse NaN, unless the step looks for it, and what is infinite."""
    looked_for = {node.inputs[0] for node in program.graph.nodes if node.operator == "IsNaN"}
    for field in program.graph.inputs:
        value = program.value(field.name)
        if value.dtype in ("float32", "float64"):
            test = "isinf({})" if field.name in looked_for else "!isfinite({})"
            yield _for_each(value, f"if ({test})\n    return {program.prefix.upper()}_NOT_FINITE;")


def _answered(program: Program) -> Iterator[str]:
    yield "/* The answer */"
    for field in program.graph.outputs:
        value = program.value(field.name)
        yield assigned(stored(program.names.of(field.name), value.dtype, value.shape), value)


def _carried_on(program: Program) -> Iterator[str]:
    """States last, so that what reads one reads what it was before the step."""
    after = []
    for state in program.graph.states:
        value = program.value(state.after)
        if value.place is None or "state->carried" in value.place:
            value = program.kept(value, f"after {state.name}")
        after.append(value)
    yield "/* What goes on */"
    for state, value in zip(program.graph.states, after, strict=True):
        yield assigned(program.value(state.name), value)


def _reset(program: Program, data: dict[str, Array]) -> Iterator[str]:
    yield "memset(state, 0, sizeof *state);"
    for state in program.graph.states:
        numbers = np.asarray(state.initial).ravel()
        if not numbers.any():
            continue
        value = program.value(state.name)
        if (numbers == numbers[0]).all():
            yield _for_each(value, f"{{}} = {literal(numbers[0], state.dtype)};")
        else:
            name = program.names.new(f"begin {state.name}")
            data[name] = numbers
            yield f"memcpy({value.place}, {name}, sizeof {name});"


def _for_each(value: Value, statement: str) -> str:
    return with_loops(value.shape, lambda index: statement.format(value.at(index)))
