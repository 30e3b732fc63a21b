"""Classifiers, regressors and taggers written down: what they read, what networks make of it, what they answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from gatewise.data.inputs.convolved import ConvolvedInputs
from gatewise.data.inputs.speech import SpeechInputs
from gatewise.data.inputs.values import ValueInputs
from gatewise.data.inputs.words import WordInputs
from gatewise.errors import ExportError, StreamError
from gatewise.estimators.graphs.codes import expanded_codes
from gatewise.estimators.graphs.networks import after_row, over_sequence
from gatewise.estimators.graphs.rows import WORD_COLUMNS, channel_names, channels_of
from gatewise.estimators.graphs.sounds import sound_tokens
from gatewise.estimators.graphs.values import (
    BEFORE,
    RowTokens,
    convolved_tokens,
    row_tokens,
    sequence_tokens,
    with_values_before,
)
from gatewise.estimators.graphs.words import word_tokens
from gatewise.graphs.build import Builder, Value
from gatewise.graphs.graph import Graph
from gatewise.models.words import WordInput
from gatewise.spelling import spelled

__all__ = ["Answer", "step_graph", "whole_graph"]

# From the outputs of each network to what is answered; beside them, in steps, whether the cell began anew, and else the
# lengths of the sequences.
Answer = Callable[[Builder, list[Value], Value | None], None]


def step_graph(estimator: Any, answer: Answer, longest: int | None = None) -> Graph:
    """Write down one step of a fitted estimator of sequences, a row or a word at a time.

    ``longest``: the cell begins anew after so many steps, as where whole sequences are cut.
    """
    builder = Builder(type(estimator).__name__)
    tokens = _of_row(builder, estimator)
    if longest is not None:
        before = builder("Mod", tokens.number - np.ones(1, np.int64), np.array([longest]))
        tokens = replace(tokens, anew=builder("Equal", before, np.zeros(1, np.int64)))
    networks = estimator.networks_
    outputs = [
        after_row(
            builder,
            network,
            _embedded(builder, network, tokens),
            f"{number}." if len(networks) > 1 else "",
        )
        for number, network in enumerate(networks)
    ]
    answer(builder, outputs, tokens.anew)
    return builder.graph(_about(estimator))


def whole_graph(estimator: Any, answer: Answer) -> Graph:
    """Write down a fitted estimator of sequences, for batches of whole ones."""
    builder = Builder(type(estimator).__name__)
    tokens, lengths = _of_sequence(builder, estimator)
    outputs = []
    for network in estimator.networks_:
        read = word_tokens(builder, tokens, network.input) if isinstance(network.input, WordInput) else tokens
        outputs.append(over_sequence(builder, network, read, lengths))
    answer(builder, outputs, lengths)
    return builder.graph(_about(estimator))


def _of_row(builder: Builder, estimator: Any) -> RowTokens:
    inputs = estimator.inputs_
    if isinstance(inputs, ValueInputs):
        channels = channels_of(estimator)
        x = builder.input("row", "float32", ("batch", channels), channel_names(estimator))
        if estimator.impute_:
            x = with_values_before(builder, x, channels)
        x = expanded_codes(builder, x, channels, estimator.channel_codes_)
        return row_tokens(builder, x, inputs, _read_channels(estimator))
    if isinstance(inputs, WordInputs):
        codes = builder.input("word", "int64", ("batch", WORD_COLUMNS))
        words = builder.state("words", np.zeros(1, np.int64))
        now = words + np.ones(1, np.int64)
        builder.carry(words, now)
        return RowTokens(codes, now, None)
    if isinstance(inputs, ConvolvedInputs):
        raise StreamError(
            f"its convolutions see rows that are yet to come; fit with {spelled('readout', 'last')} and "
            f"{spelled('bidirectional', False)}, or ask for whole sequences"
        )
    raise StreamError(
        "recordings are normalised as a whole, so that none is known before its end; give whole ones"
    )


def _of_sequence(builder: Builder, estimator: Any) -> tuple[Value, Value]:
    inputs = estimator.inputs_
    if isinstance(inputs, WordInputs):
        codes = builder.input("words", "int64", ("batch", "time", "columns"))
        return codes, builder.input("lengths", "int64", ("batch",))
    if isinstance(inputs, SpeechInputs):
        samples = builder.input("samples", "float32", ("batch", "time"))
        lengths = builder.input("lengths", "int64", ("batch",))
        return sound_tokens(builder, samples, lengths, inputs.features)
    channels = channels_of(estimator)
    x = builder.input("sequence", "float32", ("batch", "time", channels), channel_names(estimator))
    lengths = builder.input("lengths", "int64", ("batch",))
    x = expanded_codes(builder, x, channels, estimator.channel_codes_)
    if isinstance(inputs, ConvolvedInputs):
        return convolved_tokens(builder, x, lengths, inputs)
    if not isinstance(inputs, ValueInputs):
        raise ExportError(f"{type(inputs).__name__} has no written form")
    return sequence_tokens(builder, x, lengths, inputs)


def _embedded(builder: Builder, network: Any, tokens: RowTokens) -> RowTokens:
    if not isinstance(network.input, WordInput):
        return tokens
    return replace(tokens, token=word_tokens(builder, tokens.token, network.input))


def _read_channels(estimator: Any) -> int:
    inputs = estimator.inputs_
    width = len(inputs.scaler.mean)
    return width // 2 if inputs.differences else width


def _about(estimator: Any) -> dict[str, Any]:
    """Say what stays outside of a graph."""
    inputs = estimator.inputs_
    if isinstance(inputs, WordInputs):
        config, _ = inputs.to_saved()
        return {"outside": "cutting texts into words, and numbering them", "words": config}
    if isinstance(inputs, SpeechInputs):
        rate = inputs.features.log_mel.rate
        return {
            "outside": f"decoding recordings, and bringing them to {rate} samples per second",
            "rate": rate,
        }
    found: dict[str, Any] = {"outside": ""}
    values = inputs.values if isinstance(inputs, ConvolvedInputs) else inputs
    channels = channels_of(estimator)
    if estimator.impute_:
        # A step fills it itself, from what a state carries.
        found |= {
            "outside": "filling what is missing in whole sequences with the value before",
            "filled": BEFORE,
        }
    if estimator.channel_codes_ is None:
        scaler = values.scaler
        spread = np.where(np.isfinite(scaler.deviation), scaler.deviation, 0)
        rows = [scaler.mean[:channels].tolist(), spread[:channels].tolist()]
        found["typical"] = {"row": rows, "sequence": rows}
    return found
