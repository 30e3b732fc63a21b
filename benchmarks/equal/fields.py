"""What cells are trained on: data sets, and networks that a plan may choose for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from pydantic import BaseModel

from benchmarks.jsb import LARGE, SMALL, Chorales
from benchmarks.named import named
from benchmarks.public import PUBLIC, PublicSet
from gatewise import ClassifierConfig, ForecasterConfig, LanguageModel, LanguageModelConfig, TrainingConfig
from gatewise.comparison.compare import prepare
from gatewise.comparison.tasks.base import Settings

__all__ = ["Field", "Start", "fields"]

PARTS = 10


@dataclass(frozen=True)
class Start:
    """What one cell is trained with by default."""

    cell: str
    hidden_size: int
    rate: float
    steps: int


class Field(Protocol):
    """A data set, and networks that a plan may choose for it.

    Attributes
    ----------
    name : str
    shares : tuple of float
        How long they are trained: shares of the updates that are usual there.
    """

    @property
    def name(self) -> str: ...

    @property
    def shares(self) -> tuple[float, ...]: ...

    def prepare(self) -> tuple[Any, list[Start]]:
        """What makes, trains and scores estimators as a task of a comparison does; and where each cell starts."""


@dataclass(frozen=True)
class Compared:
    """A data set as :func:`gatewise.compare` prepares it.

    ``hidden_size`` is the GRU's, to which the others are matched; ``size`` says in tables what is not the default.
    """

    public: PublicSet
    size: str = ""
    hidden_size: int | None = None
    estimator: BaseModel | None = None
    shares: tuple[float, ...] = (0.25, 1.0)

    @property
    def name(self) -> str:
        """Of data and size."""
        return ", ".join(filter(None, (self.public.name, self.size)))

    def prepare(self) -> tuple[Any, list[Start]]:
        """The task of a comparison, and the plan's sizes, rates and updates."""
        public = self.public
        prepared = prepare(
            public.data(),
            test=None if public.test is None else public.test(),
            estimator=self.estimator,
            hidden_size=self.hidden_size,
            **public.options,
        )
        plan = prepared.plan
        starts = [
            Start(name, plan.sizes[name], plan.first_rates[name][0], plan.steps[name]) for name in plan.cells
        ]
        return prepared.task, starts


@dataclass(frozen=True)
class Music:
    """Frames of the JSB chorales, in the sizes of the published comparisons."""

    size: str
    sizes: dict[str, int]
    shares: tuple[float, ...] = (0.25, 1.0)

    @property
    def name(self) -> str:
        """Of data and size."""
        return f"JSB, {self.size}"

    def prepare(self) -> tuple[Any, list[Start]]:
        """The chorales, and what :class:`~gatewise.LanguageModel` takes by itself."""
        task = ChoraleTask(tuple(Chorales.read().training))
        starts = []
        for cell, hidden in self.sizes.items():
            probe = LanguageModel(cell, level="frame", hidden_size=hidden)
            probe.prepare(probe.learn_symbols(list(task.rolls)))
            rate = probe.plan_.training.peak_rate
            starts.append(Start(cell, hidden, rate, probe.plan_.steps))
        return task, starts


@dataclass(frozen=True)
class ChoraleTask:
    """Trains on nine tenths of the training chorales and scores on the others."""

    rolls: tuple[Any, ...]

    def estimator(self, settings: Settings) -> LanguageModel:
        """An unfitted language model of frames."""
        training = TrainingConfig(learning_rate=settings.learning_rate, steps=settings.steps)
        return LanguageModel(
            settings.cell,
            level="frame",
            hidden_size=settings.hidden_size,
            random_state=settings.seed,
            config=LanguageModelConfig(training=training),
        )

    def fit_for_tuning(self, estimator: LanguageModel, fold: int, settings: Settings) -> float:  # noqa: ARG002 - one
        """Nats per frame of every tenth chorale, by a model of the others."""
        held = np.arange(len(self.rolls)) % PARTS == settings.held_out
        estimator.fit([roll for roll, out in zip(self.rolls, held, strict=True) if not out])
        return estimator.score([roll for roll, out in zip(self.rolls, held, strict=True) if out])


def fields(names: Sequence[str] = ()) -> list[Field]:
    """All of them, or those that are named."""
    by_name = {one.name: one for one in PUBLIC}
    text, vowels, weather = (by_name[name] for name in ("TinyShakespeare", "JapaneseVowels", "weather"))
    large = LanguageModelConfig(num_layers=2, dropout=0.4)
    found: list[Field] = [
        *(Compared(one) for one in PUBLIC),
        # Five minutes of one core, and half an hour of the network that is planned for so much time.
        Compared(text, "5 minutes", shares=(2.5,)),
        Compared(text, "2 layers of 512", 512, large, shares=(0.5, 2.0)),
        Compared(vowels, "2 layers", estimator=ClassifierConfig(num_layers=2)),
        Compared(weather, "2 layers", estimator=ForecasterConfig(num_layers=2)),
        Music("20 thousand parameters", SMALL),
        Music("300 thousand parameters", LARGE),
    ]
    return named(found, names)
