"""What a thread does on the way back in each cell if it has some of the units of every step."""

from __future__ import annotations

from gatewise.kernels import gru as gru_cell
from gatewise.kernels import gru_reset_after as reset_after_cell
from gatewise.kernels import lstm as lstm_cell
from gatewise.kernels import rnn as rnn_cell
from gatewise.kernels.gemm import product
from gatewise.kernels.inner import inner
from gatewise.kernels.packing import hidden_panels_back
from gatewise.kernels.rows import padded
from gatewise.kernels.shared_back import shared_back
from gatewise.kernels.simd import lanes, pointer, read, record
from gatewise.kernels.sync import flush_denormals, restore_denormals

__all__ = ["gru", "gru_reset_after", "lstm", "rnn"]


@inner
def _step_rnn(job, integers, like, thread, stage, t, unit_0, count, dh, dc, past):
    rnn_cell.gate_gradients(job, integers, like, 0, t, unit_0, count, dh, pointer(job.d_gates, like))


_rnn_back = shared_back(_step_rnn, (0,), (0,))


def rnn(jobs, integers, like, first, last, team):
    """Take gradients of a few sequences back, of which a thread does the units of some shares."""
    before = flush_denormals()
    _rnn_back(record(jobs, 0), integers, like, first, last, team)
    restore_denormals(before)


@inner
def _step_lstm(job, integers, like, thread, stage, t, unit_0, count, dh, dc, past):
    lstm_cell.gate_gradients(
        job, integers, like, 0, t, unit_0, count, dh, dc, past, pointer(job.d_gates, like)
    )


_lstm_back = shared_back(_step_lstm, (0, 1, 2, 3), (0, 1, 2, 3), hands_on="dc")


def lstm(jobs, integers, like, first, last, team):
    """Take gradients of a few sequences back, of which a thread does the units of some shares."""
    before = flush_denormals()
    _lstm_back(record(jobs, 0), integers, like, first, last, team)
    restore_denormals(before)


@inner
def _step_gru(job, integers, like, thread, stage, t, unit_0, count, dh, dc, past):
    """Compute the gradients of z and n of some units in the first stage, of r and ``r ⊙ h`` in the second."""
    grads, kept_dh = pointer(job.d_gates, like), dc
    units, first = padded(job.hidden, like), read(pointer(job.starts, integers) + t)
    if stage == 0:
        reset_h = pointer(job.reset, like) + first * units
        gru_cell.candidate_gradients(job, integers, like, 0, t, unit_0, count, dh, kept_dh, grads, reset_h)
        return
    d_reset_h = pointer(job.extra + thread * job.h_size, like)
    product(
        job.product,
        grads + (first * job.gate_stride + 2 * units),
        job.gate_stride,
        read(pointer(job.starts, integers) + (t + 1)) - first,
        units,
        hidden_panels_back(job, like, 2, 1, unit_0),
        padded(count, like) // lanes(like),
        d_reset_h + unit_0,
        job.h_stride,
        False,
    )
    gru_cell.reset_gradients(job, integers, like, 0, t, unit_0, count, d_reset_h, kept_dh, past, grads)


_gru_back = shared_back(_step_gru, (0, 1, 2), (0, 1, 2), last_is_reset=True, hands_on="dh")


def gru(jobs, integers, like, first, last, team):
    """Take gradients of a few sequences back, of which a thread does the units of some shares."""
    before = flush_denormals()
    _gru_back(record(jobs, 0), integers, like, first, last, team)
    restore_denormals(before)


@inner
def _step_gru_reset_after(job, integers, like, thread, stage, t, unit_0, count, dh, dc, past):
    reset_after_cell.gate_gradients(
        job, integers, like, 0, t, unit_0, count, dh, past, pointer(job.d_gates, like)
    )


_gru_reset_after_back = shared_back(
    _step_gru_reset_after, reset_after_cell.OF_INPUT, reset_after_cell.OF_HIDDEN, hands_on="dh"
)


def gru_reset_after(jobs, integers, like, first, last, team):
    """Take gradients of a few sequences back, of which a thread does the units of some shares."""
    before = flush_denormals()
    _gru_reset_after_back(record(jobs, 0), integers, like, first, last, team)
    restore_denormals(before)
