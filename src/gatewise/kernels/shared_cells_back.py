"""What a thread does on the way back in each cell if it has some of the units of every step."""

from __future__ import annotations

from numba import njit

from gatewise.kernels import gru as gru_cell
from gatewise.kernels import gru_reset_after as reset_after_cell
from gatewise.kernels import lstm as lstm_cell
from gatewise.kernels import rnn as rnn_cell
from gatewise.kernels.gemm import product
from gatewise.kernels.packing import hidden_panels_back, pack_hidden_back
from gatewise.kernels.rows import padded
from gatewise.kernels.shared_back import shared_back
from gatewise.kernels.simd import lanes, pointer, read, record
from gatewise.kernels.sync import PACK, WEIGHTS, flush_denormals, restore_denormals, wait

__all__ = ["gru", "gru_reset_after", "lstm", "rnn"]


@njit(error_model="numpy")
def _pack_rnn(job, like, unit_0, count):
    pack_hidden_back(job, like, 0, 1, 0, 1, unit_0, count)


@njit(error_model="numpy")
def _step_rnn(job, integers, like, thread, stage, t, unit_0, count, dh, dc, past):
    rnn_cell.gate_gradients(job, integers, like, 0, t, unit_0, count, dh, pointer(job.d_gates, like))


_rnn_over_time, _rnn_pack_inputs, _rnn_sum_up = shared_back(
    _pack_rnn,
    _step_rnn,
    stages=1,
    first=0,
    blocks=1,
    adds=False,
    of_input=(0,),
    of_hidden=(0,),
    last_is_reset=False,
)


def rnn(jobs, integers, like, first, last, team):
    """Take gradients of a few sequences back, of which a thread does the units of some shares."""
    job = record(jobs, 0)
    before = flush_denormals()
    if _rnn_over_time(job, integers, like, first, last, team):
        _rnn_pack_inputs(job, integers, like, first, last, team, PACK, job.shares)
        wait(job, PACK, job.shares)
        _rnn_sum_up(job, integers, like, first, last, team, WEIGHTS, job.shares)
    restore_denormals(before)


@njit(error_model="numpy")
def _pack_lstm(job, like, unit_0, count):
    pack_hidden_back(job, like, 0, 1, 0, 4, unit_0, count)


@njit(error_model="numpy")
def _step_lstm(job, integers, like, thread, stage, t, unit_0, count, dh, dc, past):
    lstm_cell.gate_gradients(
        job, integers, like, 0, t, unit_0, count, dh, dc, past, pointer(job.d_gates, like)
    )


_lstm_over_time, _lstm_pack_inputs, _lstm_sum_up = shared_back(
    _pack_lstm,
    _step_lstm,
    stages=1,
    first=0,
    blocks=4,
    adds=False,
    of_input=(0, 1, 2, 3),
    of_hidden=(0, 1, 2, 3),
    last_is_reset=False,
)


def lstm(jobs, integers, like, first, last, team):
    """Take gradients of a few sequences back, of which a thread does the units of some shares."""
    job = record(jobs, 0)
    before = flush_denormals()
    if _lstm_over_time(job, integers, like, first, last, team):
        _lstm_pack_inputs(job, integers, like, first, last, team, PACK, job.shares)
        wait(job, PACK, job.shares)
        _lstm_sum_up(job, integers, like, first, last, team, WEIGHTS, job.shares)
    restore_denormals(before)


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


_gru_over_time, _gru_pack_inputs, _gru_sum_up = shared_back(
    _pack_gru,
    _step_gru,
    stages=2,
    first=0,
    blocks=2,
    adds=True,
    of_input=(0, 1, 2),
    of_hidden=(0, 1, 2),
    last_is_reset=True,
)


def gru(jobs, integers, like, first, last, team):
    """Take gradients of a few sequences back, of which a thread does the units of some shares."""
    job = record(jobs, 0)
    before = flush_denormals()
    if _gru_over_time(job, integers, like, first, last, team):
        _gru_pack_inputs(job, integers, like, first, last, team, PACK, job.shares)
        wait(job, PACK, job.shares)
        _gru_sum_up(job, integers, like, first, last, team, WEIGHTS, job.shares)
    restore_denormals(before)


@njit(error_model="numpy")
def _pack_gru_reset_after(job, like, unit_0, count):
    pack_hidden_back(job, like, 0, 1, 0, 3, unit_0, count)


@njit(error_model="numpy")
def _step_gru_reset_after(job, integers, like, thread, stage, t, unit_0, count, dh, dc, past):
    reset_after_cell.gate_gradients(
        job, integers, like, 0, t, unit_0, count, dh, past, pointer(job.d_gates, like)
    )


_gru_reset_after_over_time, _gru_reset_after_pack_inputs, _gru_reset_after_sum_up = shared_back(
    _pack_gru_reset_after,
    _step_gru_reset_after,
    stages=1,
    first=1,
    blocks=3,
    adds=True,
    of_input=reset_after_cell.OF_INPUT,
    of_hidden=reset_after_cell.OF_HIDDEN,
    last_is_reset=False,
)


def gru_reset_after(jobs, integers, like, first, last, team):
    """Take gradients of a few sequences back, of which a thread does the units of some shares."""
    job = record(jobs, 0)
    before = flush_denormals()
    if _gru_reset_after_over_time(job, integers, like, first, last, team):
        _gru_reset_after_pack_inputs(job, integers, like, first, last, team, PACK, job.shares)
        wait(job, PACK, job.shares)
        _gru_reset_after_sum_up(job, integers, like, first, last, team, WEIGHTS, job.shares)
    restore_denormals(before)
