"""Splits of sequences, or of whole groups of them, into what is learned from and what is tested on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Rows
from gatewise.data.splits import folds_of
from gatewise.verdict.units import FEWEST_UNITS

__all__ = ["SPLITS", "GroupedFolds"]

SPLITS = 5
# So many groups are tested, or all where there are fewer: one split would test on one or two of them.
ENOUGH_GROUPS = 10
# From so many on, a single split tests on as many as an interval needs.
MANY_GROUPS = SPLITS * FEWEST_UNITS


class GroupedFolds:
    """Gives a task on sequences its folds; one group is never on both sides.

    Attributes
    ----------
    groups : array or None
    random_state : int
    """

    groups: NDArray[Any] | None
    random_state: int

    def _folds_by_groups(self, rows: Rows) -> list[tuple[Rows, Rows]]:
        """As many folds as test on enough groups; one for each where they are few, one in all without groups."""
        count = 1 if self.groups is None else len(np.unique(self.groups))
        if self.groups is None or count == 1:
            return self._splits(rows, self._parts(rows))[:1]
        if count <= ENOUGH_GROUPS:
            return self._splits(rows, count)
        enough = ENOUGH_GROUPS if count < MANY_GROUPS else FEWEST_UNITS
        kept: list[tuple[Rows, Rows]] = []
        tested: set[Any] = set()
        for fold in self._splits(rows, SPLITS):
            # Folds that are balanced by class may be empty where one group has much of a class.
            if len(tested) < enough and len(fold[1]):
                kept.append(fold)
                tested |= set(self.groups[fold[1]].tolist())
        return kept

    def _parts(self, rows: Rows) -> int:
        """Five parts, or as many as there are groups, where there are fewer."""
        return SPLITS if self.groups is None else max(2, min(SPLITS, len(np.unique(self.groups[rows]))))

    def _splits(self, rows: Rows, folds: int) -> list[tuple[Rows, Rows]]:
        """Folds of ``rows``, as positions in it."""
        return folds_of(
            len(rows), None if self.groups is None else self.groups[rows], folds, self.random_state
        )

    def _validation(self, rows: Rows, part: int = 0) -> tuple[Rows, Rows]:
        """What is learned from and what a rate is chosen by, as positions in training ``rows``; ``part`` says which."""
        independent = len(rows) // 2 if self.groups is None else len(np.unique(self.groups[rows]))
        if independent > 1:
            splits = self._splits(rows, self._parts(rows))
            return splits[part % len(splits)]
        # One group is left beside the one that is tested on: a rate can be chosen by other sequences of it.
        order = np.random.default_rng([self.random_state, part] if part else self.random_state).permutation(
            len(rows)
        )
        count = max(1, len(rows) // SPLITS)
        return np.sort(order[count:]), np.sort(order[:count])
