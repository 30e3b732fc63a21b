"""The whole benchmark: shape by shape, then what needs processes of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.candidates import progress
from benchmarks.errors import BenchmarkError
from benchmarks.layers import first_call, memory, report
from benchmarks.layers.contest import Contest, Outcome
from benchmarks.layers.grid import CELLS, GRID, QUICK_SHAPES, STEP_SHAPES, Job, Mode, Shape, jobs
from benchmarks.layers.report import Field
from benchmarks.layers.rivals import OURS, PEAK, RIVALS
from benchmarks.layers.rounds import FULL, QUICK
from benchmarks.layers.worker import WorkerError
from benchmarks.results import Result

__all__ = ["Plan", "run"]


@dataclass(frozen=True)
class Plan:
    """What to measure.

    Attributes
    ----------
    modes : sequence of Mode
    cells : sequence of str
    shapes : sequence of Shape, optional
        For whole sequences; the grid by default, three of it if ``quick``.
    threads : int
    quick : bool
        Fewer turns.
    """

    modes: Sequence[Mode] = tuple(Mode)
    cells: Sequence[str] = tuple(CELLS)
    shapes: Sequence[Shape] = ()
    threads: int = 2
    quick: bool = False

    def groups(self) -> list[list[Job]]:
        """Jobs that share their processes."""
        shapes = self.shapes or (QUICK_SHAPES if self.quick else tuple(GRID))
        found = list(jobs(self.modes, self.cells, shapes).values())
        if Mode.STEP in self.modes:
            found.append([Job(Mode.STEP, CELLS[name], shape) for shape in STEP_SHAPES for name in self.cells])
        return found


def run(plan: Plan) -> Iterator[Result]:
    """One result per mode.

    Raises
    ------
    GateError
        If a layer of ours is wrong.
    BenchmarkError
        If a process of ours fails or takes too long.
    """
    absent = tuple(rival.title for rival in RIVALS if not rival.installed)
    for title in absent:
        progress(f"{title}: absent, not installed")
    if not PEAK.installed:
        progress("numba is not installed: the peak is not measured")
    contestants = [OURS, *(rival for rival in RIVALS if rival.installed)]
    outcomes: list[Outcome] = []
    versions: dict[str, str] = {}
    fastest = float("inf")
    for group in plan.groups():
        with Contest(contestants, plan.threads, QUICK if plan.quick else FULL, fastest) as contest:
            outcomes += [contest.hold(job) for job in group]
            versions |= contest.versions
            fastest = contest.fastest
    peak = max((one.peak_gflops for one in outcomes if one.peak_gflops is not None), default=None)
    field = Field(versions, absent, plan.threads, peak)
    for mode in plan.modes:
        if some := [outcome for outcome in outcomes if outcome.job.mode is mode]:
            yield report.timed(mode, some, field)
    if Mode.MEMORY in plan.modes:
        yield from _memory(plan)
    if Mode.START in plan.modes:
        yield report.started(list(first_call.measure(plan.cells, plan.threads)))


def _memory(plan: Plan) -> Iterator[Result]:
    if not memory.can_measure():
        progress("memory: not measured, this system does not count it in /proc")
        return
    try:
        yield report.remembered(list(memory.measure(plan.cells, plan.threads)))
    except WorkerError as error:
        raise BenchmarkError(f"memory: {error}") from None
