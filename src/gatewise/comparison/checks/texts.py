"""What is found in a text that is to be predicted: stretches that stand in both parts, and symbols that are new."""

from __future__ import annotations

import numpy as np

from gatewise.comparison.checks.common import MOST_PLACES, share_of
from gatewise.data.hashes import STRETCH, hashes_of_texts
from gatewise.verdict.evidence import Check, DataChecks

__all__ = ["text_checks"]

# Below this share stretches repeat as phrases do.
COPIED = 0.01


def text_checks(training: str, test: str) -> DataChecks:
    """Look into the training and the test part of a text."""
    known = np.unique(np.concatenate([*hashes_of_texts([training])]))
    asked = np.concatenate([*hashes_of_texts([test])])
    both = int(np.isin(asked, known).sum())
    new = sorted(set(test) - set(training))
    copied = both > COPIED * len(asked)
    return DataChecks(
        checks=(
            Check(
                name="same text in training and test",
                state="bad" if copied else "look" if both else "good",
                found=f"{share_of(both, len(asked))} stretches of the test text stand in the training text too"
                if both
                else f"none of {len(asked):,} stretches",
                method=f"stretches of {STRETCH} characters, beginning at every character; more than 1 % is a copy",
            ),
            Check(
                name="symbols that training lacks",
                state="look" if new else "good",
                found=f"{len(new)}: {' '.join(map(repr, new[:MOST_PLACES]))}" if new else "none",
                method="characters of the test text that do not occur in the training text",
            ),
        ),
        tested=f"The last {len(test):,} characters were tested on; the {len(training):,} before them were "
        "learned from.",
    )
