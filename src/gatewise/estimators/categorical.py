"""Whether channels of few whole numbers are read as codes: those that are named, or where that predicts better."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gatewise.data.arrays import Floats, Integers, Values
from gatewise.data.codes import Codes, channels_of_codes
from gatewise.data.features.statistics import statistics
from gatewise.errors import ConfigurationError
from gatewise.estimators.ridge import Ridge

__all__ = ["as_places", "codes_for", "found_codes", "outputs_of"]

MOST_CODES = 256
FEWEST, MOST_TRIED = 8, 500
# Where neither tells anything they are as good as equal, and codes are the safer guess: networks learn the rest.
LEEWAY = 1.02


def codes_for(sequences: Sequence[Values], places: Sequence[int]) -> Codes | None:
    """The codes in channels that were named.

    Raises
    ------
    ConfigurationError
        There is no such channel, or it has too many values for codes.
    """
    channels = sequences[0].shape[1]
    for place in places:
        if not 0 <= place < channels:
            raise ConfigurationError(
                f"expected channels from 0 to {channels - 1}, got {place}", option="categorical"
            )
    codes = Codes.of(sequences, places)
    for place, values in codes.values.items():
        if len(values) > MOST_CODES:
            raise ConfigurationError(
                f"channel {place} has {len(values)} different values; expected at most {MOST_CODES}",
                option="categorical",
            )
    return codes if places else None


def found_codes(sequences: Sequence[Values], targets: Floats) -> Codes | None:
    """The codes in channels that look like it, where ridge regression on statistics predicts no worse from codes.

    Each sequence, of at most 500, is answered without it. ``targets`` is (sequences, outputs).
    """
    channels = channels_of_codes(sequences)
    if not channels or len(sequences) < FEWEST:
        return None
    codes = Codes.of(sequences, channels)
    rows = np.unique(np.linspace(0, len(sequences) - 1, MOST_TRIED).astype(np.int64))
    tried, expected = [sequences[row] for row in rows], targets[rows]
    coded = _error([codes.expanded(one) for one in tried], expected)
    return codes if coded <= LEEWAY * _error(tried, expected) else None


def _error(sequences: list[Values], targets: Floats) -> float:
    """Return the mean squared error of answers for sequences that were left out."""
    left_out = Ridge.of(statistics(sequences), targets)[1]
    return float(np.mean((left_out - targets) ** 2))


def outputs_of(classes: Integers, count: int) -> Floats:
    """Return 1 for the class of each sequence and -1 for the others, shape (sequences, classes)."""
    return np.where(classes[:, None] == np.arange(count), 1.0, -1.0)


def as_places(given: object, channels: Sequence[str]) -> tuple[int, ...] | None:
    """Return the numbers of channels that are given by number or by name; ``None`` where it was not said."""
    if given is None:
        return None
    several = [given] if isinstance(given, str | int) else list(given)  # type: ignore[call-overload]  # names or numbers
    for one in several:
        if not isinstance(one, int | np.integer) and one not in channels:
            expected = f"some of {', '.join(channels)}" if channels else "numbers of channels, counted from 0"
            raise ConfigurationError(f"expected {expected}, got {one!r}", option="categorical")
    return tuple(
        sorted({int(one) if isinstance(one, int | np.integer) else channels.index(one) for one in several})
    )
