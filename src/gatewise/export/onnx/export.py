"""A fitted model as ONNX files, checked with ONNX Runtime before they are said to be there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gatewise.errors import ExportError, StreamError
from gatewise.export.folders import export_folder
from gatewise.export.onnx.file import describe, state_after, to_onnx
from gatewise.export.quantised import quantised
from gatewise.export.trial import largest_difference, random_inputs, steps
from gatewise.graphs.chunks import chunked
from gatewise.graphs.graph import Array, Graph
from gatewise.graphs.running import Runner
from gatewise.onnx_library import onnx, runtime

__all__ = ["CHUNK", "STEP", "WHOLE", "OnnxExport", "OnnxFile", "export_onnx", "session_of"]

WHOLE, STEP, CHUNK, README = "model.onnx", "step.onnx", "chunk.onnx", "README.md"
READS = {
    WHOLE: "whole sequences",
    STEP: "one step, with states in and out",
    CHUNK: "some steps, with states in and out",
}
# Rounding of single precision adds up over long sequences; what is further off is a mistake.
TOLERANCE = 1e-4
BATCHES = ((1, 1), (3, 7), (5, 40))
STEPS = 25


@dataclass(frozen=True)
class OnnxFile:
    """One of the files.

    Attributes
    ----------
    name : str
    nbytes : int
    difference : float
        The largest between ONNX Runtime and this package on random ragged batches, beside the size of the answer where
        that is above 1.
    inputs, outputs : tuple of str
        Each with its type and shape.
    """

    name: str
    nbytes: int
    difference: float
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True)
class OnnxExport:
    """What was written.

    Attributes
    ----------
    folder : Path
    files : tuple of OnnxFile
    outside : str
        What of the model's preprocessing is not in the files.
    no_steps : str
        Why there is no form for single steps; empty where there is one.
    int8 : bool
        Whether weights were rounded to 8 bits.
    loss : float or None
        By how much answers changed with that, on average over ``data`` or random rows.
    """

    folder: Path
    files: tuple[OnnxFile, ...]
    outside: str
    no_steps: str = ""
    int8: bool = False
    loss: float | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files."""
        return (*(self.folder / one.name for one in self.files), self.folder / README)

    def __str__(self) -> str:
        lines = [
            f"{one.name:10} {READS[one.name]}: {one.nbytes:,} bytes; ONNX Runtime is within {one.difference:.1g}"
            for one in self.files
        ]
        if self.no_steps:
            lines.append(f"{'no steps':10} {self.no_steps}")
        if self.outside:
            lines.append(f"{'outside':10} {self.outside}")
        if self.loss is not None:
            lines.append(f"{'rounding':10} moves answers by {self.loss:.1g} on average, on random sequences")
        return "\n".join(lines)

    def to_json(self) -> str:
        """The same for programs."""
        return json.dumps(asdict(self) | {"folder": str(self.folder)}, indent=1)


def export_onnx(model: Any, folder: str | Path, *, int8: bool = False) -> OnnxExport:
    """Write a fitted model as ONNX: for whole sequences, for one step with its states, and for several at once.

    ``model.onnx`` reads whole sequences; ``step.onnx`` a row of each stream with its states, and ``chunk.onnx`` some
    rows, which is a ``Scan`` over one. Batch, time and ``lengths`` are free; states go in and come out by name;
    preprocessing and answers are inside, and ``outside`` says what is not. RNN, LSTM and both GRUs are ONNX's own
    operators, other cells a ``Scan``. All are checked by ONNX's checker and run with ONNX Runtime on random ragged
    batches before the folder is put in place, whole or not at all.

    Parameters
    ----------
    model : estimator
        Fitted.
    folder : path
        To be made; one that an export wrote is replaced.
    int8 : bool, default False
        Keep matrices of weights as whole numbers of 8 bits with a scale for each output: a quarter of the size. Answers
        are computed in float32 as before.

    Raises
    ------
    ExportError
        There is no written form of the model, or a file does not answer as the model does.
    MissingDependencyError
        ``onnx`` or ``onnxruntime`` is not installed.
    """
    folder = Path(folder)
    onnx(), runtime()
    graphs: dict[str, Graph] = {}
    no_steps = ""
    graphs[WHOLE] = model.whole_graph()
    try:
        graphs[STEP] = model.step_graph()
    except StreamError as error:
        no_steps = str(error)
    exact = graphs[WHOLE]
    tables: dict[str, Mapping[str, Any]] = {name: {} for name in graphs}
    if int8:
        for name, graph in graphs.items():
            graphs[name], tables[name] = quantised(graph)
    if STEP in graphs:
        graphs[CHUNK], tables[CHUNK] = chunked(graphs[STEP]), tables[STEP]
    files = []
    with export_folder(folder, (WHOLE, STEP, CHUNK, README)) as unfinished:
        for name, graph in graphs.items():
            files.append(_written(unfinished / name, graph, tables[name]))
        made = OnnxExport(
            folder,
            tuple(files),
            str(graphs[WHOLE].about.get("outside", "")),
            no_steps,
            int8,
            _loss(exact, graphs[WHOLE]) if int8 else None,
        )
        (unfinished / README).write_text(_readme(made, graphs), encoding="utf-8")
    return made


def _written(path: Path, graph: Graph, table: Mapping[str, Any]) -> OnnxFile:
    model = to_onnx(graph, table)
    difference = _checked(graph, model.SerializeToString())
    describe(model, graph, {"largest difference": difference, "int8": bool(table)})
    path.write_bytes(model.SerializeToString())
    kinds = [f"{one.name}: {one.dtype} {_shape(one.shape)}" for one in graph.inputs]
    states = [f"{one.name}: {one.dtype} {_shape(('batch', *one.shape))}" for one in graph.states]
    after = [f"{state_after(one.name)}: {one.dtype} {_shape(('batch', *one.shape))}" for one in graph.states]
    answers = [f"{one.name}: {one.dtype} {_shape(one.shape)}" for one in graph.outputs]
    return OnnxFile(path.name, path.stat().st_size, difference, (*kinds, *states), (*answers, *after))


def _shape(shape: tuple[Any, ...]) -> str:
    return f"({', '.join(map(str, shape))})"


def _checked(graph: Graph, written: bytes) -> float:
    """Return how far ONNX Runtime's answers are from ours."""
    session = session_of(written)
    names = [one.name for one in session.get_outputs()]
    runner, random = Runner(graph), np.random.default_rng(0)

    def theirs(feeds: Mapping[str, Array]) -> dict[str, Array]:
        return dict(zip(names, session.run(None, dict(feeds)), strict=True))

    worst = 0.0
    if graph.states:
        state = other = runner.initial(3)
        for inputs in steps(graph, 3, STEPS, random):
            ours, state = runner.step(inputs, state)
            found = theirs({**inputs, **other})
            other = {one.name: found[state_after(one.name)] for one in graph.states}
            worst = max(worst, largest_difference(found, ours, inputs.get("lengths"), graph.outputs))
    else:
        for batch, time in BATCHES:
            inputs = random_inputs(graph, batch, time, random)
            worst = max(
                worst,
                largest_difference(theirs(inputs), runner(inputs), inputs.get("lengths"), graph.outputs),
            )
    if not worst <= TOLERANCE:
        raise ExportError(
            f"ONNX Runtime answers otherwise than the model, by {worst:.2g}; nothing was written. Please report it"
        )
    return worst


def session_of(written: bytes) -> Any:
    """Open a model in ONNX Runtime, on one thread, without its remarks."""
    library = runtime()
    options = library.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    return library.InferenceSession(written, options, providers=["CPUExecutionProvider"])


def _loss(exact: Graph, rounded: Graph) -> float:
    """Return the mean change of answers by rounding weights, on random sequences."""
    random = np.random.default_rng(0)
    inputs = random_inputs(exact, 16, 40, random)
    ours, theirs = Runner(exact)(inputs), Runner(rounded)(inputs)
    return float(np.mean([np.abs(ours[one.name] - theirs[one.name]).mean() for one in exact.outputs]))


def _readme(made: OnnxExport, graphs: Mapping[str, Graph]) -> str:
    lines = [f"# {graphs[WHOLE].name} as ONNX", ""]
    for one in made.files:
        what = READS[one.name]
        lines += [
            f"## {one.name}: {what}",
            "",
            f"{one.nbytes:,} bytes; ONNX Runtime is within {one.difference:.1e} of the model.",
            "",
            *[f"- in `{text}`" for text in one.inputs],
            *[f"- out `{text}`" for text in one.outputs],
            "",
        ]
    if made.no_steps:
        lines += [f"No single steps: {made.no_steps}.", ""]
    if made.outside:
        lines += [f"Not inside: {made.outside}.", ""]
    if STEP in graphs:
        lines += ["States begin with what the metadata of step.onnx and chunk.onnx has as `states`.", ""]
    names = {one.name: ", ".join(one.names) for one in graphs[WHOLE].outputs if one.names}
    lines += [f"`{name}` in the order: {text}." for name, text in names.items() if len(text) < 2000]
    return "\n".join(lines).rstrip() + "\n"
