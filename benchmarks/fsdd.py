"""Spoken digits: recordings of known speakers, and of a speaker who was never heard."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from benchmarks.candidates import CELLS, GATED, Candidate, mean_of, measure, progress
from benchmarks.errors import GateError
from benchmarks.inputs import data_file
from benchmarks.results import Result, Row, Target
from gatewise import SequenceClassifier
from gatewise.data.readers.formats.recordings import read_recordings
from gatewise.data.sequences import SequenceSet
from gatewise.estimators.classification.base import Classifier
from gatewise.estimators.classification.linear import MajorityClassifier
from gatewise.estimators.classification.mfcc import SpokenLinear, SpokenNeighbour

__all__ = ["run"]

Rows = NDArray[np.int64]
Part = tuple[Rows, Rows]

SPEAKERS = ("george", "jackson", "nicolas", "theo")
RECORDINGS = 2000
DIGITS = 10
TEST_TAKES = 5
KNOWN = "known speakers, %"
UNKNOWN = "unknown speaker, %"


def run(*, seeds: int) -> Result:
    """Every cell and every baseline with default settings, by both protocols."""
    data = _read(data_file("fsdd", "recordings", "0_george_0.wav").parent)
    rows = [_measured(candidate, seeds, data) for candidate in _candidates()]
    known: Row = {"method": "1-NN on MFCC (recomputed, other features)", KNOWN: (98.0,), UNKNOWN: (61.0,)}
    return Result(
        name="fsdd",
        title="Spoken digits",
        protocol="Free Spoken Digit Dataset, 4 speakers. Known speakers: takes 0–4 of each are the test, 5–49 the "
        "training part. Unknown speaker: one is left out, mean of the four. Default settings, "
        f"{seeds} seed(s). Seconds of `fit` on the known speakers.",
        checks=(f"{RECORDINGS:,} recordings, {DIGITS} digits and {len(SPEAKERS)} speakers counted",),
        digits={KNOWN: 1, UNKNOWN: 1, **dict.fromkeys(SPEAKERS, 1), "seconds": 1},
        rows=(*rows, known),
        targets=(
            _target(rows, KNOWN, limit=99, aim=99.7),
            _target(rows, UNKNOWN, limit=78, aim=88),
        ),
    )


def _read(folder: Path) -> SequenceSet:
    data = read_recordings(folder)
    found = (len(data), len(set(data.target.tolist())), tuple(sorted(set(_groups(data).tolist()))))
    if found != (RECORDINGS, DIGITS, SPEAKERS):
        raise GateError(
            f"fsdd: expected {RECORDINGS} recordings of {DIGITS} digits by {', '.join(SPEAKERS)}, found "
            f"{found[0]} of {found[1]} by {', '.join(found[2])}"
        )
    return data


def _measured(candidate: Candidate[Classifier], seeds: int, data: SequenceSet) -> Row:
    progress(candidate.name)
    known = _by_take(data)

    def score(model: Classifier) -> dict[str, float]:
        apart = {
            name: _accuracy(_fitted(clone(model), data, part), data, part) for name, part in _by_speaker(data)
        }
        return {KNOWN: _accuracy(model, data, known), UNKNOWN: float(np.mean([*apart.values()])), **apart}

    return measure(candidate, seeds, lambda model: _fitted(model, data, known), score)


def _fitted(model: Classifier, data: SequenceSet, part: Part) -> Classifier:
    training = data.take(part[0])
    return model.fit(training.sequences, training.target, groups=training.groups)


def _accuracy(model: Classifier, data: SequenceSet, part: Part) -> float:
    test = data.take(part[1])
    return 100 * float(np.mean(model.predict(test.sequences) == test.target))


def _by_take(data: SequenceSet) -> Part:
    takes = np.array([int(Path(str(path)).stem.rsplit("_", 1)[1]) for path in data.sequences])
    return np.flatnonzero(takes >= TEST_TAKES), np.flatnonzero(takes < TEST_TAKES)


def _by_speaker(data: SequenceSet) -> list[tuple[str, Part]]:
    groups = _groups(data)
    return [(name, (np.flatnonzero(groups != name), np.flatnonzero(groups == name))) for name in SPEAKERS]


def _groups(data: SequenceSet) -> NDArray[np.generic]:
    if data.groups is None:
        raise GateError("fsdd: the names of the recordings do not say who speaks")
    return data.groups


def _target(rows: list[Row], column: str, *, limit: float, aim: float) -> Target:
    lower = min(mean_of(rows, cell, column) for cell in GATED)
    what = f"accuracy of the lower of {' and '.join(GATED)}, {column},"
    return Target(what, lower, limit, aim, 1, lower_is_better=False)


def _candidates() -> list[Candidate[Classifier]]:
    def network(cell: str) -> Candidate[Classifier]:
        return Candidate(cell, lambda seed: SequenceClassifier(cell, random_state=seed))

    return [
        *map(network, CELLS),
        Candidate("majority", lambda _: MajorityClassifier(), seeded=False),
        Candidate("MFCC, nearest neighbour", lambda _: SpokenNeighbour(), seeded=False),
        Candidate("MFCC, linear", lambda _: SpokenLinear(), seeded=False),
    ]
