"""Labels that depend on their neighbours, written down: :class:`~gatewise.models.chain.LabelChain`."""

from __future__ import annotations

import numpy as np

from gatewise.graphs.build import Builder, Value
from gatewise.models.chain import LabelChain

__all__ = ["marginals", "so_far"]


def so_far(builder: Builder, scores: Value, chain: LabelChain, anew: Value, prefix: str) -> Value:
    """Add a step of the forward algorithm; its softmax is what each label's probability is, given the past."""
    labels = len(chain.begins)
    total = builder.state(f"{prefix}total", np.zeros(labels, np.float32))
    highest = builder("ReduceMax", total, axis=-1, keepdims=1)
    followed = builder("Exp", total - highest) @ np.exp(chain.follows.detach().numpy())
    gone_on = builder("Log", followed) + highest
    begun = builder("Where", anew, chain.begins.detach().numpy(), gone_on)
    # What all have in common tells nothing, and would grow without end.
    now = begun + scores
    now = now - builder("ReduceMax", now, axis=-1, keepdims=1)
    builder.carry(total, now)
    return now


def marginals(builder: Builder, scores: Value, lengths: Value, chain: LabelChain) -> Value:
    """Return what the logarithm of each label's probability is at each step, but for a constant of the step."""
    return builder(
        "ChainMarginals",
        scores,
        lengths,
        builder.constant(np.exp(chain.follows.detach().numpy())),
        builder.constant(chain.begins.detach().numpy()),
    )
