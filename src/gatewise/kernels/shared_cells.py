"""What a thread does in each cell if it has some of the units of every step; see :mod:`gatewise.kernels.shared`."""

from __future__ import annotations

from gatewise.kernels import gru as gru_cell
from gatewise.kernels import gru_reset_after as reset_after_cell
from gatewise.kernels import lstm as lstm_cell
from gatewise.kernels import rnn as rnn_cell
from gatewise.kernels.gemm import product
from gatewise.kernels.inner import inner
from gatewise.kernels.packing import hidden_panels, pack_hidden, pack_input
from gatewise.kernels.rows import padded
from gatewise.kernels.shared import shared_over_time
from gatewise.kernels.simd import lanes, pointer, record
from gatewise.kernels.sync import flush_denormals, restore_denormals

__all__ = ["gru", "gru_reset_after", "lstm", "rnn"]


@inner
def _pack_rnn(job, like, unit_0, count):
    pack_input(job, like, 0, 1, (0,), -1, unit_0, count)
    pack_hidden(job, like, 0, 1, 0, 1, unit_0, count)


@inner
def _step_rnn(job, like, stage, unit_0, count, rows, past, now, gates):
    units = padded(count, like)
    h = pointer(job.h, like)
    product(
        job.product,
        h + past,
        job.h_stride,
        rows,
        job.hidden,
        hidden_panels(job, like, 0, 1, unit_0),
        units // lanes(like),
        gates,
        job.gate_stride,
        True,
    )
    rnn_cell.activate(gates, job.gate_stride, h + (now + unit_0), job.h_stride, rows, units, job.option)


_rnn_over_time = shared_over_time(_pack_rnn, _step_rnn, stages=1, blocks=1, stored=1)


def rnn(jobs, integers, like, first, last, team):
    """Run a few sequences over time, of which a thread does the units of some shares."""
    job = record(jobs, 0)
    before = flush_denormals()
    _rnn_over_time(job, integers, like, first, last, team)
    restore_denormals(before)


@inner
def _pack_lstm(job, like, unit_0, count):
    pack_input(job, like, 0, 1, (0, 1, 2, 3), -1, unit_0, count)
    pack_hidden(job, like, 0, 1, 0, 4, unit_0, count)


@inner
def _step_lstm(job, like, stage, unit_0, count, rows, past, now, gates):
    units = padded(count, like)
    h, c = pointer(job.h, like), pointer(job.c, like)
    product(
        job.product,
        h + past,
        job.h_stride,
        rows,
        job.hidden,
        hidden_panels(job, like, 0, 4, unit_0),
        4 * units // lanes(like),
        gates,
        job.gate_stride,
        True,
    )
    past, now = past + unit_0, now + unit_0
    lstm_cell.activate(gates, job.gate_stride, c + past, h + now, c + now, job.h_stride, rows, units)


_lstm_over_time = shared_over_time(_pack_lstm, _step_lstm, stages=1, blocks=4, stored=4)


def lstm(jobs, integers, like, first, last, team):
    """Run a few sequences over time, of which a thread does the units of some shares."""
    job = record(jobs, 0)
    before = flush_denormals()
    _lstm_over_time(job, integers, like, first, last, team)
    restore_denormals(before)


@inner
def _pack_gru(job, like, unit_0, count):
    pack_input(job, like, 0, 1, (0, 1, 2), -1, unit_0, count)
    pack_hidden(job, like, 0, 1, 0, 2, unit_0, count)
    pack_hidden(job, like, 0, 1, 2, 1, unit_0, count)


@inner
def _step_gru(job, like, stage, unit_0, count, rows, past, now, gates):
    """Compute ``r ⊙ h`` of some units in the first stage, the new states in the second."""
    units = padded(count, like)
    h, reset_h = pointer(job.h, like), pointer(job.extra, like)
    of_gates = stage == 0
    product(
        job.product,
        h + past if of_gates else reset_h + now,
        job.h_stride,
        rows,
        job.hidden,
        hidden_panels(job, like, 0, 2, unit_0) if of_gates else hidden_panels(job, like, 2, 1, unit_0),
        (2 if of_gates else 1) * units // lanes(like),
        gates if of_gates else gates + 2 * units,
        job.gate_stride,
        True,
    )
    past, now = past + unit_0, now + unit_0
    if of_gates:
        gru_cell.reset(gates, job.gate_stride, h + past, reset_h + now, job.h_stride, rows, units)
    else:
        gru_cell.update(gates, job.gate_stride, h + past, h + now, job.h_stride, rows, units)


_gru_over_time = shared_over_time(_pack_gru, _step_gru, stages=2, blocks=3, stored=3)


def gru(jobs, integers, like, first, last, team):
    """Run a few sequences over time, of which a thread does the units of some shares."""
    job = record(jobs, 0)
    before = flush_denormals()
    _gru_over_time(job, integers, like, first, last, team)
    restore_denormals(before)


@inner
def _pack_gru_reset_after(job, like, unit_0, count):
    pack_input(job, like, 0, 1, (2, 0, 1), 2, unit_0, count)
    pack_hidden(job, like, 0, 1, 0, 3, unit_0, count)


@inner
def _step_gru_reset_after(job, like, stage, unit_0, count, rows, past, now, gates):
    units = padded(count, like)
    h = pointer(job.h, like)
    reset_after_cell.fill(
        gates,
        job.gate_stride,
        pointer(job.b_u, like) + (2 * job.hidden + unit_0),
        rows,
        count,
        units,
    )
    product(
        job.product,
        h + past,
        job.h_stride,
        rows,
        job.hidden,
        hidden_panels(job, like, 0, 3, unit_0),
        3 * units // lanes(like),
        gates + units,
        job.gate_stride,
        True,
    )
    past, now = past + unit_0, now + unit_0
    reset_after_cell.activate(gates, job.gate_stride, h + past, h + now, job.h_stride, rows, units)


_gru_reset_after_over_time = shared_over_time(
    _pack_gru_reset_after, _step_gru_reset_after, stages=1, blocks=3, stored=4
)


def gru_reset_after(jobs, integers, like, first, last, team):
    """Run a few sequences over time, of which a thread does the units of some shares."""
    job = record(jobs, 0)
    before = flush_denormals()
    _gru_reset_after_over_time(job, integers, like, first, last, team)
    restore_denormals(before)
