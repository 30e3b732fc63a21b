"""The way through C: a step that is compiled here, and given the rows of a trial."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np

from gatewise.certificate.trials import Trial
from gatewise.errors import ExportError
from gatewise.export.c.checking import answers_of
from gatewise.export.c.files import written
from gatewise.graphs.graph import Array

__all__ = ["compiled"]

NAME = "model"


def compiled(model: Any, trial: Trial) -> tuple[list[Array], float, int]:
    """Return answers, microseconds for each step with what it takes to start a program, and bytes of constants.

    Raises
    ------
    ExportError
        There is no step, no C of it, or no compiler.
    """
    graph = model.step_graph()
    files = written(graph, NAME, int8=False)
    rows = [
        [model.observation(row, None, graph.inputs) for row in sequence] for sequence in trial.observations
    ]
    feeds = [
        {field.name: np.concatenate([one[field.name] for one in sequence]) for field in graph.inputs}
        for sequence in rows
    ]
    begun = perf_counter()
    found = answers_of(files, feeds)
    if isinstance(found, str):
        raise ExportError(found)
    step_us = 1e6 * (perf_counter() - begun) / trial.rows
    shape = graph.outputs[0].shape[1:]
    shaped = [one.reshape(len(one), *map(int, shape)) for one in found]
    return [one if trial.each and not trial.so_far else one[-1] for one in shaped], step_us, files.flash_bytes
