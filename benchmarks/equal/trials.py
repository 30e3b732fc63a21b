"""Trainings of one cell at one rate, kept in a folder so that none is run twice."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.equal.fields import Field, Start
from gatewise.comparison.jobs.job import Job, execute, job_seed
from gatewise.comparison.tasks.base import Settings

__all__ = ["FOLDER", "Trained", "Trial", "run_trial", "trials_of"]

# Ignored by git, as what `gatewise compare` writes.
FOLDER = Path(__file__).parent.parent.parent / "gatewise-output" / "equal"


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


def trials_of(one: Field, *, factors: tuple[float, ...], seeds: int) -> tuple[Any, list[Trial]]:
    """Every training on a data set: cells, lengths, rates and seeds."""
    task, starts = one.prepare()
    return task, [
        _trial(one, start, share, factor, seed)
        for start in starts
        for share in one.shares
        for factor in factors
        for seed in range(seeds)
    ]


def _trial(one: Field, start: Start, share: float, factor: float, seed: int) -> Trial:
    settings = Settings(
        cell=start.cell,
        hidden_size=start.hidden_size,
        learning_rate=factor * start.rate,
        steps=max(1, round(share * start.steps)),
        # The same first weights and order of data for every rate.
        seed=job_seed(0, start.cell, "tune", 0, seed),
        held_out=seed,
    )
    return Trial(one.name, start.cell, share, start.rate, factor, seed, settings)


def run_trial(task: Any, trial: Trial, folder: Path) -> Trained:
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
