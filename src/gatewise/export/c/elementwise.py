"""Operators that compute each number from those that stand at its place: expressions of C."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from gatewise.export.c.text import C_TYPES
from gatewise.export.c.values import Index, Value, at_same_place
from gatewise.graphs.graph import Node

__all__ = ["ELEMENTWISE", "elementwise"]

FLOATS = ("float32", "float64")
COMPARISONS = {"Equal": "==", "Greater": ">", "GreaterOrEqual": ">=", "Less": "<"}
ARITHMETIC = {"Add": "+", "Mul": "*", "Sub": "-"}
LOGIC = {"And": "&&", "Or": "||"}
OF_LIBM = {"Abs": "fabs", "Exp": "exp", "Log": "log", "Sqrt": "sqrt", "Tanh": "tanh"}
CHOICES = {"Max": "larger", "Min": "smaller"}

Expression = Callable[[str, Sequence[str]], str]


def _called(name: str) -> Expression:
    return lambda dtype, operands: f"{name}{'f' if dtype == 'float32' else ''}({operands[0]})"


def _chosen(name: str) -> Expression:
    kinds = {"float32": "float", "float64": "double", "int64": "int64"}
    return lambda dtype, operands: f"{name}_{kinds[dtype]}({', '.join(operands)})"


def _between(sign: str) -> Expression:
    return lambda _, operands: f"({operands[0]} {sign} {operands[1]})"


def _zero(dtype: str) -> str:
    return {"float32": "0.0f", "float64": "0.0"}.get(dtype, "0")


# By the type of what is computed, and the C of the operands.
ELEMENTWISE: dict[str, Expression] = {
    **{name: _between(sign) for name, sign in (ARITHMETIC | COMPARISONS | LOGIC).items()},
    **{name: _called(function) for name, function in OF_LIBM.items()},
    **{name: _chosen(function) for name, function in CHOICES.items()},
    "Cast": lambda dtype, operands: f"({C_TYPES[dtype]}){operands[0]}",
    "Div": lambda dtype, operands: (
        f"({operands[0]} / {operands[1]})" if dtype in FLOATS else f"quotient({', '.join(operands)})"
    ),
    "IsNaN": lambda _, operands: f"(isnan({operands[0]}) != 0)",
    "Mod": lambda _, operands: f"modulo({', '.join(operands)})",
    "Neg": lambda _, operands: f"(-{operands[0]})",
    "Not": lambda _, operands: f"(!{operands[0]})",
    "Relu": lambda dtype, operands: f"larger_{C_TYPES[dtype]}({operands[0]}, {_zero(dtype)})",
    "Sigmoid": lambda dtype, operands: f"sigmoid_{C_TYPES[dtype]}({operands[0]})",
    "Where": lambda _, operands: f"({operands[0]} ? {operands[1]} : {operands[2]})",
}
# Operands that keep their own type.
OWN_TYPES = {"Cast", "IsNaN", "Not", "And", "Or"}


def elementwise(node: Node, operands: Sequence[Value], dtype: str, shape: tuple[int, ...]) -> Value:
    """Return the expression of an operator."""
    write = ELEMENTWISE[node.operator]
    common = str(np.result_type(*(np.dtype(one.dtype) for one in operands)))
    wanted = [common if node.operator in COMPARISONS else dtype] * len(operands)
    if node.operator == "Where":
        wanted[0] = operands[0].dtype
    if node.operator in OWN_TYPES:
        wanted = [one.dtype for one in operands]

    def at(index: Index) -> str:
        found = [
            _in_type(at_same_place(one, index), one.dtype, to)
            for one, to in zip(operands, wanted, strict=True)
        ]
        if node.operator == "Cast" and dtype == "bool":
            return f"({found[0]} != 0)"
        return write(dtype, found)

    return Value(dtype, shape, at)


def _in_type(text: str, dtype: str, to: str) -> str:
    return text if dtype == to or (dtype == "bool" and to == "int64") else f"({C_TYPES[to]}){text}"
