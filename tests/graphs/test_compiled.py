"""Compiled for a number of streams, every operator gives what numpy gives."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from gatewise.graphs.build import Builder, Value
from gatewise.graphs.compiled.code import NotCovered
from gatewise.graphs.compiled.program import Program
from gatewise.graphs.graph import Field, Graph
from gatewise.graphs.operators import OPERATORS
from gatewise.graphs.running import Runner
from gatewise.graphs.stepping import steps_of
from gatewise.nn.backends import use_backend

RANDOM = np.random.default_rng(0)
WHOLE = np.array([[3, -2, 0, 7, 5, 1]])
TABLE = RANDOM.normal(size=(12, 3)).astype(np.float32)
FLOATS = ("float32", "float64")
NUMBERS = (*FLOATS, "int64")

Written = Callable[[Builder, Value], Value]


def each(operator: str) -> Written:
    return lambda b, x: b(operator, x, x.part(0, 1, -1) + x.part(2, 3, -1))


def shaped(b: Builder, x: Value) -> Value:
    """(batch, 6) as (batch, 2, 3)."""
    return b("Reshape", x, shape=(0, 2, 3))


def reduced(name: str, axis: int, keep: int, b: Builder, x: Value) -> Value:
    return b(name, shaped(b, x), axis=axis, keepdims=keep)


def one_of(name: str, b: Builder, x: Value) -> Value:
    return b(name, x)


def truth(b: Builder, x: Value) -> Value:
    return b("Greater", x, np.ones(1, np.float32))


# What is written with an input (batch, 6), the types that it takes, and the operator that it is about.
CASES: list[tuple[str, tuple[str, ...], Written]] = [
    *((name, NUMBERS, each(name)) for name in ("Add", "Sub", "Mul", "Max", "Min")),
    ("Div", FLOATS, each("Div")),
    ("Div", ("int64",), lambda b, x: b("Div", x, np.int64(3))),
    ("Mod", ("int64",), lambda b, x: b("Mod", x, np.int64(3))),
    *((name, NUMBERS, each(name)) for name in ("Equal", "Less", "Greater", "GreaterOrEqual")),
    *(
        (name, FLOATS, lambda b, x, name=name: b(name, x))
        for name in ("Neg", "Relu", "Exp", "Tanh", "Sigmoid", "Identity")
    ),
    *((name, FLOATS, lambda b, x, name=name: b(name, x * x)) for name in ("Log", "Sqrt")),
    ("IsNaN", FLOATS, lambda b, x: b("IsNaN", b("Log", x))),
    ("And", ("float32",), lambda b, x: b("And", truth(b, x), truth(b, x * x))),
    ("Or", ("float32",), lambda b, x: b("Or", truth(b, x), truth(b, x * x))),
    ("Not", ("float32",), lambda b, x: b("Not", truth(b, x))),
    ("Where", ("float32",), lambda b, x: b("Where", truth(b, x), x, x.part(0, 1, -1))),
    *(("Cast", NUMBERS, lambda b, x, to=to: b("Cast", x, to=to)) for to in ("float32", "float64", "int64")),
    ("Cast", ("float32",), lambda b, x: b("Cast", truth(b, x), to="float32")),
    ("Cast", ("float32",), lambda b, x: b("Cast", truth(b, x), to="int64")),
    ("Concat", NUMBERS, lambda b, x: b("Concat", x.part(2, 5, -1), x, axis=-1)),
    ("Concat", FLOATS, lambda b, x: b("Concat", shaped(b, x), shaped(b, x), axis=1)),
    ("Expand", FLOATS, lambda b, x: b("Expand", x.widened(1), np.array([1, 4, 6])) + x.widened(1)),
    ("Gather", FLOATS, lambda b, x: b("Gather", x, np.array([4, 0, 0]), axis=-1)),
    ("Gather", FLOATS, lambda b, x: b("Gather", x, np.int64(2), axis=1).widened(1)),
    ("Gather", ("int64",), lambda b, x: b("Gather", TABLE, b("Max", x, np.int64(0)), axis=0)),
    *(
        (name, NUMBERS, partial(reduced, name, axis, keep))
        for name in ("ReduceSum", "ReduceMax", "ReduceMin")
        for axis, keep in ((1, 0), (2, 1), (-1, 0))
    ),
    ("ReduceMean", FLOATS, lambda b, x: b("ReduceMean", shaped(b, x), axis=1, keepdims=0)),
    ("Reshape", FLOATS, lambda b, x: b("Reshape", x.part(1, 5, -1), shape=(0, 2, 2))),
    ("Reshape", FLOATS, lambda b, x: b("Transpose", shaped(b, x), perm=(0, 2, 1)).shaped(0, 6)),
    ("Shape", ("float64",), lambda b, x: x + b("Shape", x).part(1, 2, 0).as_type("float64")),
    ("Slice", NUMBERS, lambda _, x: x.part(1, -1, -1)),
    ("Softmax", FLOATS, lambda b, x: b("Softmax", x, axis=-1)),
    ("Softmax", FLOATS, lambda b, x: b("Softmax", shaped(b, x), axis=-1)),
    ("Squeeze", FLOATS, lambda _, x: x.widened(1).narrowed(1)),
    ("Transpose", FLOATS, lambda b, x: b("Transpose", shaped(b, x), perm=(0, 2, 1))),
    ("Unsqueeze", FLOATS, lambda _, x: x.widened(2)),
    ("Range", ("float64",), lambda b, x: x + b.places(x, 1).as_type("float64")),
]


def product(results: int) -> Written:
    def multiply(b: Builder, x: Value) -> Value:
        weights = np.random.default_rng(results).normal(size=(3, results))
        return shaped(b, x) @ weights.astype(x.dtype)  # type: ignore[attr-defined]

    return multiply


CASES += [("MatMul", FLOATS, product(results)) for results in (1, 5, 40)]


def graph_of(write: Written, dtype: str) -> Graph:
    builder = Builder("test")
    x = builder.input("x", dtype, ("batch", 6))
    x.dtype = dtype  # type: ignore[attr-defined]  # for products
    builder.output(write(builder, x), Field("answer", "any", ()))
    return builder.graph()


def inputs(dtype: str, batch: int) -> Any:
    return np.vstack([WHOLE + number + (0.25 if dtype != "int64" else 0) for number in range(batch)]).astype(
        dtype
    )


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize(
    ("write", "dtype"),
    [pytest.param(w, t, id=f"{n}-{t}-{i}") for i, (n, k, w) in enumerate(CASES) for t in k],
)
def test_as_numpy(write: Written, dtype: str, batch: int) -> None:
    graph, x = graph_of(write, dtype), inputs(dtype, batch)
    (expected,) = Runner(graph)({"x": x}).values()
    program = Program(graph, batch)
    for _ in range(2):
        (found,) = program.advance({"x": x}).values()
        assert found.dtype == expected.dtype
        np.testing.assert_allclose(found, expected, rtol=1e-6 if expected.dtype == np.float32 else 1e-12)


def test_no_operator_is_forgotten() -> None:
    # Those of whole sequences, and what no step has needed yet.
    left = {"Abs", "ChainMarginals", "Conv", "GatherElements"}
    assert set(OPERATORS) - {name for name, _, _ in CASES} == left


def test_states_that_change_places() -> None:
    builder = Builder("test")
    x = builder.input("x", "float64", ("batch", 1))
    one, other = builder.state("one", np.zeros(1)), builder.state("other", np.ones(1))
    builder.carry(one, other)
    builder.carry(other, one)
    builder.output(one + x, Field("answer", "float64", ("batch", 1)))
    program = Program(builder.graph(), 2)
    x_0 = np.zeros((2, 1))
    assert [program.advance({"x": x_0})["answer"].tolist() for _ in range(3)] == [
        [[0.0]] * 2,
        [[1.0]] * 2,
        [[0.0]] * 2,
    ]


def test_what_is_not_covered_runs_all_the_same() -> None:
    graph = graph_of(lambda b, x: b("Abs", x), "float32")
    with pytest.raises(NotCovered, match="there is no instruction for Abs"):
        Program(graph, 1)
    steps, choice = steps_of(graph, 1)
    assert str(choice) == "reference: there is no instruction for Abs"
    np.testing.assert_array_equal(steps.advance({"x": inputs("float32", 1)})["answer"][0, 1], 1.75)
    covered = graph_of(lambda _, x: x + x, "float32")
    assert str(steps_of(covered, 1)[1]) == "kernels: compiled for this processor, a step is one call"
    with use_backend("reference"):
        assert str(steps_of(covered, 1)[1]) == "reference: asked for; operator after operator, in numpy"


def test_rows_that_are_not_finite_change_nothing() -> None:
    builder = Builder("test")
    x = builder.input("x", "float32", ("batch", 2))
    total = builder.state("total", np.zeros(2, np.float32))
    builder.carry(total, total + x)
    builder.output(total + x, Field("answer", "float32", ("batch", 2)))
    program = Program(builder.graph(), 1)
    assert program.row is not None
    for row, fine in (((1, 2), True), ((1, np.nan), False), ((1e300, 1), False), ((3, 4), True)):
        program.row[...] = row
        assert program.advance_row() is fine
    assert program.states["total"].tolist() == [[4, 6]]
