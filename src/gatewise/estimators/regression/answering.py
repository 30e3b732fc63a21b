"""What fitted networks answer, in units of the standardised target, and how far that is to be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from gatewise.data.arrays import Floats, Rows
from gatewise.data.inputs.base import Inputs
from gatewise.estimators.prediction import prediction_batches
from gatewise.models.sequence import SequenceNetwork

__all__ = ["answers_of", "trust_in"]


def answers_of(
    networks: Sequence[SequenceNetwork], inputs: Inputs, sequences: list[Any], *, per_step: bool
) -> list[Floats]:
    """Return the mean of networks for each sequence: shape (), (targets,) of several, or (time,) with ``per_step``."""
    answers: list[Floats] = [np.empty(0)] * len(sequences)
    if not sequences:
        return answers
    with torch.inference_mode():
        for rows, batch in prediction_batches(inputs, sequences):
            outputs = [network(batch) for network in networks]
            several = outputs[0].shape[-1] > 1
            mean = (
                torch.stack([(one if several else one[..., 0]).double() for one in outputs]).mean(0).numpy()
            )
            for row, answer, length in zip(rows, mean, batch.lengths.tolist(), strict=True):
                answers[row] = answer[:length] if per_step else answer
    return answers


def trust_in(
    networks: Sequence[SequenceNetwork],
    inputs: Inputs,
    sequences: Sequence[Any],
    scaled: Sequence[NDArray[np.float32]],
    parts: Sequence[tuple[Rows, Rows]],
    weights: Floats | None,
    *,
    per_step: bool,
) -> float | Floats:
    """Return how far answers may go from the mean, from what each network has not seen; of each of several targets.

    Parameters
    ----------
    scaled : list of arrays
        Standardised targets of the sequences.
    parts : list of (rows learned from, rows held out)
        Of each network.
    weights : array, shape (sequences,), or None
    """
    product = square = np.zeros(() if per_step else np.shape(scaled[0]))
    # Ctrl-C leaves fewer networks than there are parts.
    for network, (_, held_out) in zip(networks, parts, strict=False):
        answers = answers_of([network], inputs, [sequences[row] for row in held_out], per_step=per_step)
        for row, answer in zip(held_out, answers, strict=True):
            counts = 1.0 if weights is None else float(weights[row])
            met, size = answer * scaled[row], np.square(answer)
            product = product + counts * (met.sum() if per_step else met)
            square = square + counts * (size.sum() if per_step else size)
    trust: Floats = np.where(square > 0, np.clip(product / np.where(square > 0, square, 1.0), 0.0, 1.0), 1.0)
    return trust if trust.ndim else float(trust)
