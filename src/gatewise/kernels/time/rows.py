"""How the steps of sequences become rows, and what all cells do with rows.

A part of a batch is a run of sequences in order of length, the longest first. Its rows lie by time: the first
steps of all its sequences, then the second ones, and so on; a finished sequence has no row any more, which is
why it costs nothing.

Functions here and in the files beside this one share their arguments:

========== ==========================================================================================
job        record of the run; :mod:`gatewise.kernels.record.job` says what it holds
integer    pointer that is never read: its type makes an address one of int64
real       the same for the numbers of the run, float32 or float64; also says how many fill a vector
part       index of a run of sequences, which one thread takes through all time
thread     index of a thread with memory of its own, where threads have no sequences of their own
share      index of a piece of work, of ``shares``, which any thread may do
unit_0     the first of the units that are meant, of which there are ``count``
h, c       states of a step, (rows, ``h_stride``); dh and dc are their gradients
gates      (rows, ``gate_stride``): the stored blocks of each row, one after the other
grads      gradients of these, of the same shape
========== ==========================================================================================
"""

from __future__ import annotations

from gatewise.kernels.compiling.inner import inner
from gatewise.kernels.record.job import CHUNK
from gatewise.kernels.vector.gemm import product
from gatewise.kernels.vector.simd import lanes, load, load_part, pointer, read, store, store_part, write

__all__ = [
    "chunk_before",
    "gates_of",
    "gather_states",
    "input_gradients",
    "lay_out",
    "padded",
    "past_row",
    "project",
    "project_to",
    "save_cells",
    "save_rows",
    "scatter_states",
]


@inner
def padded(units, real):
    """Fill units up to whole vectors."""
    width = lanes(real)
    return (units + width - 1) // width * width


@inner
def lay_out(job, integer, part):
    """Number the rows of a part, and say where each one's input and output stand.

    ``starts[t]`` is the first row of step t. ``x_at`` is an offset in the input, ``y_at`` is ``t · batch + b``
    in the output, both in the user's time, which runs backward within each row if ``reverse``; ``past_at`` is
    where the state before stands in the output, or ``−1 − b`` for an initial state.
    """
    bounds, order = pointer(job.bounds, integer), pointer(job.order, integer)
    lengths = pointer(job.lengths, integer)
    starts = pointer(job.starts, integer) + part * (job.time + 1)
    x_at, y_at = pointer(job.x_at, integer), pointer(job.y_at, integer)
    past_at = pointer(job.past_at, integer)
    first, last = read(bounds + part), read(bounds + (part + 1))
    row = 0
    for position in range(first):
        row += read(lengths + position)
    # Sequences come in order of length: those that have ended are the last ones.
    active = last - first
    for t in range(job.time):
        write(starts + t, row)
        while active > 0 and read(lengths + (first + active - 1)) <= t:
            active -= 1
        for position in range(first, first + active):
            b = read(order + position)
            time = read(lengths + position) - 1 - t if job.reverse else t
            write(x_at + row, time * job.x_time + b * job.x_batch)
            write(y_at + row, time * job.batch + b)
            # Whichever way time runs, the step before is where the last one wrote its output.
            past = time + 1 if job.reverse else time - 1
            write(past_at + row, past * job.batch + b if t else -1 - b)
            row += 1
    write(starts + job.time, row)


@inner
def gather_states(job, integer, part, states, own, stride):
    """Copy states (batch × hidden) of a part's sequences to its own, in their order."""
    order, bounds = pointer(job.order, integer), pointer(job.bounds, integer)
    first = read(bounds + part)
    for position in range(first, read(bounds + (part + 1))):
        source = states + read(order + position) * job.hidden
        target = own + (position - first) * stride
        for unit in range(0, job.hidden, lanes(own)):
            store(target + unit, load_part(source + unit, job.hidden - unit))


@inner
def scatter_states(job, integer, part, own, stride, states):
    """Copy a part's own states to (batch × hidden)."""
    order, bounds = pointer(job.order, integer), pointer(job.bounds, integer)
    first = read(bounds + part)
    for position in range(first, read(bounds + (part + 1))):
        source = own + (position - first) * stride
        target = states + read(order + position) * job.hidden
        for unit in range(0, job.hidden, lanes(own)):
            left = job.hidden - unit
            store_part(target + unit, load_part(source + unit, left), left)


@inner
def project(job, integer, real, part, t, blocks):
    """Compute ``x W + b`` for the rows of a few steps from t, in the place of their gates; returns the step after them.

    So it needs no memory of its own, and is still in the cache when ``h U`` is added to it.
    """
    first = read(pointer(job.starts, integer) + (part * (job.time + 1) + t))
    panels, vectors = pointer(job.w_panels, real), blocks * padded(job.hidden, real) // lanes(real)
    gates = gates_of(job, real, part, first, first)
    return project_to(job, integer, real, part, part, t, panels, vectors, gates)


@inner
def project_to(job, integer, real, part, thread, t, panels, vectors, gates):
    """Multiply the inputs of a few steps from t of a part with given panels; returns the step after them.

    Some steps at once, since the rows of one may be too few to make good use of a weight once it is loaded. Inputs
    are copied to ``staged``, where rows are one distance apart and end with the 1 that the biases are multiplied
    with.
    """
    starts = pointer(job.starts, integer) + part * (job.time + 1)
    x, x_at = pointer(job.x, real), pointer(job.x_at, integer)
    first = read(starts + t)
    end = t + 1
    while end < job.time and read(starts + end) - first < CHUNK:
        end += 1
    staged = pointer(job.staged + thread * job.staged_size, real)
    rows = read(starts + end) - first
    for row in range(rows):
        source = x + read(x_at + (first + row))
        target = staged + row * job.staged_stride
        for feature in range(0, job.input, lanes(real)):
            store(target + feature, load_part(source + feature, job.input - feature))
        write(target + job.input, 1.0)
    product(
        job.product,
        staged,
        job.staged_stride,
        rows,
        job.input + 1,
        panels,
        vectors,
        gates,
        job.gate_stride,
        False,
    )
    return end


@inner
def gates_of(job, real, part, row, chunk):
    """Find the gates of a row: at a place of their own if they are saved, else in memory for one chunk of a part."""
    if job.save:
        return pointer(job.gates, real) + row * job.gate_stride
    return pointer(job.gates + part * job.gates_size, real) + (row - chunk) * job.gate_stride


@inner
def past_row(job, integer, real, row):
    """Find the state before a row: in the output, (hidden,), or among the initial states."""
    past = read(pointer(job.past_at, integer) + row)
    if past < 0:
        return pointer(job.h_0, real) + (-1 - past) * job.hidden
    return pointer(job.y, real) + past * job.hidden


@inner
def save_rows(job, integer, first, rows, h, stride, y, unit_0, count):
    """Copy ``count`` units from ``unit_0`` of the states of one step to their rows of the output."""
    y_at = pointer(job.y_at, integer)
    for row in range(rows):
        source = h + row * stride
        target = y + read(y_at + (first + row)) * job.hidden
        for unit in range(unit_0, unit_0 + count, lanes(h)):
            left = job.hidden - unit
            store_part(target + unit, load_part(source + unit, left), left)


@inner
def chunk_before(job, integer, part, end, rows=CHUNK):
    """Find the first step of a chunk that ends before ``end``: the last one from which there are so many rows, or 0."""
    starts = pointer(job.starts, integer) + part * (job.time + 1)
    t = end - 1
    while t > 0 and read(starts + end) - read(starts + t) < rows:
        t -= 1
    return t


@inner
def input_gradients(job, integer, real, part, place, t, end, blocks, gates):
    """Compute ``dx = da Wᵀ`` for the rows of the steps from t to before ``end`` of a part, if it is wanted.

    ``da`` stands at ``gates``. The product goes by the ``place``-th workspace for rows of inputs, since rows of
    ``dx`` lie apart and need not be whole vectors.
    """
    if job.dx == 0:
        return
    starts = pointer(job.starts, integer) + part * (job.time + 1)
    y_at = pointer(job.y_at, integer)
    first = read(starts + t)
    rows = read(starts + end) - first
    staged = pointer(job.staged + place * job.staged_size, real)
    width = lanes(real)
    product(
        job.product,
        gates + first * job.gate_stride,
        job.gate_stride,
        rows,
        blocks * padded(job.hidden, real),
        pointer(job.w_panels, real),
        (job.input + width - 1) // width,
        staged,
        job.staged_stride,
        False,
    )
    dx = pointer(job.dx, real)
    for row in range(rows):
        source = staged + row * job.staged_stride
        target = dx + read(y_at + (first + row)) * job.input
        for feature in range(0, job.input, width):
            left = job.input - feature
            store_part(target + feature, load_part(source + feature, left), left)


@inner
def save_cells(job, real, first, rows, c, unit_0, count):
    """Copy ``count`` units from ``unit_0`` of the cell states of one step to where all stand."""
    units = padded(job.hidden, real)
    for row in range(rows):
        for unit in range(unit_0, unit_0 + count, lanes(real)):
            value = load(c + (row * job.h_stride + unit))
            store(pointer(job.cells, real) + ((first + row) * units + unit), value)
