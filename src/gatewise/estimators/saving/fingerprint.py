"""What a model was fitted on, as a sample of hashes: enough to know it again, too little to restore it."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from gatewise.data.hashes import Hashes
from gatewise.errors import SeenDataWarning
from gatewise.estimators.saving.directory import SavedState
from gatewise.estimators.saving.parts import Part

__all__ = ["Fingerprint", "FittedOn", "not_asked_for_seen_data", "out_of_the_package"]

PACKAGE = str(Path(__file__).parents[2])

# 64 KiB. Of more, the smallest are kept, which are as good as drawn at random, and the same in any other data.
MOST = 8192
AT_ONCE = 8 * MOST


@dataclass(frozen=True)
class Fingerprint:
    """The smallest hashes of what was fitted.

    Attributes
    ----------
    hashes : uint64 array, sorted, at most 8,192
        Where there are fewer, all of them.
    """

    hashes: Hashes

    @classmethod
    def of(cls, blocks: Iterable[Hashes]) -> Self:
        """Keep the smallest of all hashes."""
        kept = np.empty(0, np.uint64)
        for block in blocks:
            if len(kept) > MOST:
                block = block[block < kept[MOST]]
            kept = np.concatenate([kept, block])
            if len(kept) > AT_ONCE:
                kept = np.unique(kept)[: MOST + 1]
        return cls(np.unique(kept)[:MOST])

    def seen(self, blocks: Iterable[Hashes]) -> tuple[int, int, bool]:
        """Return how many of some hashes were fitted, of how many, and whether that was counted, not estimated.

        Only hashes below the largest one kept can be looked up; they are a sample of all.
        """
        counted = len(self.hashes) < MOST
        total = looked_up = found = 0
        for block in blocks:
            total += len(block)
            known = block if counted else block[block <= self.hashes[-1]]
            looked_up += len(known)
            found += int(np.isin(known, self.hashes).sum())
        if counted or not found:
            return found, total, True
        return max(1, round(total * found / looked_up)), total, False

    def warn_of(self, blocks: Iterable[Hashes], noun: str) -> None:
        """Warn where some of the data that are evaluated on were fitted."""
        found, total, counted = self.seen(blocks)
        if found:
            warnings.warn(
                f"{'' if counted else 'about '}{found:,} of {total:,} {noun} were seen in training: "
                "the errors below are too low",
                SeenDataWarning,
                stacklevel=out_of_the_package(),
            )


def out_of_the_package() -> int:
    """The level of the caller's own line, however many functions of this package lie between."""
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame, level = frame.f_back, level + 1
    return level


class FittedOn(Part):
    """``fingerprint_``; models saved before there was one have none, and warn of nothing."""

    def pack(self, estimator: Any, saved: SavedState) -> None:
        if (found := getattr(estimator, "fingerprint_", None)) is not None:
            saved.arrays["fingerprint"] = found.hashes.view(np.int64)

    def restore(self, estimator: Any, saved: SavedState) -> None:
        found = saved.arrays.get("fingerprint")
        estimator.fingerprint_ = None if found is None else Fingerprint(found.view(np.uint64))


@contextmanager
def not_asked_for_seen_data() -> Iterator[None]:
    """Evaluate without a warning: whoever scores a training part, or cuts a test part, knows what was fitted."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SeenDataWarning)
        yield
