"""What taggers have to beat, cheapest first."""

from __future__ import annotations

from gatewise.estimators.baseline import Baseline
from gatewise.estimators.tagging.crf import CRFTagger
from gatewise.estimators.tagging.linear import LinearTagger, MajorityTagger
from gatewise.estimators.tagging.perceptron import FrequentTagger, PerceptronTagger

__all__ = ["BASELINES"]

BASELINES = (
    Baseline("majority", MajorityTagger, "the most frequent label", ("values",)),
    Baseline("linear", LinearTagger, "logistic regression on the steps around", ("values",)),
    Baseline("frequent", FrequentTagger, "the most frequent tag of each word", ("text",)),
    Baseline(
        "perceptron",
        PerceptronTagger,
        "averaged perceptron on words around, endings and earlier tags",
        ("text",),
    ),
    Baseline("CRF", CRFTagger, "conditional random field on words around, affixes and shapes", ("text",)),
)
