"""Names, numbers and strings as C has them."""

from __future__ import annotations

import re
import textwrap

import numpy as np

from gatewise.graphs.graph import Array

__all__ = ["C_TYPES", "WIDTH", "Names", "comment", "identifier", "indented", "literal", "rows_of", "string"]

C_TYPES = {
    "float32": "float",
    "float64": "double",
    "int64": "int64_t",
    "bool": "unsigned char",
    "int8": "int8_t",
}
WIDTH = 100
# Words of C99 and C++, and what the files call or name themselves.
WORDS = """
auto break case char const continue default do double else enum extern float for goto if inline int long register
restrict return short signed sizeof static struct switch typedef union unsigned void volatile while _Bool bool true
false class new delete this template namespace operator private public protected virtual friend using try catch
throw typename and or not xor main state place total top exp expf log logf sqrt sqrtf fabs fabsf tanh tanhf isnan isinf
isfinite memset memcpy modulo quotient
"""
# Of headers of the C library.
HEADERS = "assert ctype errno fenv limits locale math setjmp signal stdint stdio stdlib string time wchar"
RESERVED = frozenset(WORDS.split()) | frozenset("achijklmnquH")


def identifier(text: str) -> str:
    """Write a text as a name in C: small letters, digits and _, a letter first."""
    found = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    found = re.sub(r"[^A-Za-z0-9]+", "_", found).strip("_").lower()
    if not found or found[0].isdigit():
        found = f"model_{found}".rstrip("_")
    return f"{found}_model" if found in RESERVED or found in HEADERS.split() else found


class Names:
    """Names in one file, no two alike."""

    def __init__(self) -> None:
        self._taken = set(RESERVED)
        self._known: dict[str, str] = {}

    def of(self, text: str) -> str:
        """Return the name of a value; the same each time."""
        if text not in self._known:
            self._known[text] = self.new(text)
        return self._known[text]

    def new(self, text: str) -> str:
        """Return a name that nothing has yet."""
        found = re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_").lower()
        if not found or found[0].isdigit():
            found = f"member_{found}".rstrip("_")
        if found in RESERVED:
            found = f"{found}_values"
        name, number = found, 2
        while name in self._taken:
            name, number = f"{found}_{number}", number + 1
        self._taken.add(name)
        return name


def literal(number: object, dtype: str) -> str:
    """Write a number such that the compiler reads the same one."""
    if dtype == "bool":
        return "1" if number else "0"
    if dtype in ("int64", "int8"):
        whole = int(number)  # type: ignore[call-overload]  # a number of numpy's
        # The lowest number has no literal of its own: the minus is an operator.
        if whole == np.iinfo(np.int64).min:
            return "INT64_MIN"
        return f"{whole}" if abs(whole) < 2**31 else f"INT64_C({whole})"
    value = np.dtype(dtype).type(number)
    if np.isnan(value):
        return "NAN"
    if np.isinf(value):
        return "INFINITY" if value > 0 else "-INFINITY"
    text = str(value)
    return f"{text}f" if dtype == "float32" else text


def rows_of(array: Array) -> str:
    """Write the numbers of an array between the braces, as lines."""
    numbers = ", ".join(literal(one, str(array.dtype)) for one in array.ravel())
    return indented(textwrap.fill(numbers, WIDTH - 4, break_long_words=False, break_on_hyphens=False))


def string(text: str) -> str:
    """Write a text as a literal: ASCII as it is, all else as its bytes in UTF-8."""
    found = []
    for byte in text.encode("utf-8", "surrogatepass"):
        character = chr(byte)
        if character in '"\\':
            found.append(f"\\{character}")
        elif 32 <= byte < 127 and character != "?":
            found.append(character)
        else:
            # Three octal digits end by themselves; hexadecimal ones do not, and ??( is another character.
            found.append(f"\\{byte:03o}")
    return f'"{"".join(found)}"'


def comment(text: str) -> str:
    """Write a text such that it can stand in a comment."""
    printable = "".join(c if c.isprintable() and ord(c) < 127 else "?" for c in text)
    return printable.replace("*/", "* /").replace("/*", "/ *").replace("??/", "? ?/")


def indented(text: str, by: int = 1) -> str:
    """Move lines to the right."""
    return textwrap.indent(text, "    " * by)
