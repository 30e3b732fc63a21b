"""What operations do to rows of numbers; ``at`` points to an instruction, ``kind`` to a number of its kind.

Whatever stands in an ``if`` of ``operation`` is decided once for a row.
"""

from __future__ import annotations

import math

from gatewise.kernels.compiling.inner import inner
from gatewise.kernels.program.instructions import (
    ADD,
    AND,
    DIVIDE,
    EQUAL,
    EXP,
    GREATER,
    LESS,
    LOG,
    MAXIMUM,
    MINIMUM,
    MODULO,
    MULTIPLY,
    NEGATIVE,
    OR,
    RELU,
    SIGMOID,
    SQRT,
    SUBTRACT,
    TANH,
)
from gatewise.kernels.vector.simd import lanes, load, load_part, pointer, read, summed, write

__all__ = [
    "all_finite",
    "arithmetic",
    "chosen",
    "comparison",
    "converted",
    "dots",
    "function",
    "gathered",
    "softmax",
]


@inner
def arithmetic(at, kind):
    """Two numbers make one of the same kind."""
    operation, length, to, one, other = at[0], at[3], at[6], at[9], at[12]
    for row in range(at[2]):
        out = pointer(at[4], kind) + row * at[5]
        a = pointer(at[7], kind) + row * at[8]
        b = pointer(at[10], kind) + row * at[11]
        if operation == ADD:
            for i in range(length):
                write(out + i * to, read(a + i * one) + read(b + i * other))
        elif operation == SUBTRACT:
            for i in range(length):
                write(out + i * to, read(a + i * one) - read(b + i * other))
        elif operation == MULTIPLY:
            for i in range(length):
                write(out + i * to, read(a + i * one) * read(b + i * other))
        elif operation == DIVIDE:
            for i in range(length):
                write(out + i * to, read(a + i * one) / read(b + i * other))
        elif operation == MAXIMUM:
            for i in range(length):
                x, y = read(a + i * one), read(b + i * other)
                write(out + i * to, x if x > y or x != x else y)
        elif operation == MINIMUM:
            for i in range(length):
                x, y = read(a + i * one), read(b + i * other)
                write(out + i * to, x if x < y or x != x else y)


@inner
def whole(at, kind):
    """Two whole numbers make one."""
    operation, length, to, one, other = at[0], at[3], at[6], at[9], at[12]
    for row in range(at[2]):
        out = pointer(at[4], kind) + row * at[5]
        a = pointer(at[7], kind) + row * at[8]
        b = pointer(at[10], kind) + row * at[11]
        for i in range(length):
            x, y = read(a + i * one), read(b + i * other)
            if operation == ADD:
                x += y
            elif operation == SUBTRACT:
                x -= y
            elif operation == MULTIPLY:
                x *= y
            elif operation == DIVIDE:
                x //= y
            elif operation == MODULO:
                x %= y
            elif operation == MAXIMUM:
                x = max(x, y)
            elif operation == MINIMUM:
                x = min(x, y)
            write(out + i * to, x)


@inner
def comparison(at, kind, flag):
    """Two numbers make a truth value."""
    operation, length, to, one, other = at[0], at[3], at[6], at[9], at[12]
    for row in range(at[2]):
        out = pointer(at[4], flag) + row * at[5]
        a = pointer(at[7], kind) + row * at[8]
        b = pointer(at[10], kind) + row * at[11]
        for i in range(length):
            x, y = read(a + i * one), read(b + i * other)
            if operation == EQUAL:
                found = x == y
            elif operation == LESS:
                found = x < y
            elif operation == GREATER:
                found = x > y
            else:
                found = x >= y
            write(out + i * to, found)


@inner
def function(at, kind):
    """One number makes one of the same kind."""
    operation, length, to, one = at[0], at[3], at[6], at[9]
    for row in range(at[2]):
        out = pointer(at[4], kind) + row * at[5]
        a = pointer(at[7], kind) + row * at[8]
        for i in range(length):
            x = read(a + i * one)
            if operation == NEGATIVE:
                x = -x
            elif operation == RELU:
                x = x if x > 0 or x != x else x * 0
            elif operation == EXP:
                x = math.exp(x)
            elif operation == LOG:
                x = math.log(x)
            elif operation == SQRT:
                x = math.sqrt(x)
            elif operation == TANH:
                x = math.tanh(x)
            elif operation == SIGMOID:
                # exp of a large number overflows, of a small one it does not.
                small = math.exp(-abs(x))
                x = (1 if x >= 0 else small) / (1 + small)
            write(out + i * to, x)


@inner
def is_nan(at, kind, flag):
    """Say which numbers are NaN."""
    for row in range(at[2]):
        out = pointer(at[4], flag) + row * at[5]
        a = pointer(at[7], kind) + row * at[8]
        for i in range(at[3]):
            x = read(a + i * at[9])
            write(out + i * at[6], x != x)


@inner
def logic(at, flag):
    """Truth values make one: both, one of them, or not the first."""
    operation = at[0]
    for row in range(at[2]):
        out = pointer(at[4], flag) + row * at[5]
        a = pointer(at[7], flag) + row * at[8]
        b = pointer(at[10], flag) + row * at[11]
        for i in range(at[3]):
            x = read(a + i * at[9])
            if operation == AND:
                x &= read(b + i * at[12])
            elif operation == OR:
                x |= read(b + i * at[12])
            else:
                x ^= 1
            write(out + i * at[6], x)


@inner
def chosen(at, kind, flag):
    """Take the first of two numbers where it is so, else the second."""
    length, to, one, other, condition = at[3], at[6], at[9], at[12], at[15]
    for row in range(at[2]):
        out = pointer(at[4], kind) + row * at[5]
        a = pointer(at[7], kind) + row * at[8]
        b = pointer(at[10], kind) + row * at[11]
        truth = pointer(at[13], flag) + row * at[14]
        for i in range(length):
            write(out + i * to, read(a + i * one) if read(truth + i * condition) else read(b + i * other))


@inner
def gathered(at, kind, index):
    """Copy for each row the row of a table that its number names."""
    for row in range(at[2]):
        out = pointer(at[4], kind) + row * at[5]
        a = pointer(at[7], kind) + read(pointer(at[10], index) + row * at[11]) * at[8]
        for i in range(at[3]):
            write(out + i * at[6], read(a + i * at[9]))


@inner
def converted(at, source, target):
    """Write numbers as such of another kind."""
    to, one = at[6], at[9]
    for row in range(at[2]):
        out = pointer(at[4], target) + row * at[5]
        a = pointer(at[7], source) + row * at[8]
        for i in range(at[3]):
            write(out + i * to, read(a + i * one))


@inner
def softmax(at, kind):
    """Turn each row into shares of one."""
    length, to, one = at[3], at[6], at[9]
    for row in range(at[2]):
        out = pointer(at[4], kind) + row * at[5]
        a = pointer(at[7], kind) + row * at[8]
        highest = read(a)
        for i in range(1, length):
            highest = max(highest, read(a + i * one))
        total = highest - highest
        for i in range(length):
            power = math.exp(read(a + i * one) - highest)
            total += power
            write(out + i * to, power)
        for i in range(length):
            write(out + i * to, read(out + i * to) / total)


@inner
def dots(at, kind):
    """Multiply rows with the rows of weights, each of whole vectors: for a few results of each."""
    steps = at[16]
    width = lanes(pointer(at[7], kind))
    last = (steps - 1) // width * width
    for row in range(at[2]):
        out = pointer(at[4], kind) + row * at[5]
        a = pointer(at[7], kind) + row * at[8]
        rest = load_part(a + last, steps - last)
        for i in range(at[3]):
            weights = pointer(at[10], kind) + i * at[11]
            total = rest * load(weights + last)
            for step in range(0, last, width):
                total = total + load(a + step) * load(weights + step)
            write(out + i * at[6], summed(total))


@inner
def all_finite(at, kind):
    """Say whether there is neither NaN nor infinity."""
    for row in range(at[2]):
        a = pointer(at[7], kind) + row * at[8]
        for i in range(at[3]):
            x = read(a + i * at[9])
            if x - x != 0:
                return False
    return True
