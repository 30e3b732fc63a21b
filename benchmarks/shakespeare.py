"""Tiny Shakespeare: nats per character of the last tenth, learned from the rest."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.candidates import CELLS, Candidate, mean_of, measure, progress
from benchmarks.errors import GateError
from benchmarks.inputs import data_file
from benchmarks.metrics import confirm
from benchmarks.results import Result, Row, Target
from gatewise import LanguageModel, LanguageModelConfig, TrainingConfig
from gatewise.estimators.language.base import LanguageEstimator
from gatewise.estimators.language.ngram import NGramModel
from gatewise.estimators.language.plan import DEFAULTS

__all__ = ["run"]

CHARACTERS, SYMBOLS = 1_115_394, 65
NATS, BITS = "nats per character", "bits per character"
# By seconds of training: what the best cell is to reach.
LIMITS = {300.0: 1.50, 1800.0: 1.43}
KNOWN = {
    "interpolated 5-gram (recomputed elsewhere)": 1.690,
    "Transformer (Feng et al. 2024)": 1.547,
    "minGRU (Feng et al. 2024)": 1.548,
    "minLSTM (Feng et al. 2024)": 1.555,
}
UNIGRAM = 3.3128  # entropy in nats of the characters of the whole text


def run(*, seeds: int, seconds: float, updates: int | None = None, cells: Sequence[str] = CELLS) -> Result:
    """Every cell with default settings and this much time, and n-grams.

    With ``updates`` each cell gets so many instead, of the network that is planned for the time: what else the machine
    does then changes nothing but the seconds.
    """
    text = data_file("tinyshakespeare", "input.txt").read_text(encoding="utf-8")
    found = (len(text), len(set(text)))
    if found != (CHARACTERS, SYMBOLS):
        raise GateError(
            f"Tiny Shakespeare: expected {CHARACTERS} characters and {SYMBOLS} symbols, found {found}"
        )
    whole = NGramModel(1).fit(text).score(text)
    checks = (
        "characters and symbols counted",
        confirm("nats per character of a unigram on its own text", whole, UNIGRAM, 3),
    )
    training, test = text[: int(0.9 * len(text))], text[int(0.9 * len(text)) :]
    candidates = _candidates(cells, seconds, updates, len(training))
    rows = [_measured(candidate, training, test, seeds) for candidate in candidates]
    rows += [{"method": method, NATS: (value,)} for method, value in KNOWN.items()]
    best = min(mean_of(rows, cell, NATS) for cell in cells)
    spent = f"{seconds:.0f} seconds" if updates is None else f"{updates:,} updates"
    targets = []
    if seconds in LIMITS:
        what = f"nats per character of the best cell after {spent}"
        targets.append(Target(what, best, LIMITS[seconds], digits=3))
    if {"LSTM", "GRU"} <= set(cells):
        behind = mean_of(rows, "GRU", NATS) / mean_of(rows, "LSTM", NATS)
        targets.append(Target("the GRU's nats as a part of the LSTM's", behind, 1.02, digits=3))
    return Result(
        name=f"shakespeare-{seconds:.0f}s" + ("" if updates is None else "-updates"),
        title=f"Tiny Shakespeare, {spent} of training",
        protocol="The first 90 % of the characters for training, the last 10 % for test, read in one go with the "
        f"state carried along; default settings, {seeds} seed(s). Seconds of `fit`.",
        checks=checks,
        digits={NATS: 3, BITS: 3, "units": 0, "seconds": 1},
        rows=tuple(rows),
        targets=tuple(targets),
    )


def _measured(candidate: Candidate[LanguageEstimator], training: str, test: str, seeds: int) -> Row:
    def score(model: LanguageEstimator) -> dict[str, float]:
        found = model.evaluate(test)
        sample = model.generate("ROMEO:", 60, temperature=0.8, random_state=0)
        progress(f"{candidate.name} writes: {sample!r}")
        size = {"units": float(model.plan_.hidden_size)} if isinstance(model, LanguageModel) else {}
        return {NATS: found["nats per symbol"], BITS: found[BITS], **size}

    return measure(candidate, seeds, lambda model: model.fit(training), score)


def _candidates(
    cells: Sequence[str], seconds: float, updates: int | None, characters: int
) -> list[Candidate[LanguageEstimator]]:
    def network(cell: str) -> Candidate[LanguageEstimator]:
        return Candidate(cell, lambda seed: _network(cell, seed, seconds, updates, characters))

    def counts(order: int) -> Candidate[LanguageEstimator]:
        return Candidate(f"{order}-gram, Kneser–Ney", lambda _: NGramModel(order), seeded=False)

    return [*map(network, cells), *map(counts, (5, 6))]


def _network(cell: str, seed: int, seconds: float, updates: int | None, characters: int) -> LanguageModel:
    if updates is None:
        return LanguageModel(cell, max_seconds=seconds, random_state=seed)
    size = DEFAULTS["symbols"].size(characters, seconds)
    config = LanguageModelConfig(
        num_layers=size.num_layers, dropout=size.dropout, training=TrainingConfig(steps=updates)
    )
    return LanguageModel(cell, hidden_size=size.hidden_size, random_state=seed, config=config)
