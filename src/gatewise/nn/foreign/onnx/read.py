"""ONNX files: every recurrent node of the graph and of the graphs inside of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gatewise.errors import ReadError
from gatewise.nn.foreign.files import opened_as
from gatewise.nn.foreign.found import Readings, Unsaid
from gatewise.nn.foreign.onnx.constants import Constants, nested
from gatewise.nn.foreign.onnx.nodes import RECURRENT, node_found
from gatewise.nn.foreign.onnx.stacks import Placed, stacked, torch_module
from gatewise.onnx_library import onnx

__all__ = ["read_onnx"]

# Numbers that may be made of each byte of the file, and at any rate.
GROWTH, FREE = 8, 1 << 20


def read_onnx(path: Path, _: Unsaid) -> Readings:
    """Read an ONNX file, with the files beside it that hold its weights."""
    library = onnx()
    with opened_as(path, "an ONNX file"):
        model = library.load(path)
        if model.functions:
            model = library.inliner.inline_local_functions(model)
        limit = GROWTH * model.ByteSize() + FREE
        return _read(path, model.graph, limit)


def _read(path: Path, graph: Any, limit: int) -> Readings:
    placed: list[Placed] = []
    refused: Readings = {}
    others: set[str] = set()
    used: set[str] = set()
    for node, within, constants in _nodes(graph, Constants(graph, limit), limit):
        if node.domain not in ("", "ai.onnx") or node.op_type not in RECURRENT:
            others.update({node.op_type} if any(one in node.op_type for one in RECURRENT) else ())
            continue
        name = _unique(torch_module(node) or node.name or node.op_type, used)
        try:
            found = node_found(node, name, constants, f"{path}: {name}")
        except ReadError as error:
            refused[name] = error
        else:
            placed.append(Placed(name, node, found, within, constants))
    if not placed and not refused:
        also = f"; {', '.join(sorted(others))} are not read" if others else ""
        raise ReadError(f"{path}: expected nodes of {', '.join(sorted(RECURRENT))}, found none{also}")
    return {**stacked(placed), **refused}


def _nodes(graph: Any, constants: Constants, limit: int) -> Iterator[tuple[Any, Any, Constants]]:
    for node in graph.node:
        yield node, graph, constants
        for inside in nested(node):
            yield from _nodes(inside, Constants(inside, limit, constants), limit)


def _unique(name: str, used: set[str]) -> str:
    """Return the name, with a number if it has been used, as exports of torch number their nodes."""
    number, own = 0, name
    while own in used:
        number += 1
        own = f"{name}_{number}"
    used.add(own)
    return own
