"""What stands outside of a step, where it is small enough to stand beside it: symbols and words with their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import numpy as np

from gatewise.export.c.text import indented, rows_of, string

__all__ = ["Tables", "tables_of"]

# Of a vocabulary; a larger one is not for small machines.
MOST_ENTRIES = 5000
# Entries of vocabularies of words are counted from here: 0 is padding and 1 what is unknown.
FIRST_WORD = 2


@dataclass(frozen=True)
class Tables:
    """Declarations for the header, definitions for the source, and what reads text.

    Attributes
    ----------
    header, source : str
    reads : {"numbers", "characters", "bytes"}
        What ``main.c`` reads: rows of numbers, or a text.
    note : str
        What was left out, and why.
    spelled : tuple of bytes
        What stands for each number in that text.
    """

    header: str = ""
    source: str = ""
    reads: str = "numbers"
    note: str = ""
    spelled: tuple[bytes, ...] = ()


def tables_of(about: Mapping[str, Any], prefix: str) -> Tables:
    """Return the tables of what a graph says about itself."""
    alphabet, words = about.get("alphabet", {}), about.get("words", {})
    if alphabet.get("level") in _READERS:
        return _READERS[alphabet["level"]](alphabet["symbols"], prefix)
    if words:
        return _words({**words["vocabularies"], "characters": words["characters"]}, prefix)
    return Tables()


def _characters(symbols: Sequence[str], prefix: str) -> Tables:
    order = sorted(range(len(symbols)), key=lambda place: symbols[place])
    points = np.array([ord(symbols[place]) for place in order], np.int64)
    header = (
        "/* The number of a character, by its code point in Unicode; 0 where it is unknown. */\n"
        f"int32_t {prefix}_symbol(uint32_t code_point);"
    )
    count = len(symbols)
    source = f"""\
static const uint32_t code_points[{count}] = {{
{rows_of(points)}
}};
static const int32_t symbols_of_code_points[{count}] = {{
{rows_of(np.array(order, np.int64) + 1)}
}};

int32_t {prefix}_symbol(uint32_t code_point)
{{
    int first = 0, last = {count};
    while (first < last) {{
        const int middle = (first + last) / 2;
        if (code_points[middle] < code_point)
            first = middle + 1;
        else
            last = middle;
    }}
    return first < {count} && code_points[first] == code_point ? symbols_of_code_points[first] : 0;
}}"""
    stranger = next(chr(point) for point in range(0x20, 0x110000) if chr(point) not in set(symbols))
    spelled = tuple(one.encode("utf-8", "surrogatepass") for one in (stranger, *symbols))
    return Tables(header, source, "characters", spelled=spelled)


def _bytes(symbols: Sequence[str], prefix: str) -> Tables:
    numbers = np.zeros(256, np.int64)
    for number, symbol in enumerate(symbols, 1):
        numbers[ord(symbol)] = number
    header = f"/* The number of a byte. */\nint32_t {prefix}_symbol(unsigned char byte);"
    source = f"""\
static const int16_t symbols_of_bytes[256] = {{
{rows_of(numbers)}
}};

int32_t {prefix}_symbol(unsigned char byte)
{{
    return symbols_of_bytes[byte];
}}"""
    return Tables(header, source, "bytes", spelled=tuple(one.encode("latin-1") for one in ("", *symbols)))


_READERS = {"character": _characters, "byte": _bytes}


_MEANING = "\n * ".join(
    wrap(
        "What the numbers of a word stand for: the word in lower case with all digits as 0, its first three, last two "
        "and last three characters, its shape (X, x and 0 for capitals, small letters and digits, all else as it is, "
        "repetitions left out), each one number, then the characters of the word, of a long one the first 14 and the "
        f"last 10. An entry has the number of its place + {FIRST_WORD}; 1 is what is unknown, 0 stands after the last "
        "character. Tables that nothing reads take no room, if unused data are left out when you link.",
        96,
    )
)


def _words(vocabularies: Mapping[str, Sequence[str]], prefix: str) -> Tables:
    entries = sum(map(len, vocabularies.values()))
    if entries > MOST_ENTRIES:
        return Tables(
            note=f"its vocabularies have {entries} entries and are left out; they stand in the saved model"
        )
    header = [f"/* {_MEANING} */"]
    source = []
    for name, own in vocabularies.items():
        declaration = f"const char *const {prefix}_{name}[{max(1, len(own))}]"
        header.append(f"extern {declaration};")
        rows = ",\n".join(indented(string(one)) for one in own) or indented("0")
        source.append(f"{declaration} = {{\n{rows}\n}};")
    return Tables("\n".join(header), "\n\n".join(source))
