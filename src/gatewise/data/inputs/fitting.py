"""The inputs for a kind of sequences, fitted on training sequences."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from gatewise.data.inputs.base import Inputs
from gatewise.data.inputs.convolved import ConvolvedInputs
from gatewise.data.inputs.speech import SpeechInputs
from gatewise.data.inputs.values import ValueInputs
from gatewise.data.inputs.words import WordInputs

__all__ = ["fit_inputs", "inputs_from", "pack_inputs"]

KINDS: dict[str, type[Inputs]] = {
    kind.kind: kind for kind in (ConvolvedInputs, SpeechInputs, ValueInputs, WordInputs)
}
# In a patch of two or three steps a shape can hardly hide, and convolutions of it cost twice the time for nothing.
LEAST_PATCH = 4


def fit_inputs(
    kind: str,
    sequences: list[Any],
    *,
    most_steps: int | None = None,
    differences: bool = False,
    convolved: bool | None = False,
) -> Inputs:
    """Inputs of ``kind`` ("values", "text", "audio") from training sequences.

    ``most_steps`` and ``differences`` are for values; see :class:`~gatewise.data.inputs.values.ValueInputs`. So is
    ``convolved``, see :class:`~gatewise.data.inputs.convolved.ConvolvedInputs`; ``None``: where patches are of four
    steps or more.
    """
    if kind == "text":
        return WordInputs.of(sequences)
    if kind == "audio":
        return SpeechInputs.of(sequences)
    values = ValueInputs.of(sequences, most_steps=most_steps, differences=differences)
    if convolved is None:
        convolved = values.patch >= LEAST_PATCH
    return ConvolvedInputs.of(sequences, values) if convolved else values


def pack_inputs(inputs: Inputs) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Fitted inputs as JSON values and arrays, whose names begin with ``inputs.``."""
    config, arrays = inputs.to_saved()
    return {"kind": inputs.kind, **config}, {f"inputs.{name}": array for name, array in arrays.items()}


def inputs_from(config: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Inputs:
    """Return the input that :func:`pack_inputs` took apart."""
    own = {
        name.removeprefix("inputs."): array for name, array in arrays.items() if name.startswith("inputs.")
    }
    return KINDS[config["kind"]].from_saved(config, own)
