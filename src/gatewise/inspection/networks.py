"""The networks of fitted estimators, or why there are none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gatewise.errors import ConfigurationError
from gatewise.estimators.tracing import Traced

__all__ = ["network_of", "with_layer"]


def network_of(model: Any, member: int = 0) -> Any:
    """Return one network of a fitted estimator.

    Raises
    ------
    ConfigurationError
        It is not one of ours, or has no recurrent network, as baselines.
    """
    if not isinstance(model, Traced):
        what = type(model).__name__
        raise ConfigurationError(
            f"{what} has no recurrent cell to look into; give a fitted classifier, regressor, tagger, forecaster or "
            "language model with one, or for a torch module gatewise.inspection.trace_module"
        )
    model._check_fitted()  # type: ignore[attr-defined]  # every estimator has it
    return model.network_of(member)


@contextmanager
def with_layer(network: Any, layer: Any) -> Iterator[None]:
    """Let a network run with another recurrent layer in the place of its own, inside the block."""
    own, network.cell = network.cell, layer
    try:
        yield
    finally:
        network.cell = own
