"""What classifiers have to beat, cheapest first."""

from __future__ import annotations

from gatewise.estimators.baseline import Baseline
from gatewise.estimators.classification.linear import LinearClassifier, MajorityClassifier
from gatewise.estimators.classification.mfcc import SpokenLinear, SpokenNeighbour
from gatewise.estimators.classification.naive_bayes import NaiveBayesClassifier
from gatewise.estimators.classification.neighbour import DTW, WarpingNeighbour
from gatewise.estimators.classification.ridge import RocketClassifier, StatisticsClassifier
from gatewise.estimators.classification.spoken import SpokenRocket, SpokenStatistics
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
    Baseline(
        "statistics", StatisticsClassifier, "ridge regression on statistics of each channel", ("values",)
    ),
    Baseline("MiniRocket", RocketClassifier, "ridge regression on MiniRocket features", ("values",)),
    Baseline(
        "DTW-1NN",
        WarpingNeighbour,
        "the nearest training sequence by dynamic time warping",
        ("values",),
        extra=DTW,
    ),
    Baseline("naive Bayes", NaiveBayesClassifier, "naive Bayes on counts of words", ("text",)),
    Baseline(
        "TF-IDF",
        TfidfClassifier,
        "linear support vector machine on TF-IDF of words and characters",
        ("text",),
    ),
    Baseline("MFCC-1NN", SpokenNeighbour, "the nearest training recording by MFCC", ("audio",)),
    Baseline("MFCC-linear", SpokenLinear, "a linear model on MFCC of the whole recording", ("audio",)),
    Baseline("MFCC-statistics", SpokenStatistics, "ridge regression on statistics of MFCC", ("audio",)),
    Baseline(
        "MiniRocket", SpokenRocket, "ridge regression on MiniRocket features of log-mel levels", ("audio",)
    ),
)
