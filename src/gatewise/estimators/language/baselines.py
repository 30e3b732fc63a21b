"""What language models have to beat."""

from __future__ import annotations

from gatewise.estimators.baseline import Baseline
from gatewise.estimators.language.ngram import NGramModel

__all__ = ["BASELINES"]

BASELINES = (
    Baseline(
        "n-gram",
        NGramModel,
        "interpolated counts of n symbols in a row (Kneser–Ney), n as held-out text says",
    ),
)
