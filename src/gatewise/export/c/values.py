"""Values of a step as C reads them: where they stand, or the expression that gives them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gatewise.export.c.text import indented

__all__ = [
    "Index",
    "Packed",
    "Value",
    "assigned",
    "at_same_place",
    "bare",
    "plus",
    "scoped",
    "stored",
    "with_loops",
]

# For each axis the C of a place.
Index = tuple[str, ...]
LETTERS = "ijklmn"


@dataclass(frozen=True)
class Packed:
    """Where a matrix of eight bits stands, and the array of what 1 stands for."""

    numbers: str
    steps: str


@dataclass(frozen=True)
class Value:
    """A value that statements read.

    Attributes
    ----------
    dtype : str
    shape : tuple of int
    at : callable
        From an index to the C of the number that stands there.
    place : str or None
        The C of the address of its first number, where all follow each other.
    packed : Packed or None
        Where it has eight bits.
    """

    dtype: str
    shape: tuple[int, ...]
    at: Callable[[Index], str]
    place: str | None = None
    packed: Packed | None = None


def stored(place: str, dtype: str, shape: tuple[int, ...]) -> Value:
    """Return the value whose numbers follow each other at a place."""
    return Value(dtype, shape, lambda index: f"{place}[{linear(index, shape)}]", place)


def linear(index: Index, shape: Sequence[int]) -> str:
    """Return the C of the distance from the first number."""
    terms: list[str] = []
    fixed, stride = 0, 1
    for one, length in zip(reversed(index), reversed(shape), strict=True):
        if one.isdigit():
            fixed += int(one) * stride
        else:
            terms.insert(0, one if stride == 1 else f"{stride} * {one}")
        stride *= length
    return bare(" + ".join([*terms, *([str(fixed)] if fixed or not terms else [])]))


def bare(text: str) -> str:
    """Leave out parentheses around the whole of an expression."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return text[1:-1] if text.startswith("(") and place == len(text) - 1 else text
    return text


def plus(index: str, number: int) -> str:
    """Return the C of a place further on."""
    if index.isdigit():
        return str(int(index) + number)
    return index if number == 0 else f"({index} + {number})" if number > 0 else f"({index} - {-number})"


def at_same_place(value: Value, index: Index) -> str:
    """Read a value where another stands that it is broadcast to."""
    own = index[len(index) - len(value.shape) :]
    return value.at(tuple("0" if length == 1 else one for one, length in zip(own, value.shape, strict=True)))


def with_loops(shape: tuple[int, ...], body: Callable[[Index], str], first: int = 0) -> str:
    """Return statements for every index of a shape; ``first`` is how many loops stand around these."""
    index: list[str] = []
    heads: list[str] = []
    for length in shape:
        if length == 1:
            index.append("0")
            continue
        letter = LETTERS[first + len(heads)]
        heads.append(f"for (int {letter} = 0; {letter} < {length}; {letter}++)")
        index.append(letter)
    text = body(tuple(index))
    several = "\n" in text.strip()
    for number, head in enumerate(reversed(heads)):
        braces = several and number == 0
        text = f"{head} {{\n{indented(text)}\n}}" if braces else f"{head}\n{indented(text)}"
    return text


def scoped(statements: str) -> str:
    """Return statements that declare names as a block; a loop is one already."""
    return statements if statements.startswith("for") else f"{{\n{indented(statements)}\n}}"


def assigned(to: Value, value: Value) -> str:
    """Return statements that give a value to places of the same shape."""
    return with_loops(to.shape, lambda index: f"{to.at(index)} = {bare(value.at(index))};")
