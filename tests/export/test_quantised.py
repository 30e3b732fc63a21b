"""Weights of 8 bits: within half a step of what they were, matrix by matrix, and small ones as they are."""

from __future__ import annotations

import numpy as np

from gatewise.export.quantised import Quantised, quantised
from gatewise.graphs.build import Builder
from gatewise.graphs.graph import Field

RANDOM = np.random.default_rng(0)


def test_every_output_has_a_scale_of_its_own() -> None:
    matrix = (RANDOM.normal(size=(20, 30)) * np.geomspace(0.01, 100, 30)).astype(np.float32)
    matrix[:, 3] = 0
    found = Quantised.of(matrix, axis=1)
    assert found.numbers.dtype == np.int8
    assert np.abs(found.numbers).max() == 127
    assert (np.abs(found.restored - matrix) <= 0.501 * found.scale).all()
    assert not found.restored[:, 3].any()


def test_matrices_are_rounded_and_nothing_else() -> None:
    builder = Builder("test")
    x = builder.input("x", "float32", ("batch", 20))
    big, small, bias = (RANDOM.normal(size=size).astype(np.float32) for size in ((20, 30), (30, 2), (30,)))
    builder.output((x @ big + bias) @ small, Field("y", "float32", ("batch", 2)))
    graph = builder.graph()
    rounded, table = quantised(graph)
    (name,) = table
    assert graph.constants[name] is big
    changed = [key for key in graph.constants if rounded.constants[key] is not graph.constants[key]]
    assert changed == [name]


def test_factors_of_chains_are_not_rounded() -> None:
    """They are exponentials: a small one that became 0 would forbid a label."""
    builder = Builder("test")
    x = builder.input("x", "float32", ("batch", 20))
    factors = np.exp(RANDOM.normal(size=(20, 20)).astype(np.float32))
    builder.output(builder("Exp", x) @ factors, Field("y", "float32", ("batch", 20)))
    assert quantised(builder.graph())[1] == {}
