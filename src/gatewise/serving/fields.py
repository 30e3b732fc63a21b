"""What a model takes and gives by name, and how a request is held against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.serving.refusal import Refusal
from gatewise.serving.tensors import Tensor
from gatewise.validation import near

__all__ = ["Axis", "Described", "check_against", "check_names"]

Array = NDArray[Any]
# A number, or any: -1.
Axis = int


@dataclass(frozen=True)
class Described:
    """One input or answer of a model.

    Attributes
    ----------
    name, datatype : str
    shape : tuple of int
        -1 where any number is taken.
    names : tuple of str
        Of the places of the last axis, where they have names.
    optional : bool
    gaps : bool
        Whether NaN stands for a value that is missing.
    """

    name: str
    datatype: str
    shape: tuple[Axis, ...]
    names: tuple[str, ...] = ()
    optional: bool = False
    gaps: bool = False

    def to_json(self) -> dict[str, Any]:
        """As metadata of the protocol; what it has no word for stands beside."""
        found: dict[str, Any] = {"name": self.name, "datatype": self.datatype, "shape": list(self.shape)}
        if self.names:
            found["names"] = list(self.names)
        if self.optional:
            found["optional"] = True
        return found


def check_against(described: Sequence[Described], tensors: Sequence[Tensor]) -> dict[str, Array]:
    """Return the arrays of a request by name.

    Raises
    ------
    Refusal
        One is missing, not known, there twice, of another type or shape, or not finite.
    """
    known = {one.name: one for one in described}
    found: dict[str, Array] = {}
    for tensor in tensors:
        if tensor.name in found:
            raise Refusal(400, f"inputs: {tensor.name} stands there twice")
        if tensor.name not in known:
            better = near(tensor.name, known) or f"expected {_listed(known)}"
            raise Refusal(400, f"inputs: {tensor.name}: no such input; {better}")
        _check(known[tensor.name], tensor)
        found[tensor.name] = tensor.array
    missing = [one.name for one in described if not one.optional and one.name not in found]
    if missing:
        raise Refusal(400, f"inputs: {missing[0]} is missing; expected {_listed(known)}")
    return found


def _check(one: Described, tensor: Tensor) -> None:
    if tensor.datatype != one.datatype:
        raise Refusal(400, f"inputs: {one.name}: datatype: expected {one.datatype}, got {tensor.datatype}")
    shape = tensor.array.shape
    fits = len(shape) == len(one.shape) and all(
        want in (-1, has) for want, has in zip(one.shape, shape, strict=True)
    )
    if not fits:
        raise Refusal(400, f"inputs: {one.name}: shape: expected {list(one.shape)}, got {list(shape)}")
    check_finite(one, tensor.array)


def check_finite(one: Described, array: Array) -> None:
    """Refuse infinite numbers, and those that are none unless they stand for gaps."""
    if array.dtype.kind != "f" or np.isfinite(array).all():
        return
    if not one.gaps or np.isinf(array).any():
        raise Refusal(400, f"inputs: {one.name}: expected finite numbers, got NaN or infinity")


def check_names(wanted: Sequence[str], known: Sequence[str] | Mapping[str, Any], what: str) -> None:
    """Refuse a name that is not known."""
    for name in wanted:
        if name not in known:
            raise Refusal(
                400,
                f"{what}: {name}: no such {what.rstrip('s')}; {near(name, known) or f'expected {_listed(known)}'}",
            )


def _listed(names: Sequence[str] | Mapping[str, Any]) -> str:
    return ", ".join(names) if names else "none"
