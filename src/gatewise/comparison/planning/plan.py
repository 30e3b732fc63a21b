"""What will be trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gatewise.comparison.config import ComparisonConfig
from gatewise.comparison.jobs.job import Job, job_seed
from gatewise.comparison.tasks.base import Settings, Task
from gatewise.nn import Cell

__all__ = ["Plan", "counted"]

AMOUNTS = (0.25, 0.5)
LENGTHS = (0.25, 0.5)
CURVE_SEEDS = 2
# A rate that one seed likes best another may not: the best two are trained again.
TUNING_SEEDS, FINALISTS = 2, 2
# Updates that tell what one costs, and the fewest that any training gets.
FEWEST_STEPS = 20


@dataclass(frozen=True)
class Plan:
    """The trainings of a comparison.

    Attributes
    ----------
    cells : dict of candidate name to cell
    sizes : dict of candidate name to hidden size
    steps : dict of candidate name to updates per training
    first_rates : dict of candidate name to tuple of float
        Learning rates that are tried first; without tuning the first of them is used.
    folds, seeds, trials : int
        Splits, networks per split and cell, learning rates tried per cell.
    tuning_seeds : int
        With two of them the best two rates are trained again, so that no rate is chosen by one seed.
    curve_seeds : int
        Networks per point of the curves against amount of data and length; 0: no curves.
    random_state : int
    members : int
        Networks in each model.
    fewest_folds : int or None
        Nobody has asked for the folds: without time they are the first to go, down to so many, which test on as many
        groups as an interval needs; one where even all are too few. ``None``: they were asked for.
    full_steps : dict of candidate name to int
        Updates per training where time does not count; with equal time, those of equal time.
    full_seconds : float or None
        Budget that trains every cell in full, with at least three seeds and two rates; see
        :func:`~gatewise.comparison.budget.full_budget`.
    more_seeds : dict of candidate name to int
        Seeds beyond ``seeds``, of the cells that the verdict hangs on.
    cut : tuple of str
        What was left out to keep the budget.
    """

    cells: dict[str, str | Cell]
    sizes: dict[str, int]
    steps: dict[str, int]
    first_rates: dict[str, tuple[float, ...]]
    folds: int
    seeds: int
    trials: int
    curve_seeds: int
    random_state: int
    by_length: bool
    members: int
    tuning_seeds: int = TUNING_SEEDS
    fewest_folds: int | None = None
    full_steps: dict[str, int] = field(default_factory=dict)
    full_seconds: float | None = None
    more_seeds: dict[str, int] = field(default_factory=dict)
    cut: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        task: Task,
        cells: dict[str, str | Cell],
        sizes: dict[str, int],
        config: ComparisonConfig,
        random_state: int,
    ) -> Plan:
        """The plan that the configuration asks for, whatever it costs."""
        return cls(
            cells=cells,
            sizes=sizes,
            steps=dict.fromkeys(cells, task.default_steps()),
            first_rates={name: task.rates_for(cell, sizes[name]) for name, cell in cells.items()},
            folds=task.folds,
            seeds=config.seeds,
            trials=config.trials,
            curve_seeds=CURVE_SEEDS if config.curves else 0,
            random_state=random_state,
            by_length=task.lengths_of_units() is None,
            members=task.members(),
            tuning_seeds=TUNING_SEEDS if config.trials > 1 else 1,
            fewest_folds=_fewest_folds(task) if config.folds is None and task.folds > 1 else None,
        )

    def settings(self, name: str, rate: float, purpose: str, fold: int, number: int) -> Settings:
        """Settings of one training of candidate ``name``."""
        return Settings(
            cell=self.cells[name],
            hidden_size=self.sizes[name],
            learning_rate=rate,
            steps=self.steps[name],
            seed=job_seed(self.random_state, name, purpose, fold, number),
        )

    def probes(self) -> list[Job]:
        """A few updates of every cell, to learn what they cost."""
        return [
            Job(
                name, "probe", 0, 0, replace(self.settings(name, rates[0], "probe", 0, 0), steps=FEWEST_STEPS)
            )
            for name, rates in self.first_rates.items()
        ]

    def tuning(self, rates: Mapping[str, list[float]], seed: int = 0) -> list[Job]:
        """One training per cell and learning rate, on fold 0; all with the same seed, which is one of two.

        They are as long as the others: short ones would choose rates that are too high for long ones. The second
        seed holds another part of the training data out, where the task has several.
        """
        return [
            Job(
                name,
                "tune",
                0,
                number,
                replace(self.settings(name, rate, "tune", 0, seed), held_out=seed),
            )
            for name, values in rates.items()
            for number, rate in enumerate(values)
        ]

    def main(self, rates: Mapping[str, tuple[float, ...]]) -> list[Job]:
        """Every cell on every fold with every seed; the first of each cell is looked into."""
        return [job for number in range(self.seeds) for job in self.round(rates, number)]

    def round(self, rates: Mapping[str, tuple[float, ...]], number: int) -> list[Job]:
        """One seed of every cell that has ``rates``, on every fold.

        Seeds take the rates in turn: what the choice of a rate does to the error is then part of what seeds do.
        """
        return [
            Job(
                name,
                "main",
                fold,
                number,
                self.settings(name, used[number % len(used)], "main", fold, number),
                fold == 0 and number == 0,
            )
            for fold in range(self.folds)
            for name, used in rates.items()
        ]

    def curve_jobs(self, rates: Mapping[str, tuple[float, ...]]) -> list[Job]:
        """Every cell with less data, and with shorter sequences."""
        jobs = []
        for number in range(self.curve_seeds):
            for name, used in rates.items():
                settings = self.settings(name, used[number % len(used)], "main", 0, number)
                jobs += [Job(name, "amount", 0, number, replace(settings, amount=share)) for share in AMOUNTS]
                if self.by_length:
                    jobs += [
                        Job(name, "length", 0, number, replace(settings, length=share)) for share in LENGTHS
                    ]
        return jobs

    @property
    def trainings(self) -> dict[str, float]:
        """Trainings of one cell by purpose."""
        points = len(AMOUNTS) + (len(LENGTHS) if self.by_length else 0)
        return {
            "tune": float(self._tuned),
            "main": float(self.folds * self.seeds),
            "curves": float(self.curve_seeds * points),
        }

    @property
    def _tuned(self) -> int:
        """Trainings of one cell that choose its learning rate; a single trial has nothing to choose from."""
        return self.trials + (self.tuning_seeds - 1) * FINALISTS if self.trials > 1 else 0

    @property
    def jobs(self) -> int:
        """Trainings of networks in all."""
        curves = self.trainings["curves"]
        more = self.folds * sum(self.more_seeds.values())
        return round(len(self.cells) * (self._tuned + self.folds * self.seeds + curves)) + more

    def seeds_of(self, name: str) -> int:
        """Networks of a candidate per fold."""
        return self.seeds + self.more_seeds.get(name, 0)

    def describe(self, *, cut: bool = True) -> list[str]:
        """What will be trained, one line per kind of training; with what is cut, unless that is said elsewhere."""
        cells = ", ".join(
            f"{name} ({self.sizes[name]} units, {self.steps[name]} updates)" for name in self.cells
        )
        tuning = f"{counted(self.trials, 'trial')} per cell"
        if self.trials == 1:
            rates = {name: f"{values[0]:.0e}" for name, values in self.first_rates.items()}
            distinct = list(dict.fromkeys(rates.values()))
            owners = (" and ".join(name for name in rates if rates[name] == rate) for rate in distinct)
            tuning = ", ".join(
                f"{rate} for {whose if len(distinct) > 1 else 'all'}"
                for rate, whose in zip(distinct, owners, strict=True)
            )
            tuning += ", not tuned"
        lines = [f"cells: {cells}", f"learning rate: {tuning}"]
        if self.members > 1:
            lines.append(f"model: {self.members} networks of different seeds, their answers averaged")
        lines.append(f"comparison: {counted(self.folds, 'fold')} × {self.seeds} seeds per cell")
        if self.curve_seeds:
            curves = "amount of training data" + (" and sequence length" if self.by_length else "")
            lines.append(f"curves: {curves}, {counted(self.curve_seeds, 'seed')} per point")
        return [*lines, *(self.cut if cut else ()), f"in all {self.jobs} trainings of networks"]


def _fewest_folds(task: Task) -> int:
    units = task.units()
    return next((count for count in range(1, task.folds + 1) if not units.of_folds(count).few), 1)


def counted(number: int, one: str) -> str:
    """``"1 seed"``, ``"3 seeds"``."""
    return f"{number} {one}" if number == 1 else f"{number} {one}s"
