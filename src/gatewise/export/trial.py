"""Random inputs of a graph, with which what was exported is checked."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gatewise.estimators.graphs.rows import WORD_COLUMNS
from gatewise.graphs.graph import Array, Field, Graph

__all__ = ["largest_difference", "random_inputs", "steps"]

# Numbers of symbols, words and letters: those that every vocabulary has.
CODES = 2


def random_inputs(graph: Graph, batch: int, time: int, random: np.random.Generator) -> dict[str, Array]:
    """Return a ragged batch: the first sequence is as long as ``time``, the others are at most that long."""
    lengths = random.integers(1, time + 1, batch)
    lengths[0] = time
    sizes = {"batch": batch, "time": time, "columns": WORD_COLUMNS}
    return {
        field.name: lengths
        if field.name == "lengths"
        else _values(
            field, [sizes[one] if isinstance(one, str) else one for one in field.shape], graph, random
        )
        for field in graph.inputs
    }


def _values(field: Field, shape: list[int], graph: Graph, random: np.random.Generator) -> Array:
    if field.dtype == "int64":
        return random.integers(0, CODES, shape)
    if field.dtype == "bool":
        return random.random(shape) < 0.9
    # As training rows are: from where they lie, by how much they vary.
    mean, deviation = graph.about.get("typical", {}).get(field.name, (0.0, 1.0))
    spread = np.asarray(deviation) * random.normal(size=shape)
    values: Array = (np.asarray(mean) + spread).astype(field.dtype)
    return values


def steps(graph: Graph, batch: int, count: int, random: np.random.Generator) -> Iterator[dict[str, Array]]:
    """Yield the inputs of ``count`` calls one after the other, of one to nine steps where there may be several."""
    for _ in range(count):
        yield random_inputs(graph, batch, int(random.integers(1, 10)), random)


def largest_difference(
    one: dict[str, Array], other: dict[str, Array], lengths: Array | None, fields: tuple[Field, ...]
) -> float:
    """Return how far two answers lie apart: beside 1, or beside the answer where it is larger; ends left out."""
    worst = 0.0
    for field in fields:
        found, expected = np.asarray(one[field.name], float), np.asarray(other[field.name], float)
        apart = np.abs(found - expected) / np.maximum(1, np.abs(expected))
        if lengths is not None and "time" in field.shape:
            beyond = np.arange(apart.shape[1]) >= np.asarray(lengths)[:, None]
            apart[beyond] = 0
        worst = max(worst, float(np.nan_to_num(apart, nan=np.inf).max(initial=0)))
    return worst
