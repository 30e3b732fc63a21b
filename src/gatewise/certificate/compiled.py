"""The way through C: a step that is compiled here, and given the rows of a trial."""

from __future__ import annotations

from typing import Any

import numpy as np

from gatewise.certificate.trials import Trial
from gatewise.errors import ExportError
from gatewise.export.c.checking import answers_of
from gatewise.export.c.files import written
from gatewise.graphs.graph import Array

__all__ = ["compiled"]

NAME = "model"


def compiled(model: Any, trial: Trial) -> tuple[list[Array], int]:
    """Return answers, and bytes of constants.

    Raises
    ------
    ExportError
        There is no step, no C of it, or no compiler.
    """
    graph = model.step_graph()
    files = written(graph, NAME, int8=False)
    feeds = []
    for sequence in trial.observations:
        rows = [model.observation(row, None, graph.inputs) for row in sequence]
        feeds.append(
            {field.name: np.concatenate([one[field.name] for one in rows]) for field in graph.inputs}
        )
    found = answers_of(files, feeds)
    if isinstance(found, str):
        raise ExportError(found)
    shape = graph.outputs[0].shape[1:]
    shaped = [list(one.reshape(len(one), *map(int, shape))) for one in found]
    return [trial.of_steps(one) for one in shaped], files.flash_bytes
