"""JAX: the equations under ``jax.lax.scan``, the product with the input taken out of the loop, compiled."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.nn import sigmoid

from benchmarks.layers.grid import Cell, Job
from benchmarks.layers.inputs import Arrays, Inputs
from benchmarks.layers.task import Task

__all__ = ["VERSION", "prepare"]

VERSION = jax.__version__

States = tuple[Array, ...]
Step = Callable[[Array, States], States]


def prepare(job: Job, inputs: Inputs, threads: int) -> Task:  # noqa: ARG001, the worker has confined the process
    """The function compiled for these shapes; training takes value and gradient of all that goes in."""
    # As its users would keep them: rows times weights, with nothing to transpose.
    weights = {name: jnp.asarray(np.ascontiguousarray(w.T)) for name, w in inputs.weights.items()}
    x, states = jnp.asarray(inputs.x), tuple(map(jnp.asarray, inputs.states))
    cotangent = jnp.asarray(inputs.cotangent)
    run = partial(_run, job.cell)
    if not job.mode.trains:
        compiled = jax.jit(run)
        return Task(
            lambda: jax.block_until_ready(compiled(x, states, weights)), lambda got: _results(job.cell, *got)
        )

    def loss(x: Array, states: States, weights: dict[str, Array]) -> tuple[Array, tuple[Array, States]]:
        output, final = run(x, states, weights)
        return jnp.vdot(output, cotangent), (output, final)

    step = jax.jit(jax.value_and_grad(loss, argnums=(0, 1, 2), has_aux=True))

    def read(
        got: tuple[tuple[Array, tuple[Array, States]], tuple[Array, States, dict[str, Array]]],
    ) -> Arrays:
        (_, (output, final)), (d_x, d_states, d_weights) = got
        found = {"x": d_x, **{f"{n}_0": d for n, d in zip(job.cell.states, d_states, strict=True)}}
        found |= {name: gradient.T for name, gradient in d_weights.items()}
        return _results(job.cell, output, final) | {f"d_{name}": np.asarray(g) for name, g in found.items()}

    return Task(lambda: jax.block_until_ready(step(x, states, weights)), read)


def _results(cell: Cell, output: Array, states: States) -> Arrays:
    finals = {f"{name}_n": np.asarray(state) for name, state in zip(cell.states, states, strict=True)}
    return {"output": np.asarray(output), **finals}


def _run(cell: Cell, x: Array, states: States, weights: dict[str, Array]) -> tuple[Array, States]:
    projected = x @ weights["weight_ih"] + weights["bias_ih"]
    step = _STEPS[cell.name](weights["weight_hh"], weights["bias_hh"])

    def body(states: States, projected: Array) -> tuple[States, Array]:
        states = step(projected, states)
        return states, states[0]

    final, output = jax.lax.scan(body, states, projected)
    return output, final


def _rnn(u: Array, b: Array) -> Step:
    return lambda projected, states: (jnp.tanh(projected + states[0] @ u + b),)


def _lstm(u: Array, b: Array) -> Step:
    def step(projected: Array, states: States) -> States:
        h, c = states
        i, f, g, o = jnp.split(projected + h @ u + b, 4, -1)
        c = sigmoid(f) * c + sigmoid(i) * jnp.tanh(g)
        return sigmoid(o) * jnp.tanh(c), c

    return step


def _gru(u: Array, b: Array) -> Step:
    size = u.shape[0]
    gates_u, candidate_u = u[:, : 2 * size], u[:, 2 * size :]

    def step(projected: Array, states: States) -> States:
        (h,) = states
        r, z = jnp.split(sigmoid(projected[:, : 2 * size] + h @ gates_u + b[: 2 * size]), 2, -1)
        n = jnp.tanh(projected[:, 2 * size :] + (r * h) @ candidate_u + b[2 * size :])
        return (z * h + (1 - z) * n,)

    return step


def _gru_reset_after(u: Array, b: Array) -> Step:
    size = u.shape[0]

    def step(projected: Array, states: States) -> States:
        (h,) = states
        product = h @ u + b
        r, z = jnp.split(sigmoid(projected[:, : 2 * size] + product[:, : 2 * size]), 2, -1)
        n = jnp.tanh(projected[:, 2 * size :] + r * product[:, 2 * size :])
        return (z * h + (1 - z) * n,)

    return step


_STEPS: dict[str, Callable[[Array, Array], Step]] = {
    "rnn": _rnn,
    "lstm": _lstm,
    "gru": _gru,
    "gru-reset-after": _gru_reset_after,
}
