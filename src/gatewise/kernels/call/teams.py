"""How many threads work on a job: as many as are worth it, and for a while only one after a thread came late.

A job ends when all its threads have. Where a processor is busy, a thread of OpenMP often gets one 8 ms late, since it
has used up its share of time in spinning; to let it sleep instead did not help. So a call whose threads did not
all come in time teaches the next ones to be content with one.
"""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from gatewise.kernels.record.job import went_alone
from gatewise.kernels.record.memory import address
from gatewise.kernels.record.sizes import Sizes
from gatewise.kernels.threads import crew

__all__ = ["run", "shares_units", "threads_for", "work_of"]

# Multiply-adds that take about as long as a thread takes to wake up.
_WORTH_A_THREAD = 1 << 20

# Multiply-adds of one thread in a step and in a run that are worth meeting in every step, and waking up for it.
_WORTH_MEETING = 1 << 16
_WORTH_MEETINGS = 1 << 22
# Bytes of the states of all steps, up to which threads share units.
_MOST_HISTORY = 1 << 26
# Multiply-adds of a run that takes so long that a thread which has to wait for a processor is still of use.
_WORTH_WAITING = 1 << 30
# After a thread came late, one thread is called for so many seconds: twice as long each time, and half as long
# after each call to which all came.
_PAUSES = (0.005, 0.2)
_pause = _PAUSES[0]
_alone_until = 0.0


def work_of(blocks: int, sizes: Sizes) -> int:
    """Count the multiply-adds of a run with so many blocks of weights."""
    return blocks * sizes.hidden * (sizes.input + sizes.hidden) * sizes.rows


def threads_for(work: int, threads: int) -> int:
    """Say how many of these threads have enough to do."""
    return max(1, min(threads, work // _WORTH_A_THREAD))


def shares_units(work: int, sizes: Sizes, threads: int) -> bool:
    """Say whether threads are to share the units of every step, since there are too few sequences for them."""
    worth = min(work // sizes.time // _WORTH_MEETING, work // _WORTH_MEETINGS, sizes.units // sizes.lanes)
    history = sizes.rows * sizes.units * sizes.itemsize
    return sizes.batch < threads <= worth and history <= _MOST_HISTORY


def run(function: crew.Entry, record: NDArray[np.int64], threads: int, work: int) -> None:
    """Do a job with so many threads, or with one that does all shares, to the same bits, if others came late before."""
    if threads > 1 and work < _WORTH_WAITING and time.monotonic() < _alone_until:
        threads = 1
    crew.run(function, address(record), threads)
    if threads > 1:
        _learn(went_alone(record))


def _learn(alone: bool) -> None:
    """Decide for how long to call one thread only, after a call to which a thread came late, or all came in time."""
    global _pause, _alone_until
    shortest, longest = _PAUSES
    if alone:
        _alone_until = time.monotonic() + _pause
    _pause = min(2 * _pause, longest) if alone else max(_pause / 2, shortest)
