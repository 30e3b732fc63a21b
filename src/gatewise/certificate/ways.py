"""The ways to a model's answers, one function each: from a trial to answers, and what they cost."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from gatewise.certificate.compiled import compiled
from gatewise.certificate.served import over_http
from gatewise.certificate.trials import Trial
from gatewise.export.onnx.export import STEP, WHOLE, OnnxExport, export_onnx, session_of
from gatewise.export.onnx.file import state_after
from gatewise.graphs.graph import Array, Graph
from gatewise.graphs.running import Runner

__all__ = ["WAYS", "Answers", "Way"]


@dataclass(frozen=True)
class Answers:
    """What came by one way.

    Attributes
    ----------
    found : list of array
        For each sequence (answers,), or (steps, answers).
    step_us : float
        Microseconds for each step of a sequence, everything included.
    nbytes : int or None
        Of the files that this way needs, or of the state that it carries for one stream.
    """

    found: list[Array]
    step_us: float
    nbytes: int | None = None


Way = Callable[[Any, Trial], Answers]


def written(model: Any, trial: Trial) -> Answers:
    """Run the graph of whole sequences in Python."""
    graph = model.whole_graph()
    runner = Runner(graph)
    return _whole(trial, graph, lambda: runner(trial.feeds))


def streamed(model: Any, trial: Trial) -> Answers:
    """Give a stream one row after the other."""
    return _stepped(model, trial, chunk=None)


def in_chunks(model: Any, trial: Trial) -> Answers:
    """The same, with a new stream after every seventh row that goes on from the state of the one before."""
    return _stepped(model, trial, chunk=7)


def _stepped(model: Any, trial: Trial, chunk: int | None) -> Answers:
    found = []
    stream = model.open_stream()
    nbytes = stream.graph.state_bytes
    begun = perf_counter()
    for sequence in trial.observations:
        stream.reset()
        answers = []
        for number, row in enumerate(sequence):
            if chunk is not None and number % chunk == chunk - 1:
                state = stream.state
                stream.reset()
                stream.state = state
            answers.append(np.array(stream.step(row)))
        found.append(np.stack(answers) if trial.each and not trial.so_far else answers[-1])
    return Answers(found, 1e6 * (perf_counter() - begun) / trial.rows, nbytes)


def onnx_whole(model: Any, trial: Trial) -> Answers:
    """Run ``model.onnx`` in ONNX Runtime."""
    with tempfile.TemporaryDirectory() as folder:
        made = export_onnx(model, Path(folder) / "onnx")
        path = made.folder / WHOLE
        session = session_of(path.read_bytes())
        names = [one.name for one in session.get_outputs()]
        found = _whole(
            trial,
            model.whole_graph(),
            lambda: dict(zip(names, session.run(None, trial.feeds), strict=True)),
        )
        return Answers(found.found, found.step_us, path.stat().st_size)


def onnx_steps(model: Any, trial: Trial) -> Answers:
    """Run ``step.onnx`` in ONNX Runtime, one row after the other."""
    with tempfile.TemporaryDirectory() as folder:
        made: OnnxExport = export_onnx(model, Path(folder) / "onnx")
        path = made.folder / STEP
        graph = model.step_graph()  # says why, where there is none
        session = session_of(path.read_bytes())
        names = [one.name for one in session.get_outputs()]
        answer, begin = graph.outputs[0].name, Runner(graph).initial(1)
        rows = [[model.observation(row, None, graph.inputs) for row in one] for one in trial.observations]
        found = []
        begun = perf_counter()
        for sequence in rows:
            state, answers = begin, []
            for inputs in sequence:
                values = dict(zip(names, session.run(None, {**inputs, **state}), strict=True))
                state = {one.name: values[state_after(one.name)] for one in graph.states}
                answers.append(values[answer][0])
            found.append(np.stack(answers) if trial.each and not trial.so_far else answers[-1])
        return Answers(found, 1e6 * (perf_counter() - begun) / trial.rows, path.stat().st_size)


def _whole(trial: Trial, graph: Graph, run: Callable[[], dict[str, Array]]) -> Answers:
    begun = perf_counter()
    answers = run()[graph.outputs[0].name]
    step_us = 1e6 * (perf_counter() - begun) / trial.rows
    if trial.each:
        return Answers(
            [one[: len(rows)] for one, rows in zip(answers, trial.observations, strict=True)], step_us
        )
    return Answers(list(answers), step_us)


def in_c(model: Any, trial: Trial) -> Answers:
    """Compile a step, and give the program all rows."""
    return Answers(*compiled(model, trial))


def served(model: Any, trial: Trial) -> Answers:
    """Ask a server on this machine."""
    return Answers(*over_http(model, trial))


WAYS: dict[str, Way] = {
    "written down": written,
    "step by step": streamed,
    "in chunks": in_chunks,
    "ONNX": onnx_whole,
    "ONNX, step by step": onnx_steps,
    "C": in_c,
    "HTTP": served,
}
