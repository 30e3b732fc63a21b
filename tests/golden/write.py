"""Write this version's set of golden models.

Run for a version, before it is released::

    PYTHONPATH=src:tests python -m golden.write

A set is a folder named after the version. What is there is never written again, only what is missing is added: it is
what users have on their disks, and ``tests/test_golden.py`` loads all of them. Only names are used here that outlive
the places where classes stand: those in the files.
"""

from __future__ import annotations

import json
import tempfile
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from golden.answers import answers

import gatewise
from gatewise import (
    ClassifierConfig,
    ForecasterConfig,
    LanguageModel,
    LanguageModelConfig,
    RegressorConfig,
    SequenceClassifier,
    SequenceForecaster,
    SequenceRegressor,
    SequenceTagger,
    TaggerConfig,
    TrainingConfig,
)
from gatewise.comparison.config import ComparisonConfig
from gatewise.estimators.loading import ESTIMATORS
from gatewise.estimators.saving.directory import save

SETS = Path(__file__).parent
RATE = 8000
TRAINING = TrainingConfig(steps=40, learning_rate=0.02)
SMALL: dict[str, Any] = {"hidden_size": 4, "random_state": 0}
# No two symbols are equally likely anywhere: which comes first does not hang on a rounding.
STORY = ("the cat sat on the mat. " * 3 + "a dog sat on the log. ") * 4
# Name of the case, which begins with that of the estimator; the estimator; what it is fitted on; what it is asked.
Case = tuple[str, Any, tuple[tuple[Any, ...], dict[str, Any]], dict[str, Any]]


def main() -> None:
    """Write what the set does not have."""
    place = SETS / gatewise.__version__
    place.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=SETS) as workshop:
        folder = Path(workshop)
        _write(folder, place.relative_to(SETS.parent.parent))
        for written in folder.iterdir():
            if not (place / written.name).exists():
                written.replace(place / written.name)


def _write(folder: Path, later: Path) -> None:
    recordings = _recordings(folder)
    for name, estimator, (data, options), question in [
        *_forecasters(), *_on_arrays(), *_on_words(), *_on_recordings(recordings), *_language_models()
    ]:  # fmt: skip
        save(estimator.fit(*data, **options), folder / name, later=later / name)
        found = answers(estimator, question, folder)
        text = json.dumps({"question": question, "answers": found}, ensure_ascii=False)
        (folder / name / "answers.json").write_text(text + "\n", encoding="utf-8")
    for path in recordings[4:]:
        path.unlink()
    config = ComparisonConfig(seeds=2, trials=1, workers=1, hidden_size=3)
    few = TrainingConfig(steps=10)
    series = _series(120)[0][["ds", "y"]]
    for name, data, options in (
        ("classification", _arrays_as_frame(), {"estimator": ClassifierConfig(training=few)}),
        ("forecast", series, {"horizon": 3, "estimator": ForecasterConfig(context_length=12, training=few)}),
    ):
        comparison = gatewise.compare(data, config=config, **options)
        comparison.to_json(folder / f"comparison-{name}.json")


def _series(rows: int) -> list[pd.DataFrame]:
    """Two hourly series with a season of six rows and one covariate of each kind."""
    random, place = np.random.default_rng(0), np.arange(rows)
    promotion = random.integers(0, 2, rows).astype(float)
    return [
        pd.DataFrame(
            {
                "unique_id": name,
                "ds": pd.date_range("2024-01-01", periods=rows, freq="h"),
                "y": 10 + size * np.sin(place * np.pi / 3) + 2 * promotion + 0.1 * random.normal(size=rows),
                "promotion": promotion,
                "weather": random.normal(size=rows).round(2),
                "size": size,
            }
        )
        for name, size in (("a", 1.0), ("b", 2.0))
    ]


def _forecasters() -> list[Case]:
    rows = 120
    frames = _series(rows + 3)
    config = ForecasterConfig(context_length=12, season_length=6, training=TRAINING)
    plain = frames[0][["ds", "y"]]
    both = pd.concat(frame[:rows] for frame in frames)
    columns = {"known": "promotion", "past": "weather", "static": "size"}
    ahead = pd.concat(frame[rows:] for frame in frames)[["unique_id", "ds", "promotion"]]
    future = {"future": ahead.astype({"ds": str}).to_dict("list")}
    options: dict[str, Any] = {"random_state": 0, "config": config}
    few = config.model_copy(update={"members": 1, "transform": "none"})
    return [
        (
            "SequenceForecaster",
            SequenceForecaster("GRU", 3, **SMALL, config=config),
            ((plain,), {}),
            {"future": {}},
        ),
        (
            "SequenceForecaster-covariates",
            SequenceForecaster("LSTM", 3, **SMALL, levels=(80, 95), config=few),
            ((both,), columns),
            future,
        ),
        ("SeasonalNaive", ESTIMATORS["SeasonalNaive"](3, **options), ((plain,), {}), {"future": {}}),
        ("DriftForecaster", ESTIMATORS["DriftForecaster"](3, **options), ((plain,), {}), {"future": {}}),
        ("LinearForecaster", ESTIMATORS["LinearForecaster"](3, **options), ((plain,), {}), {"future": {}}),
        (
            "BoostingForecaster",
            ESTIMATORS["BoostingForecaster"](3, **options),
            ((plain,), {}),
            {"future": {}},
        ),
        (
            "LinearForecaster-covariates",
            ESTIMATORS["LinearForecaster"](3, **options),
            ((both,), columns),
            future,
        ),
        *(
            (name, ESTIMATORS[name](3, **options), ((plain,), {}), {"future": {}})
            for name in ("AutoThetaForecaster", "AutoETSForecaster")
        ),
        *(
            (f"{name}-all-columns", ESTIMATORS[name](3, **options), ((both,), columns), future)
            for name in ("LinearForecaster", "BoostingForecaster")
        ),
    ]


def _arrays() -> list[np.ndarray]:
    random = np.random.default_rng(1)
    return [
        random.normal(size=(5 + number % 4, 2)).round(2).astype(np.float32) + number % 3
        for number in range(24)
    ]


def _arrays_as_frame() -> pd.DataFrame:
    return pd.concat(
        pd.DataFrame(
            {
                "id": number,
                "time": range(len(rows)),
                "a": rows[:, 0],
                "b": rows[:, 1],
                "label": "xyz"[number % 3],
            }
        )
        for number, rows in enumerate(_arrays())
    )


def _on_arrays() -> list[Case]:
    arrays = _arrays()
    question = {
        "arrays": [[[round(float(value), 2) for value in row] for row in rows] for rows in arrays[:4]]
    }
    labels, numbers = ["xyz"[number % 3] for number in range(24)], [number % 3 for number in range(24)]
    means = [float(rows.mean()) for rows in arrays]
    sums = [rows.sum(axis=1).cumsum() for rows in arrays]
    signs = [["up" if row.sum() > 2 else "down" for row in rows] for rows in arrays]
    classify = ClassifierConfig(training=TRAINING)
    regress = RegressorConfig(members=2, training=TRAINING)
    fits: list[tuple[str, Any, Any]] = [
        ("SequenceClassifier", SequenceClassifier("GRU", **SMALL, config=classify), labels),
        (
            "SequenceClassifier-last-state",
            SequenceClassifier(
                "RNN",
                **SMALL,
                config=ClassifierConfig(readout="last", num_layers=2, members=2, training=TRAINING),
            ),
            numbers,
        ),
        ("LinearClassifier", ESTIMATORS["LinearClassifier"](points=3), labels),
        ("MajorityClassifier", ESTIMATORS["MajorityClassifier"](), numbers),
        ("SequenceRegressor", SequenceRegressor("LSTM", **SMALL, config=regress), means),
        ("SequenceRegressor-per-step", SequenceRegressor("GRU", **SMALL, config=regress), sums),
        ("RocketClassifier", ESTIMATORS["RocketClassifier"](features=168), labels),
        ("WarpingNeighbour", ESTIMATORS["WarpingNeighbour"](), labels),
        ("StatisticsClassifier", ESTIMATORS["StatisticsClassifier"](), labels),
        ("MedianRegressor", ESTIMATORS["MedianRegressor"](), means),
        ("RocketRegressor", ESTIMATORS["RocketRegressor"](features=168), means),
        ("StatisticsRegressor", ESTIMATORS["StatisticsRegressor"](), means),
        ("StatisticsRegressor-per-step", ESTIMATORS["StatisticsRegressor"](), sums),
        ("RidgeRegressor", ESTIMATORS["RidgeRegressor"](), means),
        ("RidgeRegressor-per-step", ESTIMATORS["RidgeRegressor"](), sums),
        ("MeanRegressor", ESTIMATORS["MeanRegressor"](), means),
        ("BoostingRegressor", ESTIMATORS["BoostingRegressor"](random_state=0), sums),
        (
            "SequenceTagger-values",
            SequenceTagger("GRU", **SMALL, config=TaggerConfig(training=TRAINING)),
            signs,
        ),
        ("LinearTagger", ESTIMATORS["LinearTagger"](), signs),
        ("MajorityTagger", ESTIMATORS["MajorityTagger"](), signs),
    ]
    return [(name, estimator, ((arrays, y), {}), question) for name, estimator, y in fits]


def _on_words() -> list[Case]:
    sentences = [
        ["fly", "to", "New", "York"],
        ["go", "from", "Lima", "to", "Rome"],
        ["fly", "from", "Oslo"],
    ] * 6
    spans = [["O", "O", "B-to", "I-to"], ["O", "O", "B-from", "O", "B-to"], ["O", "O", "B-from"]] * 6
    asked = {"texts": [["go", "to", "New", "York"], ["Lima", "from", "Paris", "!"]]}
    texts, labels = [" ".join(words) for words in sentences], ["to", "both", "from"] * 6
    classifier = SequenceClassifier("LSTM", **SMALL, config=ClassifierConfig(training=TRAINING))
    tagger = SequenceTagger("LSTM", **SMALL, config=TaggerConfig(training=TRAINING))
    regressor = SequenceRegressor("GRU", **SMALL, config=RegressorConfig(training=TRAINING))
    values, of_two = [1.5, 4.0, 2.5] * 6, [[1.5, -10.0], [4.0, 30.0], [2.5, 5.0]] * 6
    asked_of_texts = {"texts": ["go to New York", "from Paris!"]}
    return [
        ("SequenceRegressor-several", regressor, ((texts, of_two), {}), asked_of_texts),
        ("TfidfRegressor", ESTIMATORS["TfidfRegressor"](), ((texts, values), {}), asked_of_texts),
        (
            "SequenceClassifier-text",
            classifier,
            ((texts, labels), {}),
            {"texts": ["go to New York", "from Paris!"]},
        ),
        (
            "NaiveBayesClassifier",
            ESTIMATORS["NaiveBayesClassifier"](),
            ((texts, labels), {}),
            {"texts": ["go to New York", "from Paris!"]},
        ),
        (
            "TfidfClassifier",
            ESTIMATORS["TfidfClassifier"](),
            ((texts, labels), {}),
            {"texts": ["go to New York", "from Paris!"]},
        ),
        ("SequenceTagger", tagger, ((sentences, spans), {}), asked),
        ("FrequentTagger", ESTIMATORS["FrequentTagger"](), ((sentences, spans), {}), asked),
        ("PerceptronTagger", ESTIMATORS["PerceptronTagger"](), ((sentences, spans), {}), asked),
        ("CRFTagger", ESTIMATORS["CRFTagger"](), ((sentences, spans), {}), asked),
    ]


def _recordings(folder: Path) -> list[Path]:
    """Low and high tones in turn; the first four stay, to be asked about."""
    random, paths = np.random.default_rng(2), []
    for number in range(12):
        at = np.arange(800 + 100 * number) / RATE
        tone = np.sin(2 * np.pi * (300 + 1200 * (number % 2)) * at) * np.hanning(len(at)) * 0.3
        samples = (32767 * (tone + random.normal(0, 0.001, len(at)))).astype("<i2")
        paths.append(folder / f"{number}.wav")
        with wave.open(str(paths[-1]), "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes(samples.tobytes())
    return paths


def _on_recordings(recordings: list[Path]) -> list[Case]:
    labels, question = ["low", "high"] * 6, {"recordings": [path.name for path in recordings[:4]]}
    network = SequenceClassifier("RNN", **SMALL, config=ClassifierConfig(training=TRAINING))
    return [
        (name, estimator, ((recordings, labels), {}), question)
        for name, estimator in (
            ("SequenceClassifier-audio", network),
            ("SpokenLinear", ESTIMATORS["SpokenLinear"](points=4)),
            ("SpokenNeighbour", ESTIMATORS["SpokenNeighbour"](points=4)),
            ("SpokenRocket", ESTIMATORS["SpokenRocket"](features=168)),
            ("SpokenStatistics", ESTIMATORS["SpokenStatistics"]()),
        )
    ]


def _language_models() -> list[Case]:
    config = LanguageModelConfig(window=20, embedding_size=4, vocabulary_size=260, training=TRAINING)
    asked = {"text": "the dog sat on the mat."}
    rolls = [np.eye(4, dtype=np.uint8)[np.arange(start, start + 12) % 4] for start in range(12)]
    heard = {"rolls": [rolls[1].tolist()]}
    cells = {"character": "GRU", "byte": "LSTM", "word": "RNN", "subword": "GRU"}
    ngram = ESTIMATORS["NGramModel"]
    return [
        *(
            (
                f"LanguageModel-{level}",
                LanguageModel(cell, level=level, **SMALL, config=config),
                ((STORY,), {}),
                asked,
            )
            for level, cell in cells.items()
        ),
        (
            "LanguageModel-frame",
            LanguageModel("LSTM", level="frame", **SMALL, config=config),
            ((rolls,), {}),
            heard,
        ),
        *((f"NGramModel-{level}", ngram(level=level), ((STORY,), {}), asked) for level in cells),
    ]


if __name__ == "__main__":
    main()
