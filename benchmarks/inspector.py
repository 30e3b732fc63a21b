"""How fast the inspector's page is in a browser: opening, moving the cursor, what-if; and how large it is."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

import gatewise
from benchmarks.errors import BenchmarkError
from benchmarks.results import Result, Row, Target

__all__ = ["run"]

CELLS = ("RNN", "LSTM", "GRU")
UNITS, STEPS, SHORT = 64, 2000, 500
MOVES, REPEATS = 200, 20
FRAME_MS, WHAT_IF_MS, OPEN_MS, MOST_MB = 1000 / 60, 50, 1000, 3

MOVED = """(moves) => {
  const { state } = inspector, times = [];
  for (let move = 0; move < moves; move++) times.push(inspector.drawAt((state.step + 7) % state.steps));
  return times;
}"""
# What a user sees: from one frame to the next, while the cursor moves at every one.
FRAMES = """(moves) => new Promise((done) => {
  const { state } = inspector, times = [];
  let before = null;
  const next = (now) => {
    if (before !== null) times.push(now - before);
    before = now;
    if (times.length === moves) return done(times);
    state.go((state.step + 1) % state.steps);
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
})"""
HELD = """([repeats, name]) => {
  const { state } = inspector, times = [];
  for (let turn = 0; turn < repeats; turn++) {
    state.clamps = [{ name, value: turn % 2, since: 0, unit: null, model: null, layer: 1, direction: "forward" }];
    state.settle();
    times.push(state.spent);
  }
  state.back();
  return times;
}"""
EDITED = """(repeats) => {
  const { state } = inspector, times = [];
  for (let turn = 0; turn < repeats; turn++) {
    state.edits = [{ unit: 0, channel: 0, value: turn }];
    state.settle();
    times.push(state.spent);
  }
  state.back();
  return times;
}"""


def run() -> Result:
    """Measure pages of untrained networks, whose arithmetic is that of trained ones."""
    with tempfile.TemporaryDirectory() as folder, _browser() as browser:
        long, short = (_page(Path(folder), CELLS, steps) for steps in (STEPS, SHORT))
        single = {cell: _page(Path(folder), (cell,), SHORT) for cell in CELLS}
        opened = [_opened(browser, long) for _ in range(5)]
        page = _open(browser, long)
        moved, frames = page.evaluate(MOVED, MOVES), page.evaluate(FRAMES, MOVES)
        page.close()
        held = {cell: _what_if(browser, path) for cell, path in single.items()}
        together = _what_if(browser, short)
        rows: list[Row] = [
            _row(f"open the page of {STEPS} steps × {UNITS} units × 3", opened),
            _row("draw a move of the cursor there", moved),
            _row("from frame to frame while it moves", frames),
            *(_row(f"what if, {cell}, {SHORT} steps × {UNITS} units", times) for cell, times in held.items()),
            _row(f"what if, all three, {SHORT} steps × {UNITS} units", together),
        ]
        size = long.stat().st_size / 1e6
        return Result(
            name="inspector",
            title="The inspector in a browser",
            protocol=f"Pages of {', '.join(CELLS)} with {UNITS} units that answer at every step of one sequence, in "
            f"headless Chromium {browser.version}, without a graphics processor. What if: every gate held from the "
            "first step on, in turns open and shut, and the first input changed: all steps of all layers and the "
            "answer are computed anew.",
            checks=(),
            digits={"median, ms": 1, "19 of 20 below, ms": 1},
            rows=tuple(rows),
            targets=(
                Target("opening, ms", float(np.median(opened)), OPEN_MS, digits=0),
                Target("a move of the cursor, 19 of 20, ms", float(np.quantile(moved, 0.95)), FRAME_MS, digits=1),
                Target("what if of one model, the slowest median, ms",
                       max(float(np.median(times)) for times in held.values()), WHAT_IF_MS, digits=1),
                Target("the page, MB", size, MOST_MB, digits=2),
            ),
        )  # fmt: skip


@contextmanager
def _browser() -> Iterator[Any]:
    program = shutil.which("chromium")
    if program is None:
        raise BenchmarkError("no chromium; apt-get install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise BenchmarkError('no playwright; pip install "gatewise[test]"') from None
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield running
        running.close()


def _page(folder: Path, cells: tuple[str, ...], steps: int) -> Path:
    random = np.random.default_rng(0)
    X = [random.normal(size=(20, 2)).astype(np.float32) for _ in range(8)]
    config = gatewise.RegressorConfig(training=gatewise.TrainingConfig(steps=1), members=1)
    models = [
        gatewise.SequenceRegressor(cell, hidden_size=UNITS, random_state=0, config=config).fit(
            X, [values[:, 0] for values in X]
        )
        for cell in cells
    ]
    data = [random.normal(size=(steps, 2)).astype(np.float32)]
    return gatewise.inspect(models, data).save(folder / f"{'-'.join(cells)}-{steps}.html")


def _open(browser: Any, path: Path) -> Any:
    page = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True).new_page()
    page.goto(path.as_uri())
    page.wait_for_function("window.inspector !== undefined")
    return page


def _opened(browser: Any, path: Path) -> float:
    page = _open(browser, path)
    # The script is a module: when all is loaded, it has drawn.
    found: float = page.evaluate("performance.getEntriesByType('navigation')[0].domComplete")
    page.close()
    return found


def _what_if(browser: Any, path: Path) -> list[float]:
    page = _open(browser, path)
    gates = page.evaluate("[...new Set(inspector.state.models.flatMap((model) => model.gates))]")
    times: list[float] = page.evaluate(EDITED, REPEATS)
    for gate in gates or ["h"]:
        times += page.evaluate(HELD, [REPEATS, gate])
    page.close()
    return times


def _row(what: str, times: list[float]) -> Row:
    return {
        "what": what,
        "median, ms": (float(np.median(times)),),
        "19 of 20 below, ms": (float(np.quantile(times, 0.95)),),
    }
