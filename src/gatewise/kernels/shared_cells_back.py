"""What a thread does on the way back in each cell if it has some of the units of every step."""

from __future__ import annotations

from numba import njit

from gatewise.kernels import gru as gru_cell
from gatewise.kernels import gru_reset_after as reset_after_cell
from gatewise.kernels import lstm as lstm_cell
from gatewise.kernels import rnn as rnn_cell
from gatewise.kernels.gemm import product
from gatewise.kernels.packing import hidden_panels_back, pack_hidden_back, pack_input_back
from gatewise.kernels.rows import padded
from gatewise.kernels.shared_back import shared_back
from gatewise.kernels.simd import lanes, pointer, read, record
from gatewise.kernels.sync import flush_denormals, restore_denormals
from gatewise.kernels.weights import weight_gradients

__all__ = ["gru", "gru_reset_after", "lstm", "rnn"]


@njit(error_model="numpy")
def _pack_input_rnn(job, integers, like, share):
    pack_input_back(job, like, share, (0,))


@njit(error_model="numpy")
def _pack_rnn(job, like, unit_0, count):
    pack_hidden_back(job, like, 0, 1, 0, 1, unit_0, count)


@njit(error_model="numpy")
def _step_rnn(job, integers, like, thread, stage, t, unit_0, count, dh, dc, past):
    rnn_cell.gate_gradients(job, integers, like, 0, t, unit_0, count, dh, pointer(job.d_gates, like))


@njit(error_model="numpy")
def _sum_up_rnn(job, integers, like, share):
    weight_gradients(job, integers, like, share, (0,), (0,), False, pointer(job.d_gates, like))


_rnn_back = shared_back(
    _pack_input_rnn, _pack_rnn, _step_rnn, _sum_up_rnn, stages=1, first=0, blocks=1, stored=1, adds=False
)


def rnn(jobs, integers, like, first, last, team):
    """Take gradients of a few sequences back, of which a thread does the units of some shares."""
    before = flush_denormals()
    _rnn_back(record(jobs, 0), integers, like, first, last, team)
    restore_denormals(before)


@njit(error_model="numpy")
def _pack_input_lstm(job, integers, like, share):
    pack_input_back(job, like, share, (0, 1, 2, 3))


@njit(error_model="numpy")
def _pack_lstm(job, like, unit_0, count):
    pack_hidden_back(job, like, 0, 1, 0, 4, unit_0, count)


@njit(error_model="numpy")
def _step_lstm(job, integers, like, thread, stage, t, unit_0, count, dh, dc, past):
    lstm_cell.gate_gradients(
        job, integers, like, 0, t, unit_0, count, dh, dc, past, pointer(job.d_gates, like)
    )


@njit(error_model="numpy")
def _sum_up_lstm(job, integers, like, share):
    gates = (0, 1, 2, 3)
    weight_gradients(job, integers, like, share, gates, gates, False, pointer(job.d_gates, like))


_lstm_back = shared_back(
    _pack_input_lstm, _pack_lstm, _step_lstm, _sum_up_lstm, stages=1, first=0, blocks=4, stored=4, adds=False
)


def lstm(jobs, integers, like, first, last, team):
    """Take gradients of a few sequences back, of which a thread does the units of some shares."""
    before = flush_denormals()
    _lstm_back(record(jobs, 0), integers, like, first, last, team)
    restore_denormals(before)


@njit(error_model="numpy")
def _pack_input_gru(job, integers, like, share):
    pack_input_back(job, like, share, (0, 1, 2))


@njit(error_model="numpy")
def _pack_gru(job, like, unit_0, count):
    pack_hidden_back(job, like, 0, 1, 0, 2, unit_0, count)
    pack_hidden_back(job, like, 0, 1, 2, 1, unit_0, count)


@njit(error_model="numpy")
def _step_gru(job, integers, like, thread, stage, t, unit_0, count, dh, dc, past):
    """Compute the gradients of z and n of some units in the first stage, of r and ``r ⊙ h`` in the second."""
    grads, kept_dh = pointer(job.d_gates, like), dc
    if stage == 0:
        gru_cell.candidate_gradients(job, integers, like, 0, t, unit_0, count, dh, kept_dh, grads)
        return
    units, first = padded(job.hidden, like), read(pointer(job.starts, integers) + t)
    d_reset_h = pointer(job.extra + thread * job.h_size, like)
    product(
        job.product,
        grads + (first * job.gate_stride + 2 * units),
        job.gate_stride,
        1,
        read(pointer(job.starts, integers) + (t + 1)) - first,
        units,
        hidden_panels_back(job, like, 2, 1, unit_0),
        padded(count, like) // lanes(like),
        d_reset_h + unit_0,
        job.h_stride,
        False,
    )
    gru_cell.reset_gradients(job, integers, like, 0, t, unit_0, count, d_reset_h, kept_dh, past, grads)


@njit(error_model="numpy")
def _sum_up_gru(job, integers, like, share):
    gates = (0, 1, 2)
    weight_gradients(job, integers, like, share, gates, gates, True, pointer(job.d_gates, like))


_gru_back = shared_back(
    _pack_input_gru, _pack_gru, _step_gru, _sum_up_gru, stages=2, first=0, blocks=2, stored=3, adds=True
)


def gru(jobs, integers, like, first, last, team):
    """Take gradients of a few sequences back, of which a thread does the units of some shares."""
    before = flush_denormals()
    _gru_back(record(jobs, 0), integers, like, first, last, team)
    restore_denormals(before)


@njit(error_model="numpy")
def _pack_input_gru_reset_after(job, integers, like, share):
    pack_input_back(job, like, share, (2, 0, 1))


@njit(error_model="numpy")
def _pack_gru_reset_after(job, like, unit_0, count):
    pack_hidden_back(job, like, 0, 1, 0, 3, unit_0, count)


@njit(error_model="numpy")
def _step_gru_reset_after(job, integers, like, thread, stage, t, unit_0, count, dh, dc, past):
    reset_after_cell.gate_gradients(
        job, integers, like, 0, t, unit_0, count, dh, past, pointer(job.d_gates, like)
    )


@njit(error_model="numpy")
def _sum_up_gru_reset_after(job, integers, like, share):
    of_input, of_hidden = reset_after_cell.OF_INPUT, reset_after_cell.OF_HIDDEN
    weight_gradients(job, integers, like, share, of_input, of_hidden, False, pointer(job.d_gates, like))


_gru_reset_after_back = shared_back(
    _pack_input_gru_reset_after,
    _pack_gru_reset_after,
    _step_gru_reset_after,
    _sum_up_gru_reset_after,
    stages=1,
    first=1,
    blocks=3,
    stored=3,
    adds=True,
)


def gru_reset_after(jobs, integers, like, first, last, team):
    """Take gradients of a few sequences back, of which a thread does the units of some shares."""
    before = flush_denormals()
    _gru_reset_after_back(record(jobs, 0), integers, like, first, last, team)
    restore_denormals(before)
