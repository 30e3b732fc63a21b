"""Parts of speech: Universal Dependencies, English ATIS."""

from __future__ import annotations

from benchmarks.candidates import CELLS, GATED, Candidate, mean_of, measure
from benchmarks.errors import GateError
from benchmarks.inputs import data_file
from benchmarks.metrics import confirm
from benchmarks.results import Result, Target
from gatewise import SequenceTagger
from gatewise.data.readers import read_tagged
from gatewise.data.sequences import SequenceSet
from gatewise.estimators.tagging.base import Tagger
from gatewise.estimators.tagging.crf import CRFTagger
from gatewise.estimators.tagging.perceptron import FrequentTagger, PerceptronTagger

__all__ = ["run"]

SIZES = {"train": 4_274, "dev": 572, "test": 586}
ACCURACY, SENTENCE = "accuracy, %", "sentence, %"
# How ties and unseen words are decided moves its second digit.
MOST_FREQUENT = 95.85
PERCEPTRON = {"averaged perceptron (recomputed)": 98.80}


def run(*, seeds: int) -> Result:
    """Every cell and both baselines, with default settings."""
    training, test = _read()
    most_frequent = 100 * FrequentTagger().fit(training).score(test)
    checks = (
        "sentences counted",
        confirm("accuracy of the most frequent label, %, without decimals", most_frequent, MOST_FREQUENT, 0),
    )
    rows = [
        measure(candidate, seeds, lambda model: model.fit(training), lambda model: _score(model, test))
        for candidate in _candidates()
    ]
    lower = min(mean_of(rows, cell, ACCURACY) for cell in GATED)
    rows += [{"method": method, ACCURACY: (value,)} for method, value in PERCEPTRON.items()]
    return Result(
        name="ud-atis",
        title="Parts of speech: UD English ATIS",
        protocol="Universal Dependencies, universal part-of-speech tags, training and test part as published, the "
        f"development part unused; default settings, {seeds} seed(s). Seconds of `fit`.",
        checks=checks,
        digits={ACCURACY: 2, SENTENCE: 1, "seconds": 1},
        rows=tuple(rows),
        targets=(
            Target(
                f"accuracy of the lower of {' and '.join(GATED)}, %,",
                lower,
                98.8,
                99.1,
                2,
                lower_is_better=False,
            ),
        ),
    )


def _score(model: Tagger, test: SequenceSet) -> dict[str, float]:
    metrics = model.evaluate(test)
    return {ACCURACY: 100 * metrics["accuracy"], SENTENCE: 100 * metrics["sentence accuracy"]}


def _read() -> tuple[SequenceSet, SequenceSet]:
    parts = {name: read_tagged(data_file("ud_english_atis", f"en_atis-ud-{name}.conllu")) for name in SIZES}
    found = {name: len(part) for name, part in parts.items()}
    if found != SIZES:
        raise GateError(f"UD English ATIS: expected {SIZES} sentences, found {found}")
    return parts["train"], parts["test"]


def _candidates() -> list[Candidate[Tagger]]:
    def network(cell: str) -> Candidate[Tagger]:
        return Candidate(cell, lambda seed: SequenceTagger(cell, random_state=seed))

    return [
        *map(network, CELLS),
        Candidate("most frequent label", lambda _: FrequentTagger(), seeded=False),
        Candidate("averaged perceptron", lambda _: PerceptronTagger(), seeded=False),
        Candidate("conditional random field", lambda _: CRFTagger(), seeded=False),
    ]
