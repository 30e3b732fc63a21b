"""A model as it answers whole sequences."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import singledispatch
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gatewise.serving.config import ServingConfig
from gatewise.serving.fields import Described
from gatewise.serving.refusal import Refusal

__all__ = ["Answering", "answering", "label_array", "label_type", "padded"]

Array = NDArray[Any]


class Answering(ABC):
    """Whole sequences to answers.

    Attributes
    ----------
    inputs, outputs : tuple of Described
    parameters : dict of str to tuple of types
        What a request may ask for beside its tensors.
    """

    inputs: tuple[Described, ...]
    outputs: tuple[Described, ...]
    parameters: ClassVar[Mapping[str, tuple[type, ...]]] = {}

    @abstractmethod
    def answer(self, given: Mapping[str, Array], parameters: Mapping[str, Any]) -> dict[str, Array]:
        """Return the outputs for inputs of these names; it may raise a ``GatewiseError`` or a ``Refusal``."""

    def trace(self, given: Mapping[str, Array]) -> dict[str, Any]:  # noqa: ARG002 - as far as all are alike
        """Return what the cells did with the first sequence; see :mod:`gatewise.serving.traces`."""
        raise Refusal(400, "the gates of this kind of model are not shown here; gatewise inspect shows them")


@singledispatch
def answering(model: Any, config: ServingConfig) -> Answering:  # noqa: ARG001 - what is registered needs it
    """Return a fitted model as it answers whole sequences."""
    raise Refusal(501, f"{type(model).__name__} answers no whole sequences")


def label_type(classes: Array) -> str:
    """Return the type of labels in the protocol: whole numbers as they are, all else as text."""
    return "INT64" if classes.dtype.kind in "iu" else "BYTES"


def label_array(labels: Array) -> Array:
    """Return labels as the protocol has them."""
    if labels.dtype.kind in "iu":
        return labels.astype(np.int64)
    found = np.empty(labels.shape, object)
    found[...] = np.vectorize(str, otypes=[object])(labels) if labels.size else labels
    return found


def padded(rows: list[Array], fill: Any, dtype: Any) -> Array:
    """Return rows of several lengths as one array, (rows, longest)."""
    found = np.full((len(rows), max(map(len, rows), default=0)), fill, dtype)
    for place, row in enumerate(rows):
        found[place, : len(row)] = row
    return found
