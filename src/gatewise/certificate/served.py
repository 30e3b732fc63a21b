"""The way over HTTP: a server on this machine, asked for one step after the other, or for whole sequences."""

from __future__ import annotations

import json
from collections.abc import Mapping
from time import perf_counter
from typing import Any
from urllib.request import Request, urlopen

import numpy as np

from gatewise.certificate.trials import Trial
from gatewise.errors import ExportError, StreamError
from gatewise.graphs.graph import Array, Graph

__all__ = ["over_http"]

NAME = "model"
TYPES = {"float32": "FP32", "float64": "FP64", "int64": "INT64", "bool": "BOOL"}
SECONDS = 60


def over_http(model: Any, trial: Trial) -> tuple[list[Array], float]:
    """Return answers, and microseconds for each step.

    Raises
    ------
    ExportError
        It has no steps, and does not read sequences of numbers; or the server does not answer.
    MissingDependencyError
        What serves is not installed.
    """
    from gatewise.serving.background import in_background

    with in_background({NAME: model}) as address:
        try:
            graph = model.step_graph()
        except StreamError:
            if set(trial.feeds) != {"sequence", "lengths"}:
                raise ExportError(
                    "over HTTP it is tried step by step, or with sequences of numbers"
                ) from None
            return _whole(address, model.whole_graph(), trial)
        return _steps(address, model, graph, trial)


def _steps(address: str, model: Any, graph: Graph, trial: Trial) -> tuple[list[Array], float]:
    found, name = [], graph.outputs[0].name
    begun = perf_counter()
    for number, sequence in enumerate(trial.observations):
        answers = []
        for place, row in enumerate(sequence):
            inputs = model.observation(row, None, graph.inputs)
            parameters = {"sequence_id": number + 1, "sequence_start": place == 0}
            answers.append(_asked(address, inputs, parameters)[name][0])
        found.append(trial.of_steps(answers))
    return found, 1e6 * (perf_counter() - begun) / trial.rows


def _whole(address: str, graph: Graph, trial: Trial) -> tuple[list[Array], float]:
    begun = perf_counter()
    answers = _asked(address, trial.feeds, {})[graph.outputs[0].name]
    return trial.of_whole(answers), 1e6 * (perf_counter() - begun) / trial.rows


def _asked(address: str, inputs: Mapping[str, Array], parameters: Mapping[str, Any]) -> dict[str, Array]:
    body = {
        "inputs": [
            {
                "name": name,
                "shape": list(array.shape),
                "datatype": TYPES[str(array.dtype)],
                "data": array.ravel().tolist(),
            }
            for name, array in inputs.items()
        ],
        "parameters": dict(parameters),
    }
    request = Request(
        f"{address}/v2/models/{NAME}/infer",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with urlopen(request, timeout=SECONDS) as answer:
            said = json.loads(answer.read())
    except OSError as error:
        raise ExportError(f"the server does not answer: {error}") from None
    return {
        one["name"]: np.array(one["data"]).reshape(one["shape"])
        for one in said["outputs"]
        if one["datatype"] != "BYTES"
    }
