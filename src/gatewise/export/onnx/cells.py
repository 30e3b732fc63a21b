"""One step of cells that ONNX has no operator for; a further one is a function and a line in ``EQUATIONS``."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from gatewise.export.onnx.transcript import Transcript

__all__ = ["EQUATIONS"]

# From x, states, and the names of weights and biases, to the states after the step; the number is that of units.
Equation = Callable[[Transcript, str, Sequence[str], Sequence[str], int], list[str]]


def _projected(t: Transcript, x: str, weights: str, bias: str) -> str:
    turned = t.node("Transpose", [weights], perm=[1, 0])
    return t.node("Add", [t.node("MatMul", [x, turned]), bias])


def _mixed(t: Transcript, share: str, one: str, other: str) -> str:
    """Return ``share · one + (1 − share) · other``."""
    rest = t.node("Sub", [t.constant(np.float32(1)), share])
    return t.node("Add", [t.node("Mul", [share, one]), t.node("Mul", [rest, other])])


def _cifg(t: Transcript, x: str, states: Sequence[str], weights: Sequence[str], hidden: int) -> list[str]:
    h, c = states
    w, u, b_w, b_u = weights
    both = t.node("Add", [_projected(t, x, w, b_w), _projected(t, h, u, b_u)])
    f, g, o = (t.part(both, number * hidden, (number + 1) * hidden, 1) for number in range(3))
    forget, output = t.node("Sigmoid", [f]), t.node("Sigmoid", [o])
    after = _mixed(t, forget, c, t.node("Tanh", [g]))
    return [t.node("Mul", [output, t.node("Tanh", [after])]), after]


def _mgu(t: Transcript, x: str, states: Sequence[str], weights: Sequence[str], hidden: int) -> list[str]:
    (h,) = states
    w, u, b_w, b_u = weights
    projected = _projected(t, x, w, b_w)

    def of_state(state: str, block: int) -> str:
        first, last = block * hidden, (block + 1) * hidden
        return _projected(t, state, t.part(u, first, last, 0), t.part(b_u, first, last, 0))

    forget = t.node("Sigmoid", [t.node("Add", [t.part(projected, 0, hidden, 1), of_state(h, 0)])])
    shown = t.node("Mul", [forget, h])
    candidate = t.node("Add", [t.part(projected, hidden, 2 * hidden, 1), of_state(shown, 1)])
    return [_mixed(t, forget, t.node("Tanh", [candidate]), h)]


EQUATIONS: dict[str, Equation] = {"CIFG": _cifg, "MGU": _mgu}
