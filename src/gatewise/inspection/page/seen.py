"""A model and what it did with the sequence: what all parts of a page are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gatewise.estimators.tracing import SequenceTrace, Shown

__all__ = ["Seen"]


@dataclass(frozen=True)
class Seen:
    """A model, and what one of its networks did with the sequence.

    Attributes
    ----------
    name : str
    model : estimator
    network : Module
    shown : Shown
    trace : SequenceTrace
    """

    name: str
    model: Any
    network: Any
    shown: Shown
    trace: SequenceTrace

    @property
    def units(self) -> int:
        """Units of a direction of a layer."""
        return int(self.trace.layers[0].state.shape[1])
