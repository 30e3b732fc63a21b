"""Trainings of one cell at one rate, kept in a folder so that none is run twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from pydantic import BaseModel

from benchmarks.public import PublicSet
from gatewise.comparison.compare import prepare
from gatewise.comparison.jobs.job import Job, execute
from gatewise.comparison.planning.plan import Plan
from gatewise.comparison.tasks.base import Settings, Task

__all__ = ["FOLDER", "Field", "Trained", "Trial", "run_trial", "trials_of"]

# Ignored by git, as what `gatewise compare` writes.
FOLDER = Path(__file__).parent.parent.parent / "gatewise-output" / "equal"


@dataclass(frozen=True)
class Field:
    """A data set, and networks that a plan may choose for it.

    Attributes
    ----------
    public : PublicSet
    size : str
        In tables.
    hidden_size : int or None
        Of the GRU; the others are matched to it. ``None``: the default.
    estimator : BaseModel or None
        Configuration of the networks.
    shares : tuple of float
        How long it is trained: shares of the updates that are usual for this data set.
    """

    public: PublicSet
    size: str = "default"
    hidden_size: int | None = None
    estimator: BaseModel | None = None
    shares: tuple[float, ...] = (0.25, 1.0)

    @property
    def name(self) -> str:
        """Of data and size."""
        return self.public.name if self.size == "default" else f"{self.public.name}, {self.size}"


@dataclass(frozen=True)
class Trial:
    """One training, with what is held out of the training part as its score.

    Attributes
    ----------
    field, cell : str
    share : float
    usual : float
        The rate that the cell is trained with by default.
    factor : float
        The rate of this training, in units of that.
    seed : int
    settings : Settings
    """

    field: str
    cell: str
    share: float
    usual: float
    factor: float
    seed: int
    settings: Settings


@dataclass(frozen=True)
class Trained:
    """What came of a trial.

    Attributes
    ----------
    loss : float
        On the sequences, rows or characters that were held out; infinite where it diverged.
    restarts : int
    clip_rate : float
    curve : list of float
        Smoothed training loss at a hundred moments.
    seconds : float
    """

    loss: float
    restarts: int = 0
    clip_rate: float = 0.0
    curve: list[float] = field(default_factory=list)
    seconds: float = 0.0


def trials_of(one: Field, *, factors: tuple[float, ...], seeds: int) -> tuple[Task, list[Trial]]:
    """Every training on a data set: cells, lengths, rates and seeds."""
    public = one.public
    prepared = prepare(
        public.data(),
        test=None if public.test is None else public.test(),
        estimator=one.estimator,
        hidden_size=one.hidden_size,
        trials=1,
        **public.options,
    )
    return prepared.task, list(_trials(one, prepared.plan, factors, seeds))


def _trials(one: Field, plan: Plan, factors: tuple[float, ...], seeds: int) -> Iterator[Trial]:
    for name in plan.cells:
        usual = plan.first_rates[name][0]
        for share in one.shares:
            steps = max(1, round(share * plan.steps[name]))
            for factor in factors:
                for seed in range(seeds):
                    settings = plan.settings(name, factor * usual, "tune", 0, seed)
                    settings = replace(settings, steps=steps, held_out=seed)
                    yield Trial(one.name, name, share, usual, factor, seed, settings)


def run_trial(task: Task, trial: Trial, folder: Path) -> Trained:
    """Train, or read what came of it before."""
    key = hashlib.sha256(repr((trial.field, trial.settings)).encode()).hexdigest()[:12]
    path = folder / f"{trial.field.split(',')[0]}-{trial.cell}-{key}.json"
    if path.is_file():
        return Trained(**json.loads(path.read_text(encoding="utf-8")))
    result = execute(task, Job(trial.cell, "tune", 0, trial.seed, trial.settings))
    history = result.history
    found = Trained(loss=result.tuning_loss, seconds=result.seconds)
    if history is not None:
        curve = [round(loss, 5) for loss in history.loss]
        found = replace(found, restarts=len(history.restarts), clip_rate=history.clip_rate, curve=curve)
    folder.mkdir(parents=True, exist_ok=True)
    # Whole or not at all: a run may be stopped at any time.
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(asdict(found)), encoding="utf-8")
    unfinished.replace(path)
    return found
