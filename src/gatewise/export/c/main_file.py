"""A program that reads rows, or a text, from standard input, and writes what a step answers."""

from __future__ import annotations

from collections.abc import Sequence

from gatewise.export.c.alphabet import Tables
from gatewise.export.c.header import Parameter, names_of, opening
from gatewise.graphs.graph import Graph

__all__ = ["main_file"]

FORMATS = {"float": '"%s%.9g"', "double": '"%s%.17g"', "int64_t": '"%s%ld"', "unsigned char": '"%s%d"'}
SHOWN = {"float": "(double)", "double": "", "int64_t": "(long)", "unsigned char": ""}
_LIBRARIES = {"numbers": "\n#include <stdlib.h>\n#include <string.h>", "characters": "", "bytes": ""}
# How a number that was read becomes one that is given; there is no symbol of a negative number.
CONVERTED = {"float": "(float){}", "double": "{}", "int32_t": "whole({})", "unsigned char": "{} != 0.0"}
WHOLE = "int32_t"


def main_file(
    graph: Graph, prefix: str, inputs: Sequence[Parameter], outputs: Sequence[Parameter], tables: Tables
) -> str:
    """Return the text of ``main.c``."""
    what = {
        "numbers": "Reads rows of numbers, separated by commas or spaces; an empty line begins a new sequence, and a "
        "first line that is no numbers is skipped.",
        "characters": "Reads a text in UTF-8, character by character.",
        "bytes": "Reads a text, byte by byte.",
    }[tables.reads]
    parts = [
        opening(
            graph,
            f"{what} Writes what is answered to each, as a line.",
            code=[
                f"cc -O3 -o {prefix} main.c {prefix}.c -lm",
                f"./{prefix} < {'rows.csv' if tables.reads == 'numbers' else 'text'}",
            ],
        ),
        f'#include "{prefix}.h"\n\n#include <stdio.h>{_LIBRARIES[tables.reads]}',
        f"static {prefix}_state state;",
        *(_ANSWERED_NAMES if any(one.names for one in outputs) else []),
        _answer(prefix, inputs, outputs),
        *_READERS[tables.reads](prefix, inputs),
        _main(prefix, outputs),
    ]
    return "\n\n".join(parts) + "\n"


def _answer(prefix: str, inputs: Sequence[Parameter], outputs: Sequence[Parameter]) -> str:
    given = ", ".join(one.declared(constant=True) for one in inputs)
    passed = ", ".join(one.name for one in (*inputs, *outputs))
    rooms = "\n".join(f"    static {one.c_type} {one.name}[{one.macro}];" for one in outputs)
    shown = []
    for number, one in enumerate(outputs):
        separator = '","' if number else '(i ? "," : "")'
        shown.append(
            f"    for (int i = 0; i < {one.macro}; i++)\n"
            f"        printf({FORMATS[one.c_type]}, {separator}, {SHOWN[one.c_type]}{one.name}[i]);"
        )
    lines = "\n".join(shown)
    return f"""\
/* Returns whether it was answered; place says where in what is read. */
static int answered({given}, long place)
{{
{rooms}
    const int code = {prefix}_step(&state, {passed});
    if (code != {prefix.upper()}_OK) {{
        fprintf(stderr, "%ld: %s\\n", place,
                code == {prefix.upper()}_NOT_FINITE ? "a number is NaN or infinite" : "there is no such symbol");
        return 0;
    }}
{lines}
    putchar('\\n');
    return 1;
}}"""


_ANSWERED_NAMES = (
    """\
/* In quotes, and behind the number of its row where there is more than one. */
static void print_name(int row, const char *text)
{
    putchar('"');
    if (row > 0)
        printf("%d ", row);
    for (; *text != '\\0'; text++) {
        if (*text == '"')
            putchar('"');
        putchar(*text);
    }
    putchar('"');
}""",
)


def _main(prefix: str, outputs: Sequence[Parameter]) -> str:
    names = []
    for number, one in enumerate(outputs):
        if one.names:
            separator = "putchar(',');" if number else "if (i)\n            putchar(',');"
            count = len(one.names)
            row = "i" if one.size == count else f"i % {count}"
            several = "0" if one.size == count else f"i / {count} + 1"
            names.append(
                f"    for (int i = 0; i < {one.macro}; i++) {{\n        {separator}\n"
                f"        print_name({several}, {names_of(prefix, one)}[{row}]);\n    }}"
            )
    named = "\n".join([*names, "    putchar('\\n');\n"]) if names else ""
    return f"int main(void)\n{{\n{named}    {prefix}_reset(&state);\n    return read_all() ? 0 : 1;\n}}"


def _numbers(prefix: str, inputs: Sequence[Parameter]) -> list[str]:
    total = sum(one.size for one in inputs)
    rooms, filled, first = [], [], 0
    for one in inputs:
        convert = CONVERTED[one.c_type]
        if one.by_value:
            filled.append(f"    const {one.c_type} {one.name} = {convert.format(f'numbers[{first}]')};")
        else:
            rooms.append(f"    static {one.c_type} {one.name}[{one.macro}];")
            place = f"i + {first}" if first else "i"
            number = convert.format(f"numbers[{place}]")
            filled += [f"    for (int i = 0; i < {one.macro}; i++)", f"        {one.name}[i] = {number};"]
        first += one.size
    passed = ", ".join(one.name for one in inputs)
    lines = [*rooms, *filled, f"    return answered({passed}, line);"]
    return [
        *([_TO_WHOLE] if any(one.c_type == WHOLE for one in inputs) else []),
        "\n".join(["static int answered_row(const double *numbers, long line)", "{", *lines, "}"]),
        f"""\
static int read_all(void)
{{
    static const char between[] = " \\t\\r\\n,;";
    static char text[4096 + 32 * {total}];
    static double numbers[{total}];
    for (long line = 1; fgets(text, sizeof text, stdin) != NULL; line++) {{
        int count = 0;
        char *at = text + strspn(text, between), *end;
        if (*at == '\\0') {{
            {prefix}_reset(&state);
            continue;
        }}
        for (; *at != '\\0'; at = end + strspn(end, between)) {{
            const double number = strtod(at, &end);
            if (end == at)
                break;
            if (count < {total})
                numbers[count] = number;
            count++;
        }}
        if (*at != '\\0' && line == 1)
            continue;
        if (*at != '\\0' || count != {total}) {{
            fprintf(stderr, "%ld: expected {total} number{"s" if total > 1 else ""}\\n", line);
            return 0;
        }}
        if (!answered_row(numbers, line))
            return 0;
    }}
    return 1;
}}""",
    ]


_TO_WHOLE = """\
static int32_t whole(double number)
{
    return number >= 0.0 && number <= 2147483647.0 ? (int32_t)number : -1;
}"""


def _characters(prefix: str, inputs: Sequence[Parameter]) -> list[str]:  # noqa: ARG001 - it has one
    return [
        f"""\
static int read_all(void)
{{
    int byte;
    for (long place = 1; (byte = getchar()) != EOF; place++) {{
        /* How many bytes follow, and what of the first one belongs to the code point. */
        const int more = byte < 0xC0 ? 0 : byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
        uint32_t code_point = (uint32_t)byte & (more == 0 ? 0xFFu : 0x3Fu >> more);
        for (int k = 0; k < more; k++)
            code_point = code_point << 6 | ((uint32_t)getchar() & 0x3Fu);
        if (!answered({prefix}_symbol(code_point), place))
            return 0;
    }}
    return 1;
}}"""
    ]


def _bytes(prefix: str, inputs: Sequence[Parameter]) -> list[str]:  # noqa: ARG001 - it has one
    return [
        f"""\
static int read_all(void)
{{
    int byte;
    for (long place = 1; (byte = getchar()) != EOF; place++)
        if (!answered({prefix}_symbol((unsigned char)byte), place))
            return 0;
    return 1;
}}"""
    ]


_READERS = {"numbers": _numbers, "characters": _characters, "bytes": _bytes}
