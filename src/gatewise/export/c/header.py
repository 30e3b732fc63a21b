"""The header of a step: what it is called with, and what one has to know."""

from __future__ import annotations

import math
from dataclasses import dataclass
from textwrap import wrap

from gatewise.export.c.alphabet import Tables
from gatewise.export.c.layout import Layout
from gatewise.export.c.program import Program
from gatewise.export.c.text import C_TYPES, WIDTH, comment, indented
from gatewise.graphs.graph import Field, Graph
from gatewise.version import __version__

__all__ = ["MARK", "Parameter", "header", "names_of", "opening", "parameters_of", "signature"]

# What every file begins with, and is known by.
MARK = "/* Written by gatewise"


@dataclass(frozen=True)
class Parameter:
    """An input or an answer of the step.

    Attributes
    ----------
    name, c_type : str
    axes : tuple of int
        Its shape.
    by_value : bool
        Whether it is the number itself.
    names : tuple of str
        Of the places of its last axis, where they have names.
    macro : str
        The constant of its size.
    """

    name: str
    c_type: str
    axes: tuple[int, ...]
    by_value: bool
    names: tuple[str, ...]
    macro: str

    @property
    def size(self) -> int:
        """How many numbers."""
        return math.prod(self.axes)

    def declared(self, *, constant: bool) -> str:
        """Return it as in a list of parameters."""
        if self.by_value:
            return f"{self.c_type} {self.name}"
        return f"{'const ' if constant else ''}{self.c_type} *{self.name}"


def parameters_of(program: Program) -> tuple[list[Parameter], list[Parameter]]:
    """Return inputs and answers."""
    return (
        [_parameter(program, one, is_input=True) for one in program.graph.inputs],
        [_parameter(program, one, is_input=False) for one in program.graph.outputs],
    )


def _parameter(program: Program, field: Field, *, is_input: bool) -> Parameter:
    shape = program.shapes[field.name]
    c_type = "int32_t" if shape.dtype == "int64" and is_input else C_TYPES[shape.dtype]
    name = program.names.of(field.name)
    names = field.names if shape.shape and len(field.names) == shape.shape[-1] else ()
    return Parameter(
        name,
        c_type,
        shape.shape[1:],
        is_input and shape.shape == (1,),
        names,
        f"{program.prefix}_{name}".upper(),
    )


_REMARK = (
    'A state is the caller\'s. To keep one, or to go on from one, copy its part "carried"; nothing else goes on. Where '
    "a step returns anything but OK, state and answer are as they were. What is given and what is answered must not "
    "overlap. Several states may be advanced at once, one thread each."
)


def header(
    program: Program,
    layout: Layout,
    inputs: list[Parameter],
    outputs: list[Parameter],
    tables: Tables,
    flash: int,
) -> str:
    prefix, upper = program.prefix, program.prefix.upper()
    scratch = layout.total_bytes - layout.carried_bytes
    given = [*inputs, *outputs]
    usage = [
        f"{prefix}_state state;",
        f"{prefix}_reset(&state);",
        f"if ({prefix}_step(&state, {', '.join(one.name for one in given)}) == {upper}_OK) ...",
    ]
    figures = (
        f"{flash} bytes of constants, {layout.total_bytes} bytes of state ({layout.carried_bytes} carried from step to "
        f"step, {scratch} of scratch), {program.multiply_adds} multiply-adds a step."
    )
    outside = str(program.graph.about.get("outside", ""))
    remarks = [
        figures,
        *([f"Outside of it: {comment(outside)}."] if outside else []),
        *([tables.note] if tables.note else []),
    ]
    lines = [
        opening(
            program.graph,
            *remarks,
            _REMARK,
            code=usage,
        ),
        f'#ifndef {upper}_H\n#define {upper}_H\n\n#include <stdint.h>\n\n#ifdef __cplusplus\nextern "C" {{\n#endif',
        "\n".join(f"#define {one.macro} {one.size} /* {_numbers(one)} */" for one in given),
        f"enum {{\n    {upper}_OK = 0,\n    {upper}_NOT_FINITE = 1,   /* a number that is given is NaN or infinite */\n"
        f"    {upper}_OUT_OF_RANGE = 2 /* there is no such symbol */\n}};",
        "\n".join(
            f"extern const char *const {names_of(prefix, one)}[{len(one.names)}];"
            for one in given
            if one.names
        ),
        tables.header,
        _struct(prefix, layout),
        f"/* Begin a sequence. */\nvoid {prefix}_reset({prefix}_state *state);",
        f"/* Read one observation, answer, and go on. */\n{signature(prefix, inputs, outputs)};",
        "#ifdef __cplusplus\n}\n#endif\n\n#endif",
    ]
    return "\n\n".join(one for one in lines if one) + "\n"


def _numbers(one: Parameter) -> str:
    shape = f", {' x '.join(map(str, one.axes))}" if len(one.axes) > 1 else ""
    return f"numbers of {one.name}{shape}"


def opening(graph: Graph, *remarks: str, code: list[str] | None = None) -> str:
    cells = dict.fromkeys(str(node.attributes["cell"]) for node in graph.nodes if "cell" in node.attributes)
    made = f" with {' and '.join(cells)}" if cells else ""
    lines = [f"{MARK} {__version__} from a {comment(graph.name)}{comment(made)}. Do not edit: export again."]
    for remark in remarks:
        lines += [" *", *(f" * {line}" for line in wrap(remark, 96, break_on_hyphens=False))]
    if code:
        lines += [" *", *(f" *     {line}" for line in code)]
    return "\n".join([*lines, " */"])


def _struct(prefix: str, layout: Layout) -> str:
    parts = [
        f"    struct {{\n{indented(chr(10).join(map(str, members)), 2)}\n    }} {name};"
        for name, members in (("carried", layout.carried), ("scratch", layout.scratch))
        if members
    ]
    # A struct without members is none of C.
    return f"typedef struct {{\n{chr(10).join(parts) or '    char nothing;'}\n}} {prefix}_state;"


def signature(prefix: str, inputs: list[Parameter], outputs: list[Parameter]) -> str:
    """Return the declaration of the step."""
    given = [f"{prefix}_state *state", *(one.declared(constant=True) for one in inputs)]
    given += [one.declared(constant=False) for one in outputs]
    begin = f"int {prefix}_step("
    # No line ends inside of a parameter.
    line = ", ".join(one.replace(" ", "~") for one in given)
    lines = wrap(
        f"{begin.replace(' ', '~')}{line})", WIDTH, subsequent_indent=" " * len(begin), break_long_words=False
    )
    return "\n".join(lines).replace("~", " ")


def names_of(prefix: str, one: Parameter) -> str:
    return f"{prefix}_{one.name}_names"
