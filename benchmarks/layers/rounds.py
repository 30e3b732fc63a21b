"""Turns taken in rounds, so that the machine's moods hit all alike; rounds wait until it is quiet."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

__all__ = ["FULL", "QUICK", "QUIET", "Patience", "Played", "Turn", "play"]

# A share of the highest peak; below it, something else was running.
QUIET = 0.85

# Threads that wait for work by spinning give up within this.
_PAUSE_S = 0.003
_PROBE_S = 0.03
_LOOK_AGAIN_S = 0.25

Turn = Callable[[float], list[float]]


@dataclass(frozen=True)
class Patience:
    """How long to measure.

    Attributes
    ----------
    rounds : int
        Of a quiet machine, at most; as many again if it is busy.
    least : int
        Turns at least.
    seconds : float
        After which, having had the least, a contestant has no more turns.
    wait_s : float
        To wait in all, at most, for a quiet machine before rounds begin.
    """

    rounds: int
    least: int
    seconds: float
    wait_s: float


FULL = Patience(rounds=7, least=3, seconds=0.5, wait_s=20.0)
QUICK = Patience(rounds=3, least=2, seconds=0.3, wait_s=3.0)


@dataclass(frozen=True)
class Played:
    """What the turns gave.

    Attributes
    ----------
    times : dict of str to list of float
        Seconds per call.
    faults : dict of str to str
        Why some gave up.
    probes : list of float
        Seconds of the probe, before and after every round that counts.
    fastest : float
        Of all probes so far.
    left_out : int
        Busy rounds that do not count.
    busy : bool
        Whether busy rounds count, because too few were quiet.
    """

    times: dict[str, list[float]]
    faults: dict[str, str]
    probes: list[float]
    fastest: float
    left_out: int
    busy: bool


@dataclass
class _Round:
    times: dict[str, list[float]] = field(default_factory=dict)
    spent: dict[str, float] = field(default_factory=dict)
    probes: list[float] = field(default_factory=list)


def play(
    turns: Mapping[str, Turn],
    patience: Patience,
    error: type[Exception],
    probe: Turn | None = None,
    fastest: float = float("inf"),
) -> Played:
    """Let all take their turns.

    Parameters
    ----------
    turns : mapping of str to callable
        From seconds to spend to seconds per call.
    patience : Patience
    error : type
        What a turn raises that cannot be taken; it ends that contestant only.
    probe : callable, optional
        A turn whose time says how busy the machine is. While it is well above its ``fastest`` time, rounds wait;
        those before or after which it was count only if there are too few others.
    fastest : float
        Of earlier probes.
    """
    names = list(turns)
    share = patience.seconds / patience.rounds
    faults: dict[str, str] = {}
    done: list[_Round] = []
    watch = _Watch(probe, fastest, patience.wait_s)
    seen = watch.look()
    while True:
        # What passed for quiet no longer does once the machine was seen faster.
        quiet = [one for one in done if watch.quiet(one.probes)]
        spent = {name: sum(one.spent.get(name, 0.0) for one in quiet) for name in names}
        enough = {name for name in names if len(quiet) >= patience.least and spent[name] >= patience.seconds}
        playing = [name for name in names if name not in enough and name not in faults]
        if not playing or len(quiet) >= patience.rounds or len(done) >= 2 * patience.rounds:
            break
        before = watch.wait(seen)
        # Nobody always follows the same one.
        first = len(done) % len(playing)
        this = _Round()
        for name in playing[first:] + playing[:first]:
            time.sleep(_PAUSE_S)
            begin = time.perf_counter()
            try:
                this.times[name] = turns[name](share)
            except error as reason:
                faults[name] = str(reason)
            this.spent[name] = time.perf_counter() - begin
        seen = watch.look()
        this.probes = before + seen
        done.append(this)
    kept = quiet if len(quiet) >= patience.least else done
    times = {name: [second for one in kept for second in one.times.get(name, [])] for name in names}
    return Played(
        times={name: some for name, some in times.items() if some and name not in faults},
        faults=faults,
        probes=[second for one in kept for second in one.probes],
        fastest=watch.fastest,
        left_out=len(done) - len(kept),
        busy=len(kept) > len(quiet),
    )


class _Watch:
    """Sees by a probe how busy the machine is; without one, takes it for quiet."""

    def __init__(self, probe: Turn | None, fastest: float, wait_s: float) -> None:
        self._probe, self._left_s = probe, wait_s
        self.fastest = fastest

    def look(self) -> list[float]:
        """Seconds of one probe, if there is any."""
        if self._probe is None:
            return []
        time.sleep(_PAUSE_S)
        found = statistics.median(self._probe(_PROBE_S))
        self.fastest = min(self.fastest, found)
        return [found]

    def quiet(self, probes: Sequence[float]) -> bool:
        """Whether all of them came near the fastest."""
        return all(self.fastest >= QUIET * one for one in probes)

    def wait(self, seen: list[float]) -> list[float]:
        """What a look sees once the machine is quiet or patience is at its end; ``seen`` if that is now."""
        while self._left_s > 0 and not self.quiet(seen):
            begin = time.perf_counter()
            time.sleep(min(_LOOK_AGAIN_S, self._left_s))
            seen = self.look()
            self._left_s -= time.perf_counter() - begin
        return seen
