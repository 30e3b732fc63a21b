"""Turns taken in rounds, so that the machine's moods hit all alike; rounds of a busy machine are repeated."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

__all__ = ["FULL", "QUICK", "QUIET", "Patience", "Played", "Turn", "play"]

# A share of the highest peak; below it, something else was running.
QUIET = 0.85

# Threads that wait for work by spinning give up within this.
_PAUSE_S = 0.003
_PROBE_S = 0.03

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
    """

    rounds: int
    least: int
    seconds: float


FULL = Patience(rounds=7, least=3, seconds=0.5)
QUICK = Patience(rounds=3, least=2, seconds=0.3)


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
        Seconds of the probe in the rounds that count.
    left_out : int
        Busy rounds that do not count.
    """

    times: dict[str, list[float]]
    faults: dict[str, str]
    probes: list[float]
    left_out: int


@dataclass
class _Round:
    times: dict[str, list[float]] = field(default_factory=dict)
    spent: dict[str, float] = field(default_factory=dict)
    probe: float | None = None


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
        A turn whose time says how busy the machine is: a round in which it is well above its ``fastest`` time
        counts only if there are too few others.
    """
    names = list(turns)
    share = patience.seconds / patience.rounds
    faults: dict[str, str] = {}
    quiet: list[_Round] = []
    busy: list[_Round] = []
    while len(quiet) < patience.rounds and len(quiet) + len(busy) < 2 * patience.rounds:
        spent = {name: sum(one.spent.get(name, 0.0) for one in quiet) for name in names}
        enough = {name for name in names if len(quiet) >= patience.least and spent[name] >= patience.seconds}
        playing = [name for name in names if name not in enough and name not in faults]
        if not playing:
            break
        # Nobody always follows the same one.
        first = (len(quiet) + len(busy)) % len(playing)
        this = _Round()
        for name in playing[first:] + playing[:first]:
            time.sleep(_PAUSE_S)
            begin = time.perf_counter()
            try:
                this.times[name] = turns[name](share)
            except error as reason:
                faults[name] = str(reason)
            this.spent[name] = time.perf_counter() - begin
        if probe:
            this.probe = statistics.median(probe(_PROBE_S))
            fastest = min(fastest, this.probe)
        (quiet if this.probe is None or fastest >= QUIET * this.probe else busy).append(this)
    kept = quiet if len(quiet) >= patience.least else quiet + busy
    times = {name: [second for one in kept for second in one.times.get(name, [])] for name in names}
    return Played(
        times={name: some for name, some in times.items() if some and name not in faults},
        faults=faults,
        probes=[one.probe for one in kept if one.probe is not None],
        left_out=len(quiet) + len(busy) - len(kept),
    )
