"""What an instruction says: which operation on which type, over how many rows of how many numbers, and where.

All fields are integers of 64 bits. Every operand has an address and two strides, in elements: from row to row and from
number to number; a stride of 0 repeats.

::

    operation, kind, rows, length
    4 operands: address, row stride, stride   the result first
    2 further numbers, of products: steps of the sum; of PRODUCT the address of what multiplies, for which the length
    counts vectors
"""

from __future__ import annotations

__all__ = [
    "ADD",
    "ALL_FINITE",
    "AND",
    "BOOL",
    "DIVIDE",
    "DOT",
    "EQUAL",
    "EXP",
    "FIELDS",
    "FLOAT32",
    "FLOAT64",
    "GATHER",
    "GREATER",
    "GREATER_OR_EQUAL",
    "INT64",
    "IS_NAN",
    "LESS",
    "LOG",
    "MAXIMUM",
    "MINIMUM",
    "MODULO",
    "MULTIPLY",
    "NEGATIVE",
    "NOT",
    "OR",
    "PRODUCT",
    "RELU",
    "SIGMOID",
    "SOFTMAX",
    "SQRT",
    "STEP",
    "SUBTRACT",
    "TANH",
    "TO",
    "WHERE",
]

FIELDS = 18

# Kinds of numbers.
FLOAT32, FLOAT64, INT64, BOOL = range(4)

# Operations. TO + kind writes numbers as such of another kind, or the same, which is a copy.
ADD, SUBTRACT, MULTIPLY, DIVIDE, MODULO, MAXIMUM, MINIMUM = range(7)
EQUAL, LESS, GREATER, GREATER_OR_EQUAL = range(8, 12)
NEGATIVE, RELU, EXP, LOG, SQRT, TANH, SIGMOID, IS_NAN = range(16, 24)
AND, OR, NOT = range(24, 27)
WHERE, GATHER, SOFTMAX, PRODUCT, DOT, STEP, ALL_FINITE = range(32, 39)
TO = 40
