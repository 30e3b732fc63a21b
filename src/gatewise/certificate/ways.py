"""The ways to a model's answers, one function each: from a trial to answers, and what they cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from gatewise.certificate.compiled import compiled
from gatewise.certificate.served import over_http
from gatewise.certificate.trials import Trial
from gatewise.export.onnx.export import session_of
from gatewise.export.onnx.file import state_after, to_onnx
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
    step_us : float or None
        Microseconds for each step of a sequence, everything included; ``None``: they were not taken.
    nbytes : int or None
        Of the files that this way needs, or of the state that it carries for one stream.
    """

    found: list[Array]
    step_us: float | None
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
        found.append(trial.of_steps(answers))
    return Answers(found, 1e6 * (perf_counter() - begun) / trial.rows, nbytes)


def onnx_whole(model: Any, trial: Trial) -> Answers:
    """Run the graph of whole sequences in ONNX Runtime."""
    graph = model.whole_graph()
    run, nbytes = _in_onnx(graph)
    return _whole(trial, graph, lambda: run(trial.feeds), nbytes)


def onnx_steps(model: Any, trial: Trial) -> Answers:
    """Run the graph of a step in ONNX Runtime, one row after the other."""
    graph = model.step_graph()
    run, nbytes = _in_onnx(graph)
    answer, begin = graph.outputs[0].name, Runner(graph).initial(1)
    rows = [[model.observation(row, None, graph.inputs) for row in one] for one in trial.observations]
    found = []
    begun = perf_counter()
    for sequence in rows:
        state, answers = begin, []
        for inputs in sequence:
            values = run({**inputs, **state})
            state = {one.name: values[state_after(one.name)] for one in graph.states}
            answers.append(values[answer][0])
        found.append(trial.of_steps(answers))
    return Answers(found, 1e6 * (perf_counter() - begun) / trial.rows, nbytes)


def _in_onnx(graph: Graph) -> tuple[Callable[[Mapping[str, Array]], dict[str, Array]], int]:
    """Return what runs a graph in ONNX Runtime, and the bytes of its file."""
    written = to_onnx(graph, {}).SerializeToString()
    session = session_of(written)
    names = [one.name for one in session.get_outputs()]
    return lambda feeds: dict(zip(names, session.run(None, dict(feeds)), strict=True)), len(written)


def _whole(
    trial: Trial, graph: Graph, run: Callable[[], dict[str, Array]], nbytes: int | None = None
) -> Answers:
    begun = perf_counter()
    answers = run()[graph.outputs[0].name]
    return Answers(trial.of_whole(answers), 1e6 * (perf_counter() - begun) / trial.rows, nbytes)


def in_c(model: Any, trial: Trial) -> Answers:
    """Compile a step, and give the program all rows; what a step takes is lost in that."""
    found, nbytes = compiled(model, trial)
    return Answers(found, None, nbytes)


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
