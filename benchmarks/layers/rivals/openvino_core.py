"""OpenVINO on the processor, reading the graph that ONNX Runtime runs; its memory is bound once."""

from __future__ import annotations

import openvino

from benchmarks.layers.grid import Job
from benchmarks.layers.inputs import Arrays, Inputs
from benchmarks.layers.rivals.onnx_graph import feeds, model, outputs, results
from benchmarks.layers.task import Task

__all__ = ["VERSION", "prepare"]

VERSION = openvino.__version__.split("-")[0]


def prepare(job: Job, inputs: Inputs, threads: int) -> Task:
    """A request of the compiled graph of one node."""
    core = openvino.Core()
    config = {
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": 1,
        "PERFORMANCE_HINT": "LATENCY",
        # It would take bfloat16 where the processor has it, and miss the gate.
        "INFERENCE_PRECISION_HINT": "f32",
    }
    compiled = core.compile_model(core.read_model(model(job, inputs)), "CPU", config)
    request = compiled.create_infer_request()
    # The request does not keep alive what it is to read.
    fed = feeds(job.cell, inputs)
    for name, array in fed.items():
        request.set_tensor(name, openvino.Tensor(array, shared_memory=True))

    def read(_: object) -> Arrays:
        return results(job.cell, [request.get_tensor(name).data for name in outputs(job.cell)])

    return Task(request.infer, read, keeps=fed)
