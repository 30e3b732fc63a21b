"""What all values of the evidence share."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = ["Value"]


class Value(BaseModel):
    """Base of all evidence: frozen, and strict about names; infinity is the text ``"Infinity"`` in JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")
