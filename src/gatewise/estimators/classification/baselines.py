"""What classifiers have to beat, cheapest first."""

from __future__ import annotations

from gatewise.estimators.baseline import Baseline
from gatewise.estimators.classification.linear import LinearClassifier, MajorityClassifier
from gatewise.estimators.classification.mfcc import SpokenLinear, SpokenNeighbour
from gatewise.estimators.classification.tfidf import TfidfClassifier

__all__ = ["BASELINES"]

BASELINES = (
    Baseline("majority", MajorityClassifier, "the most frequent class"),
    Baseline(
        "linear",
        LinearClassifier,
        "logistic regression on the whole sequence at once, resampled to 16 steps",
        ("values",),
    ),
    Baseline("TF-IDF", TfidfClassifier, "logistic regression on TF-IDF of words and characters", ("text",)),
    Baseline("MFCC-1NN", SpokenNeighbour, "the nearest training recording by MFCC", ("audio",)),
    Baseline("MFCC-linear", SpokenLinear, "a linear model on MFCC of the whole recording", ("audio",)),
)
