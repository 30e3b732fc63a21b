"""Operators alone, also those that no model needs just now: C computes what numpy does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from compiled import TOOLCHAINS

from gatewise.errors import ExportError
from gatewise.export.c.checking import answers_in, difference, fed
from gatewise.export.c.elementwise import ELEMENTWISE
from gatewise.export.c.files import written
from gatewise.export.c.observations import answers_to
from gatewise.export.c.statements import STATEMENTS
from gatewise.export.c.views import VIEWS
from gatewise.graphs.build import Builder, Value
from gatewise.graphs.graph import Field

RANDOM = np.random.default_rng(0)
TABLE = RANDOM.normal(size=(4, 3)).astype(np.float32)
PLACES = np.array([2, 0, 2])
ROWS = 40
# Of x (batch, 2, 3) of float32 and k, whole numbers from 0 to 3 (batch, 2).
Written = Callable[[Builder, Value, Value], Value]


def unary(operator: str) -> Written:
    return lambda b, x, k: b(operator, x)  # noqa: ARG005 - others read it


def both_types(operator: str) -> Written:
    """Return an operator of two floats, of two doubles and of two whole numbers, side by side."""

    def write(b: Builder, x: Value, k: Value) -> Value:
        wide = x.as_type("float64")
        whole = b(operator, k - np.int64(2), np.array([2, -3]))
        doubled = b(operator, wide, np.float64(0.3)).as_type("float32")
        parts = [b(operator, x, b("Abs", x) + np.float32(0.1)), doubled, whole.as_type("float32").widened(2)]
        return b("Concat", *parts, axis=2)

    return write


def compared(operator: str) -> Written:
    def write(b: Builder, x: Value, k: Value) -> Value:
        found = b(operator, x, np.float32(0.1)), b(operator, k, np.int64(2)).widened(2)
        return b("Concat", *(one.as_type("float32") for one in found), axis=2)

    return write


def reduced(operator: str) -> Written:
    def write(b: Builder, x: Value, k: Value) -> Value:  # noqa: ARG001 - others read it
        along = [b(operator, x, axis=1, keepdims=0), b(operator, x, axis=-1, keepdims=1).narrowed(2)]
        return b("Concat", *along, axis=1)

    return write


def logic(operator: str) -> Written:
    return lambda b, x, k: b(
        operator, b("Greater", x, np.float32(0)), b("Less", k, np.int64(2)).widened(2)
    ).as_type("float32")


CASES: dict[str, Written] = {
    **{name: unary(name) for name in ("Abs", "Neg", "Relu", "Sigmoid", "Tanh", "Identity")},
    **{name: both_types(name) for name in ("Add", "Div", "Max", "Min", "Mul", "Sub")},
    **{name: compared(name) for name in ("Equal", "Greater", "GreaterOrEqual", "Less")},
    **{name: logic(name) for name in ("And", "Or")},
    **{name: reduced(name) for name in ("ReduceMax", "ReduceMean", "ReduceMin", "ReduceSum")},
    "Cast": lambda b, x, k: b("Concat", x.as_type("bool").as_type("float32"), x.as_type("int64").as_type("float32"), axis=1),  # noqa: E501, ARG005
    "Concat": lambda b, x, k: b("Concat", x, x * np.float32(2), x, axis=1),  # noqa: ARG005
    "Exp": lambda b, x, k: b("Concat", b("Exp", x), b("Exp", x.as_type("float64")).as_type("float32"), axis=1),  # noqa: ARG005
    "Expand": lambda b, x, k: b("Expand", x.part(0, 1, 1), np.array([1, 2, 3])),  # noqa: ARG005
    "Gather": lambda b, x, k: b("Gather", TABLE, k, axis=0) + b("Gather", x, PLACES, axis=-1),
    "IsNaN": lambda b, x, k: b("IsNaN", b("Log", x)).as_type("float32"),  # noqa: ARG005
    "Log": lambda b, x, k: b("Log", b("Abs", x)),  # noqa: ARG005
    "MatMul": lambda b, x, k: b("Concat", x @ TABLE.T.copy(), (x.as_type("float64") @ TABLE.T.astype(float)).as_type("float32"), axis=1),  # noqa: E501, ARG005
    "Mod": lambda b, x, k: b("Mod", k - np.int64(2), np.array([3, -2])).as_type("float32"),  # noqa: ARG005
    "Not": lambda b, x, k: b("Not", b("Equal", k, np.int64(1))).as_type("float32"),  # noqa: ARG005
    "Reshape": lambda b, x, k: x.shaped(0, 3, 2),  # noqa: ARG005
    "Slice": lambda b, x, k: x.part(-1, None, 1) + x.part(0, 1, 1).part(1, -1, 2),  # noqa: ARG005
    "Softmax": lambda b, x, k: b("Softmax", x, axis=1) + b("Softmax", x, axis=-1),  # noqa: ARG005
    "Sqrt": lambda b, x, k: b("Sqrt", b("Abs", x)) + b("Sqrt", b("Abs", x.as_type("float64"))).as_type("float32"),  # noqa: ARG005
    "Squeeze": lambda b, x, k: x.part(1, 2, 1).narrowed(1),  # noqa: ARG005
    "Transpose": lambda b, x, k: b("Transpose", x, perm=(0, 2, 1)),  # noqa: ARG005
    "Unsqueeze": lambda b, x, k: x.widened(1) + k.widened(2).widened(1).as_type("float32"),  # noqa: ARG005
    "Where": lambda b, x, k: b("Where", b("Less", k, np.int64(2)).widened(2), x, np.zeros(1, np.float32)),
}  # fmt: skip


def test_every_operator_is_tried() -> None:
    assert set(CASES) == {*ELEMENTWISE, *STATEMENTS, *VIEWS} - {"Recurrent", "RecurrentStep"}


def test_operators(tmp_path: Path) -> None:
    builder = Builder("operators")
    x = builder.input("x", "float32", ("batch", 2, 3))
    k = builder.input("k", "int64", ("batch", 2))
    for name, write in CASES.items():
        builder.output(write(builder, x, k), Field(name, "float32", ("batch",)))
    graph = builder.graph()
    feeds = {
        "x": RANDOM.normal(size=(ROWS, 2, 3)).astype(np.float32),
        "k": RANDOM.integers(4, size=(ROWS, 2)),
    }
    files = written(graph, "operators")
    program = TOOLCHAINS["gcc"].compiled(tmp_path, files.texts)
    (expected,) = answers_to(graph, [feeds])
    found = answers_in(files, TOOLCHAINS["gcc"].answers(program, fed(files, feeds)))
    first = 0
    for name, values in expected.items():
        width = values.reshape(ROWS, -1).shape[1]
        own = found[:, first : first + width]
        assert difference(own, {name: values}) <= 1e-6, name
        first += width


def test_an_operator_without_c() -> None:
    builder = Builder("model")
    x = builder.input("x", "float32", ("batch", 1, 4))
    weights = np.ones((1, 1, 2), np.float32)
    found = builder("Conv", x, weights, dilations=(1,), pads=(0, 0))
    builder.output(found, Field("y", "float32", ("batch", 1, 3)))
    with pytest.raises(ExportError, match="model: there is no C for the operator Conv"):
        written(builder.graph(), "model")
