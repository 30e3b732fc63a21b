"""Classification of sequences: three sets of the UEA archive, official training and test parts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sklearn.neighbors import KNeighborsClassifier

from benchmarks.candidates import CELLS, GATED, Candidate, mean_of, measure, progress
from benchmarks.errors import GateError
from benchmarks.inputs import data_file
from benchmarks.metrics import confirm
from benchmarks.results import Result, Row, Target
from gatewise import SequenceClassifier
from gatewise.data.readers import read_labelled
from gatewise.data.sequences import SequenceSet
from gatewise.estimators.classification.base import Classifier
from gatewise.estimators.classification.linear import LinearClassifier, MajorityClassifier, resample
from gatewise.estimators.classification.ridge import RocketClassifier, StatisticsClassifier

__all__ = ["run"]


@dataclass(frozen=True)
class DataSet:
    """A set of the archive, what is known about it, and what to reach in percent.

    Attributes
    ----------
    training, test, channels, classes : int
    known : dict of str to float
        Accuracy in percent of other methods.
    limit, aim : float or None
    """

    name: str
    training: int
    test: int
    channels: int
    classes: int
    known: dict[str, float]
    limit: float | None = None
    aim: float | None = None

    def read(self) -> tuple[SequenceSet, SequenceSet]:
        """Training and test part, after counting."""
        parts = [read_labelled(self._file(part)) for part in ("TRAIN", "TEST")]
        found = (*map(len, parts), len(parts[0].channels), len(set(parts[0].target)))
        if found != (self.training, self.test, self.channels, self.classes):
            raise GateError(
                f"{self.name}: expected {self.training} and {self.test} sequences, {self.channels} channel(s) "
                f"and {self.classes} classes, found {', '.join(map(str, found))}"
            )
        return parts[0], parts[1]

    def _file(self, part: str) -> Path:
        return data_file("uea", self.name, f"{self.name}_{part}.ts")


DATA_SETS = (
    DataSet(
        "JapaneseVowels",
        270,
        370,
        12,
        9,
        {"ridge on resampled series (recomputed)": 98.4, "1-NN (recomputed)": 95.1},
        97,
        98.6,
    ),
    DataSet(
        "BasicMotions",
        40,
        40,
        6,
        4,
        {"ridge on resampled series (recomputed)": 75, "random convolution kernels (published)": 100},
        95,
    ),
    DataSet("PickupGestureWiimoteZ", 50, 50, 1, 10, {}),
)
CHECKED, KNOWN = "JapaneseVowels", 95.1
ACCURACY = "accuracy, %"
LONGEST = 29  # steps of JapaneseVowels


def run(*, seeds: int) -> Result:
    """Every cell and every baseline with default settings on every set."""
    parts = {one.name: one.read() for one in DATA_SETS}
    checks = (
        "sequences, channels and classes of every set counted",
        confirm(f"1-NN on resampled {CHECKED}", _nearest_neighbour(*parts[CHECKED]), KNOWN, 1),
    )
    rows: list[Row] = []
    targets = []
    for one in DATA_SETS:
        progress(one.name)
        measured = _measured(*parts[one.name], seeds)
        if one.limit is not None:
            lower = min(mean_of(measured, cell, ACCURACY) for cell in GATED)
            what = f"accuracy on {one.name} of the lower of {' and '.join(GATED)}, %,"
            targets.append(Target(what, lower, one.limit, one.aim, 1, lower_is_better=False))
        known: list[Row] = [{"method": method, ACCURACY: (value,)} for method, value in one.known.items()]
        rows += [{"data": one.name, **row} for row in (*measured, *known)]
    return Result(
        name="classify",
        title="Classification of sequences",
        protocol="UEA archive, official training and test parts, default settings, "
        f"{seeds} seed(s). Seconds of `fit`.",
        checks=checks,
        digits={ACCURACY: 1, "seconds": 1},
        rows=tuple(rows),
        targets=tuple(targets),
    )


def _measured(training: SequenceSet, test: SequenceSet, seeds: int) -> list[Row]:
    return [
        measure(
            candidate,
            seeds,
            lambda model: model.fit(training),
            lambda model: {ACCURACY: 100 * model.evaluate(test)["accuracy"]},
        )
        for candidate in _candidates()
    ]


def _nearest_neighbour(training: SequenceSet, test: SequenceSet) -> float:
    """Accuracy in percent of the Euclidean neighbour, all sequences stretched to the longest."""
    flat = [resample(part.sequences, LONGEST).reshape(len(part), -1) for part in (training, test)]
    neighbours = KNeighborsClassifier(1).fit(flat[0], training.target)
    return 100 * float(neighbours.score(flat[1], test.target))


def _candidates() -> list[Candidate[Classifier]]:
    def network(cell: str) -> Candidate[Classifier]:
        return Candidate(cell, lambda seed: SequenceClassifier(cell, random_state=seed))

    return [
        *map(network, CELLS),
        Candidate("majority", lambda _: MajorityClassifier(), seeded=False),
        Candidate("linear", lambda _: LinearClassifier(), seeded=False),
        Candidate("statistics", lambda _: StatisticsClassifier(), seeded=False),
        Candidate("MiniRocket", lambda _: RocketClassifier(), seeded=False),
    ]
