"""What a network would have done with a gate or a unit held fast, or with another input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from gatewise.errors import ConfigurationError, DataError
from gatewise.estimators.tracing import LayerTrace, SequenceTrace, Shown, Traced
from gatewise.inspection.chosen import one_of
from gatewise.inspection.clamped import Clamp, ClampedLayer, is_finite
from gatewise.inspection.networks import network_of, with_layer

__all__ = ["Change", "Clamp", "what_if"]


@dataclass(frozen=True)
class Change:
    """Another value, or another word, in one place of the input.

    Parameters
    ----------
    step : int
        Of what the user gave, from 0: of a forecast's window, its row.
    value : float or str
        In the units of the input; a word or symbol where these are read.
    channel : int, default 0
        From 0; for a forecast only the target, 0.
    """

    step: int
    value: Any
    channel: int = 0


def what_if(
    model: Any, X: Any, *changes: Clamp | Change, sequence: int | str | None = None, member: int = 0
) -> SequenceTrace:
    """Run one network over one sequence with gates or units held fast, or with another input.

    Equations, for a clamp of a gate ``g`` of unit ``k`` to ``v`` from step ``s`` on, whatever the cell::

        g_t[k] = σ(a_t[k])       t < s
        g_t[k] = v               t ≥ s          all else as the cell's equations say, with this g

    and for a clamp of the state: ``h_t[k] = v`` for ``t ≥ s``, after the step, so that answer and next step get it.
    ``z = 1`` of a GRU or ``f = 1, i = 0`` of an LSTM stop its state, ``r = 0`` hides the past from the candidate.
    A changed input goes through all that the estimator does with inputs: scaling, patches, embedding. Of a forecast
    the window is scaled anew; known, past and static columns are held.

    Parameters
    ----------
    model : estimator
        Fitted, with a network.
    X : what ``predict`` takes, or a :class:`~gatewise.data.sequences.SequenceSet`
    *changes : Clamp or Change
        All at once; without any it is the trace of what was.
    sequence : int or str, optional
        Which of ``X``, by its number from 1 or its name; the first by default.
    member : int, default 0
        Which of the estimator's networks.

    Returns
    -------
    SequenceTrace
        As :meth:`trace` gives, of what would have been.

    Raises
    ------
    ConfigurationError
        The cell has no such gate, layer, direction or unit, a gate is to have a value outside 0 and 1, or the model
        has no cell.
    DataError
        There is no such sequence, step or channel, or the value cannot stand there.

    Examples
    --------
    A GRU that keeps all from step 5 on answers as if the sequence had ended there:

    >>> import gatewise, numpy
    >>> from gatewise.inspection import Clamp, what_if
    >>> random = numpy.random.default_rng(0)
    >>> X = [random.normal(size=(20, 1)) for _ in range(30)]
    >>> config = gatewise.ClassifierConfig(readout="last", training=gatewise.TrainingConfig(steps=5))
    >>> model = gatewise.SequenceClassifier("GRU", hidden_size=4, bidirectional=False, random_state=0, config=config)
    >>> model = model.fit(X, [int(x[0, 0] > 0) for x in X])
    >>> held = what_if(model, X, Clamp("update", 1, since=5)).answer.values
    >>> bool(abs(held - model.predict_proba([X[0][:5]])[0]).max() < 1e-6)
    True
    """
    network = network_of(model, member)
    shown = one_of(model, X, sequence)
    clamps = [one for one in changes if isinstance(one, Clamp)]
    for change in changes:
        if not isinstance(change, Clamp | Change):
            raise ConfigurationError(f"what_if: expected Clamp or Change, got {change!r}")
        if isinstance(change, Change):
            shown = _changed(model, shown, change)
    return clamped_trace(model, shown, network, clamps, member)


def clamped_trace(
    model: Traced, shown: Shown, network: Any, clamps: Sequence[Clamp], member: int = 0
) -> SequenceTrace:
    """Return what a network does with a sequence that is read already."""
    held = ClampedLayer(network.cell, clamps, len(shown.axis))
    with torch.inference_mode(), with_layer(network, held):
        answer = model.said(network, shown)
    return SequenceTrace(
        str(model.cell), shown.name, member, shown.axis, shown.given, shown.channels,
        tuple(LayerTrace.of(one) for one in held.found), replace(answer, truth=shown.truth), shown.total, shown.cut,
    )  # fmt: skip


def _changed(model: Traced, shown: Shown, change: Change) -> Shown:
    units = len(shown.given)
    if not isinstance(change.step, int) or not 0 <= change.step < units:
        raise DataError(f"change: step: expected a number from 0 to {units - 1}, got {change.step!r}")
    channels = 1 if isinstance(shown.given, list) else shown.given.shape[1]
    if not isinstance(change.channel, int) or not 0 <= change.channel < channels:
        raise DataError(
            f"change: channel: expected a number from 0 to {channels - 1}, got {change.channel!r}"
        )
    words = isinstance(shown.given, list)
    if words and not isinstance(change.value, str):
        raise DataError(f"change: value: expected a word or symbol, got {change.value!r}")
    if not words and not is_finite(change.value):
        raise DataError(f"change: value: expected a finite number, got {change.value!r}")
    return model.changed(shown, change.step, change.channel, change.value)
