"""A job done by all who can: first right, then timed in rounds, so that the machine's moods hit all alike."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from types import TracebackType

from benchmarks.candidates import progress
from benchmarks.errors import GateError
from benchmarks.layers import gate
from benchmarks.layers.grid import Job, Mode
from benchmarks.layers.inputs import Arrays, draw
from benchmarks.layers.rivals import OURS, PEAK, TORCH, Contestant
from benchmarks.layers.rounds import Patience, Turn, play
from benchmarks.layers.timing import Spread
from benchmarks.layers.worker import Worker, WorkerError

__all__ = ["Contest", "Entry", "Outcome", "entries"]


@dataclass(frozen=True)
class Entry:
    """Who does which job, under which name; another function than what was asked if ``different``."""

    contestant: Contestant
    job: Job
    name: str
    different: bool = False


def entries(job: Job, contestants: Sequence[Contestant]) -> list[Entry]:
    """Who takes part; ours stands first.

    ``torch.nn`` has one GRU only, which takes part in place of the paper's. In a ragged batch the padded one
    is measured, too.
    """
    found = []
    for one in contestants:
        if job.mode not in one.modes:
            continue
        different = one is TORCH and job.cell.name == "gru"
        theirs = job.of("gru-reset-after") if different else job
        how = ", packed" if one is TORCH and job.mode is Mode.RAGGED else ""
        found.append(Entry(one, theirs, one.title + how, different))
        if job.mode is Mode.RAGGED:
            padded = replace(theirs, mode=Mode.TRAIN)
            found.append(Entry(one, padded, f"{one.title}, padded", different))
    return found


@dataclass(frozen=True)
class Outcome:
    """What came of a job.

    Attributes
    ----------
    job : Job
    steps : int
        Steps with data.
    times : dict of str to Spread
        Of those who were right, in seconds.
    faults : dict of str to str
        Of the others.
    different : frozenset of str
        Names of those who computed another function.
    peak_gflops : float or None
        Measured in the same rounds.
    left_out : int
        Rounds that do not count, because the machine was busy.
    busy : bool
        Whether such rounds had to count.
    """

    job: Job
    steps: int
    times: dict[str, Spread]
    faults: dict[str, str] = field(default_factory=dict)
    different: frozenset[str] = frozenset()
    peak_gflops: float | None = None
    left_out: int = 0
    busy: bool = False

    @property
    def ours(self) -> Spread:
        """Time of gatewise."""
        return self.times[OURS.title]

    @property
    def gflops(self) -> float:
        """Of ours, in thousand millions of operations per second; padding is no work."""
        return self.job.gigaflops(self.steps) / self.ours.median

    @property
    def best(self) -> str | None:
        """Name of the fastest rival, if there is any."""
        theirs = {name: time.median for name, time in self.times.items() if not name.startswith(OURS.title)}
        return min(theirs, key=theirs.__getitem__) if theirs else None

    def faster_than(self, name: str | None) -> float | None:
        """Time of another divided by ours; None without it."""
        return self.times[name].median / self.ours.median if name in self.times else None


class Contest:
    """The processes of all contestants, for jobs of one shape; a context.

    Parameters
    ----------
    contestants : sequence of Contestant
        Ours first; all installed.
    threads : int
    patience : Patience
    fastest : float
        Seconds of the fastest probe of the peak so far.
    """

    def __init__(
        self,
        contestants: Sequence[Contestant],
        threads: int,
        patience: Patience,
        fastest: float = float("inf"),
    ) -> None:
        self._contestants = list(contestants)
        self._threads = threads
        self._patience = patience
        self._workers: dict[Contestant, Worker] = {}
        self._stack = ExitStack()
        self._wanted: dict[Job, Arrays] = {}
        self._peak_work = 0.0
        self.fastest = fastest
        self.versions: dict[str, str] = {}

    def __enter__(self) -> Contest:
        for one in (*self._contestants, PEAK):
            if one.installed:
                self._workers[one] = self._stack.enter_context(Worker(one.module, self._threads))
        for one, worker in list(self._workers.items()):
            try:
                version = worker.version()
                if one is not PEAK:
                    self.versions[one.title] = version
            except WorkerError as error:
                if one is OURS:
                    self._stack.close()
                    raise GateError(f"{one.title} did not start: {error}") from None
                progress(f"{one.title} did not start: {error}")
                del self._workers[one]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def hold(self, job: Job) -> Outcome:
        """Check everyone, then time those who are right.

        Raises
        ------
        GateError
            If ours is wrong.
        """
        here = entries(job, [one for one in self._contestants if one in self._workers])
        faults = {entry.name: fault for entry in here if (fault := self._fault(entry))}
        turns = {entry.name: partial(self._turn, entry) for entry in here if entry.name not in faults}
        played = play(turns, self._patience, WorkerError, self._probe(job), self.fastest)
        self.fastest = played.fastest
        outcome = Outcome(
            job=job,
            steps=draw(job).steps,
            times={name: Spread.of(some) for name, some in played.times.items()},
            faults=faults | played.faults,
            different=frozenset(entry.name for entry in here if entry.different),
            peak_gflops=self._peak_work / statistics.median(played.probes) if played.probes else None,
            left_out=played.left_out,
            busy=played.busy,
        )
        for entry in here:
            self._forget(entry)
        progress(f"{job}: {_summary(outcome)}")
        return outcome

    def _fault(self, entry: Entry) -> str | None:
        limit = gate.LIMIT_OF_OURS if entry.contestant is OURS else gate.LIMIT
        try:
            found = self._workers[entry.contestant].prepare(entry.job)
            if entry.job not in self._wanted:
                self._wanted[entry.job] = gate.expected(entry.job)
            fault = gate.fault(found, self._wanted[entry.job], limit)
        except WorkerError as error:
            fault = str(error)
        if fault and entry.contestant is OURS:
            raise GateError(f"{entry.name}, {entry.job}: {fault}")
        return fault

    def _probe(self, job: Job) -> Turn | None:
        if PEAK not in self._workers:
            return None
        self._peak_work = float(self._workers[PEAK].prepare(job)["gigaflops"][0])
        return partial(self._workers[PEAK].turn, job)

    def _turn(self, entry: Entry, seconds: float) -> list[float]:
        try:
            return self._workers[entry.contestant].turn(entry.job, seconds)
        except WorkerError as error:
            if entry.contestant is OURS:
                raise GateError(f"{entry.name}, {entry.job}: {error}") from None
            raise

    def _forget(self, entry: Entry) -> None:
        try:
            self._workers[entry.contestant].forget(entry.job)
        except WorkerError:
            # Its next job will say so.
            return


def _summary(outcome: Outcome) -> str:
    scale, unit = (1e6, "µs") if outcome.job.mode is Mode.STEP else (1e3, "ms")
    times = [f"{name} {spread.median * scale:.3g}" for name, spread in outcome.times.items()]
    return f"{', '.join(times)} {unit}" + "".join(f"; {name} failed" for name in outcome.faults)
