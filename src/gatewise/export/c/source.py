"""The source of a step: constants, the functions that are needed, ``reset`` and ``step``."""

from __future__ import annotations

from dataclasses import dataclass

from gatewise.export.c.alphabet import Tables
from gatewise.export.c.header import header, names_of, opening, parameters_of, signature
from gatewise.export.c.helpers import helpers_for
from gatewise.export.c.layout import Layout
from gatewise.export.c.program import Program
from gatewise.export.c.step import step_of
from gatewise.export.c.text import C_TYPES, indented, rows_of, string
from gatewise.graphs.graph import Array

__all__ = ["Written", "write"]


@dataclass(frozen=True)
class Written:
    """The texts of the files, and what they take.

    Attributes
    ----------
    header, source : str
    flash_bytes : int
        Of weights and other constants that a step reads.
    layout : Layout
    """

    header: str
    source: str
    flash_bytes: int
    layout: Layout


def write(program: Program, tables: Tables) -> Written:
    """Write what a program says as files."""
    prefix = program.prefix
    step = step_of(program)
    inputs, outputs = parameters_of(program)
    names = [
        f"const char *const {names_of(prefix, one)}[{len(one.names)}] = {{\n{_strings(one.names)}\n}};"
        for one in (*inputs, *outputs)
        if one.names
    ]
    parts = [
        opening(program.graph, f"One step of {prefix}; what it is called with stands in {prefix}.h."),
        f'#include "{prefix}.h"\n\n#include <math.h>\n#include <string.h>',
        *names,
        *([tables.source] if tables.source else []),
        *(_constant(name, array) for name, array in step.data.items()),
        *helpers_for(step.step),
        f"void {prefix}_reset({prefix}_state *state)\n{{\n{indented(step.reset)}\n}}",
        f"{signature(prefix, inputs, outputs)}\n{{\n{indented(step.step)}\n}}",
    ]
    flash = sum(one.nbytes for one in step.data.values())
    text = header(program, step.layout, inputs, outputs, tables, flash)
    return Written(text, "\n\n".join(parts) + "\n", flash, step.layout)


def _strings(names: tuple[str, ...]) -> str:
    return ",\n".join(indented(string(one)) for one in names)


def _constant(name: str, array: Array) -> str:
    axes = f" /* {' x '.join(map(str, array.shape))} */" if array.ndim > 1 else ""
    return f"static const {C_TYPES[str(array.dtype)]} {name}[{array.size}] = {{{axes}\n{rows_of(array)}\n}};"
