"""Which columns make errors smaller on rows that were not learned from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from gatewise.data.arrays import Floats, Mask
from gatewise.data.forecast import ForecastBatch

__all__ = ["Helping", "helping_columns"]

# Losses of single windows, shape (windows,).
Losses = Callable[[ForecastBatch], Floats]
# By how much errors have to be smaller for what is known of a column to outweigh what is read into it by chance.
LEAST_HELP = 0.01
# A column speaks in a window where it moves its error by so much of the mean one.
SPEAKS = 1e-3
MOST_NAMES = 8
MOST_WINDOWS = 512


@dataclass(frozen=True)
class Helping:
    """What each column is worth to a network that was trained with all of them.

    Attributes
    ----------
    helped : dict of str to float
        By which share the error on held-out rows is larger without the column, those that are left out not being
        there.
    left_out : tuple of str
        Columns that made the error smaller by less than 1 %, or larger.
    """

    helped: dict[str, float]
    left_out: tuple[str, ...] = ()

    def describe(self) -> str:
        """In words: ``"price (+12 %), holiday (+3 %); left out, as they did not help: noise"``."""
        ranked = sorted(self.helped.items(), key=lambda item: -item[1])
        text = _listed([f"{name} ({_percent(share)})" for name, share in ranked]) or "none"
        if self.left_out:
            text += f"; left out, as they did not help: {_listed(self.left_out)}"
        return text


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _percent(share: float) -> str:
    percent = 100 * share
    return f"{percent:+,.0f} %" if abs(percent) >= 1 else f"{percent:+.1g} %"


def helping_columns(
    losses: Losses, batches: list[ForecastBatch], covariates: Sequence[tuple[str, int]]
) -> tuple[Helping, Mask]:
    """Try to do without each column in turn, the most harmful first.

    A network sees only half the columns of a window while it is trained, and effects of a column that stands at its
    mean are none: so it need not be trained again. A column that says nothing in most of the held-out windows, such as
    one of rare events, cannot be judged by them, and is kept.

    Parameters
    ----------
    losses : callable
        ``losses(batch)`` gives the loss of each window.
    batches : list of ForecastBatch
        Held-out windows with their targets.
    covariates : sequence of (str, int)
        Names, and of how many channels each is, in the order of channels.

    Returns
    -------
    Helping
    bool array, shape (channels,)
        Those that are left out.
    """
    ends = np.cumsum([count for _, count in covariates])
    place = np.arange(ends[-1])
    channels = {
        name: (place >= end - count) & (place < end)
        for (name, count), end in zip(covariates, ends, strict=True)
    }

    def found_without(silent: Mask) -> Floats:
        return np.concatenate([losses(batch.silenced(silent)) for batch in batches])

    # In turn, so that what is tried is of all times and series, and many columns do not take long.
    step = -(-sum(len(batch.values) for batch in batches) // MOST_WINDOWS)
    batches = [batch.every(step) for batch in batches]
    silent = np.zeros(ends[-1], bool)
    with_all = now = found_without(silent)
    best = now.mean()
    alone = {name: found_without(own) for name, own in channels.items()}
    left_out: list[str] = []

    def found_beside(name: str) -> Floats:
        return found_without(silent | channels[name]) if left_out else alone[name]

    for name in sorted(alone, key=lambda name: alone[name].mean()):
        if (np.abs(alone[name] - with_all) > SPEAKS * best).mean() <= 0.5:
            continue
        without = found_beside(name)
        if without.mean() < (1 + LEAST_HELP) * best:
            silent, now, best = silent | channels[name], without, min(best, without.mean())
            left_out.append(name)
    error = now.mean() or 1.0
    helped = {name: float(found_beside(name).mean() / error - 1) for name in channels if name not in left_out}
    return Helping(helped, tuple(left_out)), silent
