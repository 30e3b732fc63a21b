"""A step in exported C beside the same step of our kernels, and seconds that an export takes."""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

import gatewise
from benchmarks.errors import BenchmarkError
from benchmarks.results import Result, Row, Target
from gatewise import ClassifierConfig, TrainingConfig
from gatewise.export import export_c
from gatewise.export.c.files import Files, written
from gatewise.graphs.build import Builder
from gatewise.graphs.graph import Field, Graph
from gatewise.graphs.recurrent import step
from gatewise.nn import GRU, LSTM, RNN, Recurrent

__all__ = ["graph_of", "run"]

CELLS = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}
INPUT, HIDDEN = 32, 64
ROUNDS, STEPS = 30, 2_000
FLAGS = ("-O3", "-march=native")
LIMIT = 1.5
# Reads no clock but twice a round; what is fed changes from step to step.
TIMED = f"""
#define _POSIX_C_SOURCE 200809L
#include "layer.h"
#include <stdio.h>
#include <time.h>

int main(void)
{{
    static layer_state state;
    float x[{INPUT}], y[{HIDDEN}];
    layer_reset(&state);
    for (int round = 0; round < {ROUNDS}; round++) {{
        struct timespec begin, end;
        clock_gettime(CLOCK_MONOTONIC, &begin);
        for (int n = 0; n < {STEPS}; n++) {{
            for (int i = 0; i < {INPUT}; i++)
                x[i] = (float)((n * 7 + i) % 13) / 13.0f - 0.5f;
            layer_step(&state, x, y);
        }}
        clock_gettime(CLOCK_MONOTONIC, &end);
        const double seconds = (double)(end.tv_sec - begin.tv_sec) + 1e-9 * (double)(end.tv_nsec - begin.tv_nsec);
        printf("%.9g\\n", seconds / {STEPS});
    }}
    return 0;
}}
"""


def run() -> Result:
    """Every cell in C, float32 and int8, beside a stream through our kernels, in the same rounds."""
    compilers = [name for name in ("gcc", "clang") if shutil.which(name)]
    if not compilers:
        raise BenchmarkError("no gcc and no clang; make compilers installs them")
    rows: list[Row] = []
    ratios: dict[str, float] = {}
    for name, layer_of in CELLS.items():
        torch.manual_seed(0)
        layer = layer_of(INPUT, HIDDEN)
        graph = graph_of(layer)
        kernel = _of_kernel(layer)
        rows.append({"step": f"{name}, our kernel from Python", "µs": (1e6 * kernel,), "× kernel": (1.0,)})
        for int8 in (False, True):
            files = written(graph, "layer", int8=int8)
            for compiler in compilers:
                found = _of_c(files, compiler)
                weights = "int8" if int8 else "float32"
                rows.append(
                    {
                        "step": f"{name}, C, {weights}, {compiler}",
                        "µs": (1e6 * found,),
                        "× kernel": (found / kernel,),
                        "bytes of constants": (float(files.flash_bytes),),
                        "bytes of state": (float(files.layout.total_bytes),),
                    }
                )
                if not int8:
                    ratios[name] = min(ratios.get(name, np.inf), found / kernel)
    seconds = _export_seconds()
    return Result(
        name="export",
        title="Exported C: a step, and the export",
        protocol=f"One layer of {HIDDEN} units that reads {INPUT} numbers. C: `{' '.join(FLAGS)}`, the median of "
        f"{ROUNDS} rounds of {STEPS} steps in C. Kernel: `layer.stream().step(x)` from Python, the median of as many "
        "rounds; a call from Python is part of that.",
        checks=(),
        digits={"µs": 2, "× kernel": 2, "bytes of constants": 0, "bytes of state": 0},
        rows=tuple(rows),
        targets=(
            Target(
                "a GRU step in C, float32, by the better compiler, × kernel", ratios["GRU"], LIMIT, digits=2
            ),
        ),
        notes=(
            f"`export_c` of a GRU classifier of {HIDDEN} units, compiled and checked on 256 rows: {seconds:.1f} s.",
        ),
    )


def graph_of(layer: Recurrent) -> Graph:
    """Write down a layer and nothing else."""
    builder = Builder("layer")
    x = builder.input("x", "float32", ("batch", layer.input_size))
    begin = [builder.state(name, np.zeros(layer.hidden_size, np.float32)) for name in layer.cell.states]
    (after,) = step(builder, layer, x, [begin])
    for before, now in zip(begin, after, strict=True):
        builder.carry(before, now)
    builder.output(after[0], Field("y", "float32", ("batch", layer.hidden_size)))
    return builder.graph()


def _of_kernel(layer: Recurrent) -> float:
    stream, x = layer.stream(), np.random.default_rng(0).normal(size=INPUT).astype(np.float32)
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for _ in range(STEPS):
            stream.step(x)
        times.append((time.perf_counter() - begun) / STEPS)
    return statistics.median(times)


def _of_c(files: Files, compiler: str) -> float:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in (files.texts | {"main.c": TIMED}).items():
            (folder / file).write_text(text, encoding="utf-8")
        command = [compiler, *FLAGS, "-o", "timed", "main.c", "layer.c", "-lm"]
        subprocess.run(command, cwd=folder, check=True)
        said = subprocess.run([folder / "timed"], capture_output=True, text=True, check=True).stdout
    return statistics.median(float(one) for one in re.findall(r"\S+", said))


def _export_seconds() -> float:
    random = np.random.default_rng(0)
    X = [random.normal(size=(30, 4)) + number % 2 for number in range(20)]
    config = ClassifierConfig(training=TrainingConfig(steps=5))
    model = gatewise.SequenceClassifier(
        "GRU", hidden_size=HIDDEN, bidirectional=False, random_state=0, config=config
    )
    model.fit(X, [number % 2 for number in range(20)])
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        export_c(model, Path(folder) / "c")
        return time.perf_counter() - begun
