"""The gradient of the weights: sums over all rows, from the last to the first, in blocks that stay in the cache.

A block is ``BLOCK_VECTORS`` vectors of one gate's gradients for ``BLOCK_ROWS`` rows; it is multiplied with the
inputs of those rows, ``[x | h]``, packed into panels. Threads share the blocks, so that every sum is one
thread's and needs no locks; rows are added up part by part, so its last bits depend on how many parts there are.
The gradient of what is multiplied with ``r ⊙ h`` may be summed up on the way back already, by each part for
itself, where that takes less room than ``r ⊙ h`` of all rows: the way back comes to the last rows first.

Arguments are those of :mod:`gatewise.kernels.time.rows`, and::

    gates     (rows of the run, gate_stride)  gradients of the gates, an input here
    reset_h   (some rows, units)              r ⊙ h of the rows from ``first`` to before ``last``
    gate      index of a stored block; ``unit`` the first of the units that a block of gradients has
    last      the row after the last one of a block, of which there are ``rows``
    panels    (rows, columns), packed as :mod:`gatewise.kernels.vector.panels` says
"""

from __future__ import annotations

from gatewise.kernels.compiling.inner import inner
from gatewise.kernels.record.job import BLOCK_ROWS, BLOCK_VECTORS
from gatewise.kernels.time.rows import padded, past_row
from gatewise.kernels.vector.gemm import product
from gatewise.kernels.vector.panels import width_at
from gatewise.kernels.vector.simd import (
    blank,
    lanes,
    load,
    load_part,
    pointer,
    read,
    store,
    store_part,
    transpose,
    write,
)

__all__ = ["add_reset_gradient", "weight_gradients"]


@inner
def weight_gradients(job, integer, real, share, gates_of_x, gates_of_h, reset_block, gates):
    """Compute dW, dU and the gradients of the biases of a share of the units.

    ``gates_of_x[k]`` is the gate of W that the k-th stored block of gradients belongs to, −1 for none;
    ``gates_of_h`` the same for U; a block that belongs to neither is only room for the way back. ``reset_block`` was
    multiplied with ``r ⊙ h`` (−1: none), and its part of dU is there already if parts keep few rows of that: see
    :func:`add_reset_gradient`. The gradients stand at ``gates``.
    """
    width = lanes(real)
    units = padded(job.hidden, real)
    x_width, h_width = padded(job.input, real), units
    vectors_x, vectors_h = x_width // width, h_width // width
    stored = len(gates_of_x)
    blocks = stored * ((units // width + BLOCK_VECTORS - 1) // BLOCK_VECTORS)
    begin, end = blocks * share // job.shares, blocks * (share + 1) // job.shares
    biases = pointer(job.bias_sums, real)
    a_block = pointer(job.a_block + share * job.a_size, real)
    x_panels = pointer(job.b_block + share * job.b_size, real)
    h_panels = x_panels + BLOCK_ROWS * x_width
    r_panels = h_panels + BLOCK_ROWS * h_width
    for last in range(job.rows, 0, -BLOCK_ROWS):
        rows, resume = min(BLOCK_ROWS, last), last < job.rows
        _pack_inputs(job, integer, real, last, rows, x_panels)
        _pack_past(job, integer, real, last, rows, h_panels)
        if reset_block >= 0 and not job.reset_rows:
            _pack_back(pointer(job.reset, real) + last * units, units, job.hidden, rows, r_panels)
        for block in range(begin, end):
            # Gates take turns, since not all of them have the same products: with one after the other, the thread
            # that had the last one had less to do.
            gate, unit = block % stored, block // stored * BLOCK_VECTORS * width
            if gates_of_x[gate] < 0 and gates_of_h[gate] < 0:
                continue
            columns = min(BLOCK_VECTORS * width, units - unit)
            column = gate * units + unit
            _copy_block(
                gates + (last * job.gate_stride + column),
                job.gate_stride,
                rows,
                columns,
                a_block,
                biases + column,
                resume,
            )
            if gates_of_x[gate] >= 0:
                target, stride = _target(job, real, job.dw, gates_of_x[gate], unit, column, 0, job.input)
                product(
                    job.product,
                    a_block,
                    BLOCK_ROWS,
                    columns,
                    rows,
                    x_panels,
                    vectors_x,
                    target,
                    stride,
                    resume,
                )
            if gates_of_h[gate] >= 0 and not (gate == reset_block and job.reset_rows):
                target, stride = _target(
                    job, real, job.du, gates_of_h[gate], unit, column, x_width, job.hidden
                )
                panels = r_panels if gate == reset_block else h_panels
                product(
                    job.product, a_block, BLOCK_ROWS, columns, rows, panels, vectors_h, target, stride, resume
                )
    for block in range(begin, end):
        gate, unit = block % stored, block // stored * BLOCK_VECTORS * width
        count = min(BLOCK_VECTORS * width, job.hidden - unit)
        column = gate * units + unit
        source = pointer(job.sums, real) + column * job.sums_stride
        if gates_of_x[gate] >= 0:
            row = gates_of_x[gate] * job.hidden + unit
            _copy_out(biases + column, 0, 1, count, pointer(job.db_w, real) + row)
            if not job.direct:
                _copy_out(source, job.sums_stride, count, job.input, pointer(job.dw, real) + row * job.input)
        if gates_of_h[gate] >= 0:
            if gate == reset_block and job.reset_rows:
                _add_parts(job, real, gate, unit, count)
            row = gates_of_h[gate] * job.hidden + unit
            _copy_out(biases + column, 0, 1, count, pointer(job.db_u, real) + row)
            if not job.direct:
                target = pointer(job.du, real) + row * job.hidden
                _copy_out(source + x_width, job.sums_stride, count, job.hidden, target)


@inner
def add_reset_gradient(job, integer, real, part, first, last, gate, gates, reset_h):
    """Add up what some rows of a part give to the dU of the gate that was multiplied with ``r ⊙ h``.

    The last rows of a part come first. Gradients of the gates stand at ``gates``, and ``r ⊙ h`` of the rows from
    ``first`` to before ``last`` at ``reset_h``. Each part has sums of its own.
    """
    units, width = padded(job.hidden, real), lanes(real)
    a_block = pointer(job.a_block + part * job.a_size, real)
    panels = pointer(job.b_block + part * job.b_size, real)
    # The sums of the biases come later, with those of the other gates.
    unread = reset_h + (job.reset_size // job.itemsize - units)
    rows_end = read(pointer(job.starts, integer) + (part * (job.time + 1) + job.time))
    for end in range(last, first, -BLOCK_ROWS):
        rows = min(BLOCK_ROWS, end - first)
        _pack_back(reset_h + (end - first) * units, units, job.hidden, rows, panels)
        for unit in range(0, units, BLOCK_VECTORS * width):
            columns = min(BLOCK_VECTORS * width, units - unit)
            source = gates + (end * job.gate_stride + gate * units + unit)
            _copy_block(source, job.gate_stride, rows, columns, a_block, unread, False)
            target, stride = _sums_of(job, real, part, gate, unit)
            product(
                job.product,
                a_block,
                BLOCK_ROWS,
                columns,
                rows,
                panels,
                units // width,
                target,
                stride,
                end < rows_end,
            )


@inner
def _sums_of(job, real, part, gate, unit):
    """Find where a part adds up dU, and the stride: the first part in its place, others beside it."""
    units = padded(job.hidden, real)
    if part == 0:
        return _target(
            job, real, job.du, gate, unit, gate * units + unit, padded(job.input, real), job.hidden
        )
    return pointer(job.reset_sums, real) + ((part - 1) * units + unit) * units, units


@inner
def _add_parts(job, real, gate, unit, count):
    """Add the other parts' sums to those of the first."""
    units = padded(job.hidden, real)
    target, stride = _sums_of(job, real, 0, gate, unit)
    for part in range(1, job.parts):
        source, _ = _sums_of(job, real, part, gate, unit)
        for row in range(count):
            for at in range(0, units, lanes(real)):
                p = target + (row * stride + at)
                store(p, load(p) + load(source + (row * units + at)))


@inner
def _target(job, real, matrix, gate, unit, column, shift, columns):
    """Find where a block is summed up, and the stride: in its place if whole vectors fit there, else in padded rows."""
    if job.direct:
        return pointer(matrix, real) + (gate * job.hidden + unit) * columns, columns
    return pointer(job.sums, real) + (column * job.sums_stride + shift), job.sums_stride


@inner
def _copy_block(source, stride, rows, columns, target, sums, resume):
    """Copy the rows before ``source``, the last one first, as columns to a block, and add them up.

    Numbers that are summed so lie side by side, which saves the product an addition for every row of its tile.
    """
    width = lanes(source)
    whole = rows // width * width
    for column in range(0, columns, width):
        total = load(sums + column) if resume else blank(source)
        here = target + column * BLOCK_ROWS
        for row in range(rows):
            total = total + load(source + (column - (row + 1) * stride))
        for row in range(0, whole, width):
            transpose(source + (column - (row + 1) * stride), -stride, here + row, BLOCK_ROWS)
        for row in range(whole, rows):
            for lane in range(width):
                value = read(source + (column + lane - (row + 1) * stride))
                write(here + (lane * BLOCK_ROWS + row), value)
        store(sums + column, total)


@inner
def _copy_out(source, stride, rows, columns, target):
    for row in range(rows):
        for column in range(0, columns, lanes(source)):
            left = columns - column
            store_part(
                target + (row * columns + column), load_part(source + (row * stride + column), left), left
            )


@inner
def _pack_inputs(job, integer, real, last, rows, panels):
    x, x_at = pointer(job.x, real), pointer(job.x_at, integer)
    for row in range(rows):
        _pack_row(x + read(x_at + (last - 1 - row)), job.input, row, rows, panels)


@inner
def _pack_past(job, integer, real, last, rows, panels):
    for row in range(rows):
        _pack_row(past_row(job, integer, real, last - 1 - row), job.hidden, row, rows, panels)


@inner
def _pack_back(source, stride, columns, rows, panels):
    """Pack the rows before ``source``, the last one first."""
    for row in range(rows):
        _pack_row(source + (-1 - row) * stride, columns, row, rows, panels)


@inner
def _pack_row(source, columns, row, rows, panels):
    """Make a row the ``row``-th step of panels of ``rows`` steps."""
    width = lanes(source)
    vectors = (columns + width - 1) // width
    start = 0
    while start < vectors:
        wide = width_at(start, vectors)
        target = panels + (start * width * rows + row * wide * width)
        for vector in range(wide):
            at = (start + vector) * width
            store(target + vector * width, load_part(source + at, columns - at))
        start += wide
