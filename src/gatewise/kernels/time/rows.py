"""How the steps of sequences become rows, and what all cells do with rows.

A part of a batch is a run of sequences in order of length, the longest first. Its rows lie by time: the first
steps of all its sequences, then the second ones, and so on; a finished sequence has no row any more, which is
why it costs nothing.
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
def padded(units, like):
    """Units filled up to whole vectors."""
    width = lanes(like)
    return (units + width - 1) // width * width


@inner
def lay_out(job, integers, part):
    """Number the rows of a part, and say where each one's input and output stand.

    ``starts[t]`` is the first row of step t. ``x_at`` is an offset in the input, ``y_at`` is ``t · batch + b``
    in the output, both in the user's time, which runs backward within each row if ``reverse``; ``past_at`` is
    where the state before stands in the output, or ``−1 − b`` for an initial state.
    """
    bounds, order = pointer(job.bounds, integers), pointer(job.order, integers)
    lengths = pointer(job.lengths, integers)
    starts = pointer(job.starts, integers) + part * (job.time + 1)
    x_at, y_at = pointer(job.x_at, integers), pointer(job.y_at, integers)
    past_at = pointer(job.past_at, integers)
    first, last = read(bounds + part), read(bounds + (part + 1))
    row = 0
    for position in range(first):
        row += read(lengths + position)
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
            past = time + 1 if job.reverse else time - 1
            write(past_at + row, past * job.batch + b if t else -1 - b)
            row += 1
    write(starts + job.time, row)


@inner
def gather_states(job, integers, part, states, own, stride):
    """Copy states (batch × hidden) of a part's sequences to its own, in their order."""
    order, bounds = pointer(job.order, integers), pointer(job.bounds, integers)
    first = read(bounds + part)
    for position in range(first, read(bounds + (part + 1))):
        source = states + read(order + position) * job.hidden
        target = own + (position - first) * stride
        for unit in range(0, job.hidden, lanes(own)):
            store(target + unit, load_part(source + unit, job.hidden - unit))


@inner
def scatter_states(job, integers, part, own, stride, states):
    """Copy a part's own states to (batch × hidden)."""
    order, bounds = pointer(job.order, integers), pointer(job.bounds, integers)
    first = read(bounds + part)
    for position in range(first, read(bounds + (part + 1))):
        source = own + (position - first) * stride
        target = states + read(order + position) * job.hidden
        for unit in range(0, job.hidden, lanes(own)):
            left = job.hidden - unit
            store_part(target + unit, load_part(source + unit, left), left)


@inner
def project(job, integers, like, part, t, blocks):
    """Compute ``x W + b`` for the rows of a few steps from t; returns the step after them."""
    first = read(pointer(job.starts, integers) + (part * (job.time + 1) + t))
    panels, vectors = pointer(job.w_panels, like), blocks * padded(job.hidden, like) // lanes(like)
    gates = gates_of(job, like, part, first, first)
    return project_to(job, integers, like, part, part, t, panels, vectors, gates)


@inner
def project_to(job, integers, like, part, thread, t, panels, vectors, gates):
    """Multiply the rows of a few steps from t of a part with given panels; returns the step after them.

    The rows of one step may be too few to make good use of a weight once it is loaded.
    """
    starts = pointer(job.starts, integers) + part * (job.time + 1)
    x, x_at = pointer(job.x, like), pointer(job.x_at, integers)
    first = read(starts + t)
    end = t + 1
    while end < job.time and read(starts + end) - first < CHUNK:
        end += 1
    staged = pointer(job.staged + thread * job.staged_size, like)
    rows = read(starts + end) - first
    for row in range(rows):
        source = x + read(x_at + (first + row))
        target = staged + row * job.staged_stride
        for feature in range(0, job.input, lanes(like)):
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
def gates_of(job, like, part, row, chunk):
    """Where a row's gates stand: for good if they are kept, else in memory for one chunk of a part."""
    if job.keep:
        return pointer(job.gates, like) + row * job.gate_stride
    return pointer(job.gates + part * job.gates_size, like) + (row - chunk) * job.gate_stride


@inner
def past_row(job, integers, like, row):
    """Where the state before a row stands: in the output, or among the initial states."""
    past = read(pointer(job.past_at, integers) + row)
    if past < 0:
        return pointer(job.h_0, like) + (-1 - past) * job.hidden
    return pointer(job.y, like) + past * job.hidden


@inner
def save_rows(job, integers, first, rows, h, stride, y, unit_0, count):
    """Copy ``count`` units from ``unit_0`` of the states of one step to their rows of the output."""
    y_at = pointer(job.y_at, integers)
    for row in range(rows):
        source = h + row * stride
        target = y + read(y_at + (first + row)) * job.hidden
        for unit in range(unit_0, unit_0 + count, lanes(h)):
            left = job.hidden - unit
            store_part(target + unit, load_part(source + unit, left), left)


@inner
def chunk_before(job, integers, part, end, rows=CHUNK):
    """The first step of a chunk of steps that ends before ``end``: the last with so many rows behind it, or 0."""
    starts = pointer(job.starts, integers) + part * (job.time + 1)
    t = end - 1
    while t > 0 and read(starts + end) - read(starts + t) < rows:
        t -= 1
    return t


@inner
def input_gradients(job, integers, like, part, place, t, end, blocks, gates):
    """``dx = da Wᵀ`` for the rows of the steps from t to before ``end`` of a part, if anybody wants it.

    ``da`` stands at ``gates``; the product goes to the ``place``-th of the places for rows of inputs.
    """
    if job.dx == 0:
        return
    starts = pointer(job.starts, integers) + part * (job.time + 1)
    y_at = pointer(job.y_at, integers)
    first = read(starts + t)
    rows = read(starts + end) - first
    staged = pointer(job.staged + place * job.staged_size, like)
    width = lanes(like)
    product(
        job.product,
        gates + first * job.gate_stride,
        job.gate_stride,
        rows,
        blocks * padded(job.hidden, like),
        pointer(job.w_panels, like),
        (job.input + width - 1) // width,
        staged,
        job.staged_stride,
        False,
    )
    dx = pointer(job.dx, like)
    for row in range(rows):
        source = staged + row * job.staged_stride
        target = dx + read(y_at + (first + row)) * job.input
        for feature in range(0, job.input, width):
            left = job.input - feature
            store_part(target + feature, load_part(source + feature, left), left)


@inner
def save_cells(job, like, first, rows, c, unit_0, count):
    """Copy ``count`` units from ``unit_0`` of the cell states of one step to where all stand."""
    units = padded(job.hidden, like)
    for row in range(rows):
        for unit in range(unit_0, unit_0 + count, lanes(like)):
            value = load(c + (row * job.h_stride + unit))
            store(pointer(job.cells, like) + ((first + row) * units + unit), value)
