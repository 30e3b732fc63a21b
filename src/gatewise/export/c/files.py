"""A graph as the three files of a step in C."""

from __future__ import annotations

from dataclasses import dataclass

from gatewise.export.c.alphabet import Tables, tables_of
from gatewise.export.c.header import parameters_of
from gatewise.export.c.layout import Layout
from gatewise.export.c.main_file import main_file
from gatewise.export.c.program import compiled
from gatewise.export.c.rewriting import folded, in_single_precision, needed
from gatewise.export.c.source import write
from gatewise.export.c.statements import STATEMENTS
from gatewise.export.quantised import quantised
from gatewise.graphs.graph import Graph

__all__ = ["MAIN", "Files", "written"]

MAIN = "main.c"


@dataclass(frozen=True)
class Files:
    """What was written.

    Attributes
    ----------
    texts : dict of str to str
        By the names of the files.
    graph : Graph
        What they compute: with rounded weights where these have eight bits.
    layout : Layout
    flash_bytes : int
        Of constants.
    multiply_adds : int
        Of products of matrices, a step.
    tables : Tables
    named : bool
        Whether the first line of what ``main.c`` prints are names.
    note : str
        What has to be known beside that.
    """

    texts: dict[str, str]
    graph: Graph
    layout: Layout
    flash_bytes: int
    multiply_adds: int
    tables: Tables
    named: bool
    note: str


def written(graph: Graph, prefix: str, *, int8: bool = False) -> Files:
    """Write a step as C.

    Raises
    ------
    ExportError
        It has an operator or a cell for which there is no C.
    """
    rounded, matrices = quantised(graph) if int8 else (graph, {})
    program = compiled(needed(folded(in_single_precision(rounded))), prefix, matrices, STATEMENTS)
    tables = tables_of(graph.about, prefix)
    source = write(program, tables)
    inputs, outputs = parameters_of(program)
    texts = {
        f"{prefix}.h": source.header,
        f"{prefix}.c": source.source,
        MAIN: main_file(graph, prefix, inputs, outputs, tables),
    }
    named = any(one.names for one in outputs)
    notes = [tables.note] if tables.note else []
    if int8 and not matrices:
        notes.append("no matrix is large enough for weights of eight bits: they are as without")
    return Files(
        texts,
        rounded,
        source.layout,
        source.flash_bytes,
        program.multiply_adds,
        tables,
        named,
        "; ".join(notes),
    )
