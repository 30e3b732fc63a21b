"""The cell's name in state dicts: cells whose weights have the same names and shapes are told apart when they load.

It stands in the metadata that torch keeps with a state dict, beside its version, and not among the weights, so that
torch's own layers load them. A plain dict of tensors, as safetensors reads it, has no metadata.
"""

from __future__ import annotations

from typing import Any

__all__ = ["cell_of", "mark"]

_KEY = "cell"


def mark(state_dict: Any, prefix: str, name: str) -> None:
    """Write the name of its cell beside the weights of a layer."""
    metadata = getattr(state_dict, "_metadata", None)
    if metadata is not None:
        metadata.setdefault(prefix[:-1], {})[_KEY] = name


def cell_of(local_metadata: dict[str, Any]) -> str | None:
    """Read it; None where there is none."""
    return local_metadata.get(_KEY)
