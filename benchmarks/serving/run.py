"""Steps of thousands of sessions beside one request at a time through ONNX Runtime; whole sequences; memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

import gatewise
from benchmarks.results import Result, Row, Target
from benchmarks.serving.client import CHANNELS
from benchmarks.serving.servers import Running, running

__all__ = ["result_of", "run"]

HIDDEN, SESSIONS, IDLE = 128, 5000, 20_000
RATE, P99_MS, TIMES, WHOLE, BYTES = 20_000, 50.0, 5.0, 0.9, 2048
# Sessions of a message.
MESSAGES = (1, 10, 100)
# Connections of one request at a time; more wait for each other only.
RIVALS = 16


def run(seconds: float = 5.0) -> Result:
    """Measure on this machine, servers and clients together."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = _model()
        model.save(folder / "model")
        from gatewise.export import export_onnx

        export_onnx(model, folder / "onnx")
        return result_of(folder, model, seconds, SESSIONS, IDLE)


def result_of(folder: Path, model: Any, seconds: float, sessions: int, idle: int) -> Result:
    """Measure a model that is saved and exported in a folder."""
    rows: list[Row] = []
    with running([str(folder / "onnx")], rival=True) as rival:
        alone = _asked(rival, "step", seconds, connections=RIVALS)
        rows.append(_row("ONNX Runtime, a step a request over HTTP", alone))
    arguments = [f"model={folder / 'model'}", "--max-sessions", str(max(idle, sessions) + 10)]
    with running(arguments) as server:
        most = {}
        for size in MESSAGES:
            load = {"connections": sessions // size, "sessions": size}
            most[size] = _asked(server, "stream", seconds, **load)
            rows.append(_row(f"{sessions} sessions, {size} in a message, at once", most[size]))
        paced = _asked(
            server, "stream", seconds, rate=RATE, connections=sessions // MESSAGES[-1], sessions=MESSAGES[-1]
        )
        rows.append(_row(f"{sessions} sessions, {MESSAGES[-1]} in a message, {RATE} steps a second", paced))
        bare = _bare(model, seconds)
        whole = _asked(server, "whole", seconds, connections=2)["per_second"]
        rows += [
            {"what": "32 sequences of 100 steps, predict_proba", "a second": (bare,)},
            {"what": "32 sequences of 100 steps, HTTP", "a second": (whole,)},
        ]
    with running(arguments) as server:
        size, states = _session_bytes(server, idle), model.step_graph().state_bytes
    rows.append({"what": f"bytes of a session, of {idle} idle ones; states {states}", "bytes": (size,)})
    best = max(one["per_second"] for one in most.values())
    return Result(
        name="serve",
        title="The server under load",
        protocol=f"A GRU of {HIDDEN} units that reads {CHANNELS} channels, untrained; servers and clients on one "
        f"machine, over loopback, {seconds:g} seconds each. Steps go over WebSocket in the binary form; a message is "
        "one step of each of its sessions. With a rate, messages are sent at their times, and milliseconds count from "
        f"then. ONNX Runtime steps one session a request, on {RIVALS} connections, behind the same router and uvicorn.",
        checks=(),
        digits={"a second": 0, "p50 ms": 1, "p99 ms": 1, "bytes": 0},
        rows=tuple(rows),
        targets=(
            _at_least("steps a second", best, RATE, 0),
            _at_least(f"steps a second where {RATE} are sent", paced["per_second"], 0.99 * RATE, 0),
            Target("p99 in ms there", paced["p99_ms"], P99_MS, digits=1),
            _at_least("steps a second, × one request at a time", best / alone["per_second"], TIMES, 1),
            _at_least("whole sequences, × predict_proba", whole / bare, WHOLE, 2),
            Target("bytes of an idle session", size, 2 * states + BYTES, digits=0),
        ),
    )


def _at_least(what: str, reached: float, limit: float, digits: int) -> Target:
    return Target(what, reached, limit, digits=digits, lower_is_better=False)


def _model() -> Any:
    random = np.random.default_rng(0)
    sequences = [random.normal(size=(12, CHANNELS)).astype(np.float32) for _ in range(16)]
    config = gatewise.ClassifierConfig(training=gatewise.TrainingConfig(steps=1), members=1)
    model = gatewise.SequenceClassifier(
        "GRU", hidden_size=HIDDEN, bidirectional=False, random_state=0, config=config
    )
    return model.fit(sequences, [k % 2 for k in range(16)])


def _asked(server: Running, what: str, seconds: float, **options: float) -> dict[str, float]:
    """Run the client, and return what it saw."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.serving.client",
        what,
        server.address,
        "--seconds",
        str(seconds),
    ]
    command += [part for name, value in options.items() for part in (f"--{name}", str(value))]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return found


def _row(what: str, found: dict[str, float]) -> Row:
    return {
        "what": what,
        "a second": (found["per_second"],),
        "p50 ms": (found["p50_ms"],),
        "p99 ms": (found["p99_ms"],),
    }


def _bare(model: Any, seconds: float) -> float:
    """Return how many batches a second the model answers in this process."""
    X = np.random.default_rng(0).normal(size=(32, 100, CHANNELS)).astype(np.float32)
    for _ in range(3):
        model.predict_proba(X)
    count, start = 0, time.perf_counter()
    while time.perf_counter() < start + seconds:
        model.predict_proba(X)
        count += 1
    return count / (time.perf_counter() - start)


def _session_bytes(server: Running, count: int) -> float:
    """Return how much the process grows for each session that was stepped once, and is idle."""
    options = {"seconds": 0.1, "sessions": 1000}
    _asked(server, "stream", connections=1, **options)
    before = server.resident_bytes()
    _asked(server, "stream", connections=count // 1000, **options)
    return (server.resident_bytes() - before) / (count - 1000)
