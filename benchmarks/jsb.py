"""JSB chorales: nats per frame of polyphonic music, the published comparison of the three cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.io import loadmat

from benchmarks.candidates import GATED, Candidate, mean_of, measure
from benchmarks.errors import GateError
from benchmarks.inputs import data_file
from benchmarks.metrics import confirm
from benchmarks.results import Result, Row, Target
from gatewise import LanguageModel

__all__ = ["run"]

Rolls = list[NDArray[np.uint8]]
PARTS = {"traindata": 229, "validdata": 76, "testdata": 77}
KEYS = 88
NATS = "nats per frame"
# Units per cell: about 20 thousand parameters each, as Chung et al. had; then about 300 thousand.
SMALL = {"RNN": 100, "LSTM": 36, "GRU": 46}
LARGE = {"RNN": 460, "LSTM": 220, "GRU": 260}
MARKOV = 10.49
KNOWN = {
    "tanh, 20 thousand (Chung et al. 2014)": 9.10,
    "GRU, 20 thousand (Chung et al. 2014)": 8.54,
    "LSTM, 20 thousand (Chung et al. 2014)": 8.67,
    "RNN, 300 thousand (Bai et al. 2018)": 8.91,
    "GRU, 300 thousand (Bai et al. 2018)": 8.43,
    "LSTM, 300 thousand (Bai et al. 2018)": 8.45,
}


@dataclass(frozen=True)
class Chorales:
    """Piano rolls (time, keys) as published."""

    training: Rolls
    test: Rolls

    @classmethod
    def read(cls) -> Chorales:
        """From the folder of real data, after counting."""
        parts = loadmat(data_file("polymusic", "JSB_Chorales.mat"))
        rolls = {name: list(parts[name][0]) for name in PARTS}
        found = {name: len(part) for name, part in rolls.items()}
        keys = {roll.shape[1] for part in rolls.values() for roll in part}
        if found != PARTS or keys != {KEYS}:
            raise GateError(f"JSB chorales: expected {PARTS} of {KEYS} keys, found {found} of {sorted(keys)}")
        return cls(rolls["traindata"], rolls["testdata"])


def run(*, seeds: int) -> Result:
    """Every cell in both sizes."""
    data = Chorales.read()
    checks = (
        "chorales and keys counted",
        confirm("nats per frame of a Markov chain per key", markov_nats(data.training, data.test), MARKOV, 1),
    )
    rows = [_measured(data, cell, size, seeds) for sizes in (SMALL, LARGE) for cell, size in sizes.items()]
    small = {cell: mean_of(rows, f"{cell}, {size} units", NATS) for cell, size in SMALL.items()}
    gated = max(small[cell] for cell in GATED)
    large = min(mean_of(rows, f"{cell}, {LARGE[cell]} units", NATS) for cell in GATED)
    rows += [{"method": method, NATS: (value,)} for method, value in KNOWN.items()]
    return Result(
        name="jsb",
        title="JSB chorales",
        protocol="Boulanger-Lewandowski's piano rolls, training and test part as published; every frame given "
        f"those before it, from the first on; default settings, {seeds} seed(s). Seconds of `fit`.",
        checks=checks,
        digits={NATS: 3, "parameters": 0, "seconds": 1},
        rows=tuple(rows),
        targets=(
            Target("nats per frame of the worse of LSTM and GRU, 20 thousand parameters,", gated, 8.55, 8.40),
            Target(
                "nats per frame by which the tanh RNN is worse than both,",
                small["RNN"] - gated,
                0.0,
                lower_is_better=False,
            ),
            Target("nats per frame of the better of LSTM and GRU, 300 thousand parameters,", large, 8.43),
        ),
    )


def markov_nats(training: Rolls, test: Rolls) -> float:
    """Nats per frame where each key depends on itself one frame before, with one occurrence of each added."""
    pairs = np.zeros((2, 2, training[0].shape[1]))
    for roll in training:
        for before, after in ((b, a) for b in (0, 1) for a in (0, 1)):
            pairs[before, after] += ((_shifted(roll) == before) & (roll == after)).sum(0)
    chance = (pairs + 1) / (pairs + 1).sum(1, keepdims=True)
    keys = np.arange(training[0].shape[1])
    total = sum(-np.log(chance[_shifted(roll), roll, keys]).sum() for roll in test)
    return float(total / sum(map(len, test)))


def _shifted(roll: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.concatenate([np.zeros_like(roll[:1]), roll[:-1]])


def _measured(data: Chorales, cell: str, size: int, seeds: int) -> Row:
    def build(seed: int) -> LanguageModel:
        return LanguageModel(cell, level="frame", hidden_size=size, random_state=seed)

    def score(model: LanguageModel) -> dict[str, float]:
        parameters = sum(weights.numel() for weights in model.networks_[0].parameters())
        return {NATS: model.score(data.test), "parameters": float(parameters)}

    candidate = Candidate(f"{cell}, {size} units", build)
    return measure(candidate, seeds, lambda model: model.fit(data.training), score)
