"""Channels of codes, written down."""

from __future__ import annotations

import numpy as np

from gatewise.data.codes import Codes
from gatewise.graphs.build import Builder, Value

__all__ = ["expanded_codes"]


def expanded_codes(builder: Builder, x: Value, channels: int, codes: Codes | None) -> Value:
    """Put a channel for each code in the place of channels of codes; the last axis is that of the channels."""
    if codes is None:
        return x
    others = np.array([number for number in range(channels) if number not in codes.values], np.int64)
    parts = [builder("Gather", x, others, axis=-1)] if len(others) else []
    for channel, values in codes.values.items():
        is_code = builder("Equal", x.part(channel, channel + 1, -1), np.array(values, np.float32))
        parts.append(is_code.as_type("float32"))
    return builder("Concat", *parts, axis=-1)
