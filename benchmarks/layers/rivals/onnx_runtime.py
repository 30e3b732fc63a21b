"""ONNX Runtime: ``run`` or bound memory, whichever is faster."""

from __future__ import annotations

from functools import partial

import numpy as np
import onnxruntime

from benchmarks.layers.grid import Job
from benchmarks.layers.inputs import Inputs
from benchmarks.layers.rivals.onnx_graph import feeds, model, outputs, results
from benchmarks.layers.task import Task, fastest

__all__ = ["VERSION", "prepare"]

VERSION = onnxruntime.__version__

_ERRORS_ONLY = 3


def prepare(job: Job, inputs: Inputs, threads: int) -> Task:
    """A session with the graph of one node."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    session = onnxruntime.InferenceSession(model(job, inputs), options, ["CPUExecutionProvider"])
    names, fed = outputs(job.cell), feeds(job.cell, inputs)

    binding = session.io_binding()
    for name, array in fed.items():
        binding.bind_ortvalue_input(name, onnxruntime.OrtValue.ortvalue_from_numpy(array))
    for value in session.get_outputs():
        empty = onnxruntime.OrtValue.ortvalue_from_shape_and_type(value.shape, np.float32)
        binding.bind_ortvalue_output(value.name, empty)
    return fastest(
        [
            Task(partial(session.run, names, fed), partial(results, job.cell)),
            Task(
                partial(session.run_with_iobinding, binding),
                lambda _: results(job.cell, binding.copy_outputs_to_cpu()),
            ),
        ]
    )
