"""A text: how well the next symbol is predicted."""

from __future__ import annotations

import math
from copy import copy
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from gatewise.comparison.checks.texts import text_checks
from gatewise.comparison.details.common import Answers
from gatewise.comparison.details.texts import surprise, text_details
from gatewise.comparison.tasks.base import Scores, Settings, Task, timed
from gatewise.data.corpus import Corpus
from gatewise.data.streams import windows
from gatewise.errors import DataError
from gatewise.estimators.language.network import LanguageModel
from gatewise.nn import Cell
from gatewise.verdict.evidence import DataChecks, DataFacts, Details, Examples, Metric
from gatewise.verdict.units import Units

__all__ = ["LanguageTask"]

TEST_SHARE = 0.1
BLOCKS = 30
FEWEST = 2000
WRITTEN = 300


class LanguageTask(Task):
    """A text whose end is predicted from its beginning; a test unit is one of 30 stretches of the test text.

    Fold ``f`` tests on one of the last tenths of the text and trains on all that comes before it.
    """

    name = "language"
    length_label = "symbols"
    first_rates = (8e-3, 3e-3, 1.2e-2)

    def __init__(
        self,
        data: Corpus,
        prototype: LanguageModel,
        *,
        test: Corpus | None = None,
        folds: int | None = 1,
        random_state: int = 0,
    ) -> None:
        super().__init__(prototype, random_state)
        folds = folds or 1
        self.data, self.level = data, prototype.level
        # Less text has other sub-words, of which each says more or less.
        self.per = "character" if self.level == "subword" else self.level
        self.metric = Metric(
            name=f"nats per {self.per}",
            unit=f"nats per {self.per}",
            method=f"mean of −ln p(next {self.per}) over {BLOCKS} stretches of the test text, each read from its start",
        )
        self.test = test
        text = data.text
        if len(text) < FEWEST:
            raise DataError(
                f"{data.source}: expected a text of at least {FEWEST:,} characters to be split into training "
                f"and test, got {len(text):,}"
            )
        if test is not None and len(test.text) < BLOCKS:
            raise DataError(
                f"{test.source}: expected a test text of at least {BLOCKS} characters, got {len(test.text)}"
            )
        if test is not None:
            self.parts = [(text, test.text)]
        else:
            size = int(TEST_SHARE * len(text) / folds)
            ends = [len(text) - (folds - fold - 1) * size for fold in range(folds)]
            self.parts = [(text[: end - size], text[end - size : end]) for end in ends]
        self.folds = len(self.parts)
        self._probe: LanguageModel = clone(prototype)
        self._encoded = self._probe.learn_symbols(self.parts[0][0])
        self._probe.prepare(self._encoded)

    def fit(self, estimator: Any, fold: int, settings: Settings | None = None) -> None:
        text = self.parts[fold][0]
        if settings is not None and settings.amount < 1:
            text = text[-max(FEWEST // 2, round(settings.amount * len(text))) :]
        estimator.fit(text)

    def fit_for_tuning(self, estimator: Any, fold: int, settings: Settings) -> float:  # noqa: ARG002
        text = self.parts[fold][0]
        cut = round((1 - TEST_SHARE) * len(text))
        estimator.fit(text[:cut])
        return self._nats(estimator, text[cut:])

    def fit_all(self, estimator: Any, *, with_test: bool = False) -> None:
        more = [self.test.text] if with_test and self.test is not None else []
        estimator.fit([self.data.text, *more])

    def few(self, count: int) -> Corpus:
        """Return the beginning of the test text; there is one."""
        return Corpus(self.parts[0][1][: max(FEWEST, count)], source=self.data.source)

    def score(self, estimator: Any, fold: int, settings: Settings | None = None) -> Scores:  # noqa: ARG002
        test = self.parts[fold][1]
        units, seconds = timed(self.errors, estimator, fold)
        metrics = estimator.evaluate(test)
        shown = {name: value for name, value in metrics.items() if not name.startswith(("nats", "symbols"))}
        return Scores(units, shown, {}, seconds / metrics["symbols"])

    def further_answers(self, estimator: Any, fold: int, scores: Scores) -> dict[str, NDArray[Any]]:
        stretches = self._stretches(self.parts[fold][1])
        worst = int(scores.units.argmax())
        probe = surprise(estimator, stretches[0])
        text = ""
        if isinstance(estimator, LanguageModel):
            start = self.parts[fold][1][:40]
            text = estimator.generate(start, length=WRITTEN, random_state=self.random_state)
        return {
            **surprise(estimator, stretches[worst]),
            "stretch": np.array([worst]),
            "probe": probe["nats"],
            "probe symbols": probe["symbols"],
            "text": np.array([text]),
        }

    def errors(self, estimator: Any, fold: int, settings: Settings | None = None) -> NDArray[np.float64]:  # noqa: ARG002
        return np.array([self._nats(estimator, stretch) for stretch in self._stretches(self.parts[fold][1])])

    def _nats(self, estimator: Any, text: str) -> float:
        return float(estimator.evaluate(text)[f"bits per {self.per}"]) * math.log(2)

    def _stretches(self, text: str) -> list[str]:
        edges = np.linspace(0, len(text), BLOCKS + 1).astype(np.int64)
        return [text[begin:end] for begin, end in pairwise(edges)]

    def usual_rate(self, cell: str | Cell, hidden_size: int) -> float:
        probe: Any = copy(self._probe).set_params(cell=cell, hidden_size=hidden_size)
        self._size(probe)
        rate: float = probe.plan_.training.learning_rate
        return float(f"{rate:.3g}")

    def _size(self, probe: Any) -> None:
        probe.prepare(self._encoded)

    def sample(self, estimator: LanguageModel, count: int) -> Any:
        # Streams that stand side by side; the gradient is followed through one window of each.
        window = estimator.plan_.window
        stretches = [estimator.vocabulary_.encode(text) for text in self._stretches(self.parts[0][1])]
        rows = [stretches[number] for number in np.resize(np.arange(len(stretches)), count)]
        return next(windows([row[:window] for row in rows], window))

    def batch_size(self) -> int:
        return self._probe.plan_.rows

    def default_steps(self) -> int:
        return self._probe.plan_.steps

    def units(self) -> Units:
        return Units(
            noun="stretches of text",
            about="more text like that of the test",
            groups=((0,) * BLOCKS,) * self.folds,
            times=tuple(tuple(range(fold * BLOCKS, (fold + 1) * BLOCKS)) for fold in range(self.folds)),
        )

    def lengths_of_units(self) -> NDArray[np.int64]:
        return np.full(BLOCKS, len(self.parts[0][1]) // BLOCKS)

    def facts(self, folds: int | None = None) -> DataFacts:
        training, test = self.parts[0]
        folds = folds or self.folds
        return DataFacts(
            source=self.data.source,
            task=self.name,
            summary=f"{len(self.data.text):,} characters",
            facts={
                "symbols": f"{self._probe.vocabulary_.size:,} different {self.level}s",
                "training": f"{len(training):,} characters",
                "test": f"{len(test):,} characters after them, in {folds} fold{'s' if folds > 1 else ''}",
            },
            notes=self.data.notes,
            step_unit="sub-words" if self.level == "subword" else f"{self.level}s",
        )

    def examples(self, answers: Answers) -> Examples:
        written = {name: str(by_fold[0]["text"][0]) for name, by_fold in answers.items()}
        return Examples(written={name: text for name, text in written.items() if text})

    def details(self, answers: Answers, leaders: tuple[str, ...]) -> Details:
        return text_details(answers, leaders, BLOCKS, self.per)

    def checks(self) -> DataChecks:
        return text_checks(*self.parts[0])
