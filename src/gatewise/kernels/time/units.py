"""How threads share the units of every step: few sequences and many threads, none of which depends on another.

The threads meet once in a stage of a step. Whoever waits too long at a meeting makes it void and goes on alone
with the units of all; whoever comes late finds it void and leaves. A late thread may have been stopped anywhere
and write the rest of its step at any later time, so what threads read of each other is written once: panels,
states and outputs, and on the way back the gradients of the gates and what a step hands on, have a place of their
own for every step, and the same bits whoever writes them. What is written over is each thread's own.

A share of the units has panels of its own, one after the other in each matrix.
"""

from __future__ import annotations

from gatewise.kernels.compiling.inner import inner
from gatewise.kernels.threads.sync import TIME, TOGETHER, meet_within, phase_at
from gatewise.kernels.vector.simd import lanes

__all__ = ["meet_others", "units_of"]

# At the first meeting others may still be waking up.
_FIRST_PATIENCE = 8


@inner
def meet_others(job, team, step, stages, stage):
    """Meet at the end of a stage of the ``step``-th step of a run; how that ended."""
    if team == 1:
        return TOGETHER
    patience = job.patience if step else job.patience * _FIRST_PATIENCE
    return meet_within(phase_at(job, TIME), (step * stages + stage + 1) * team, patience)


@inner
def units_of(job, like, share):
    """The first unit of a share, and how many it has."""
    width = lanes(like)
    groups = (job.hidden + width - 1) // width
    first = groups * share // job.shares * width
    return first, min(groups * (share + 1) // job.shares * width, job.hidden) - first
