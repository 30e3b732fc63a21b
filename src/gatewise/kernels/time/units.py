"""How threads share the units of every step: few sequences and many threads, none of which depends on another.

With one sequence, a thread reads all of U in every step, more than its cache holds; two threads read half of it each.
They meet once in a stage of a step, and a meeting that waits for all would make each step as slow as the processor that
other work has taken. So a thread that waits too long at a meeting makes it void and goes on alone with the units of
all, from the start of that step; a thread that comes late finds the meeting void and leaves.

A late thread may have been stopped anywhere and write the rest of its step at any later time. So what threads read of
each other is written once: panels, states and outputs, and on the way back the gradients of the gates and what a step
hands on, have a place of their own for every step, and the same bits whichever thread writes them. What is written
over, ``x W`` and gates, each thread has for itself.

A share of the units has panels of its own, one after the other in each matrix. Arguments are those of
:mod:`gatewise.kernels.time.rows`, and::

    first, last   the thread's shares of the units, from ``first`` to before ``last``; ``first`` is also its index
    team          threads that meet; 1 once a thread has gone on alone
    t             step of the run, from the start of the sequences also on the way back
    chunk         first row for which ``x W`` has been computed and not used yet
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
    """Meet the other threads at the end of a stage of the ``step``-th step of a run; says how that ended."""
    if team == 1:
        return TOGETHER
    patience = job.patience if step else job.patience * _FIRST_PATIENCE
    return meet_within(phase_at(job, TIME), (step * stages + stage + 1) * team, patience)


@inner
def units_of(job, real, share):
    """Find the first unit of a share, and how many it has."""
    width = lanes(real)
    groups = (job.hidden + width - 1) // width
    first = groups * share // job.shares * width
    return first, min(groups * (share + 1) // job.shares * width, job.hidden) - first
