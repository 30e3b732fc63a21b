"""What will be trained, how long it takes, and what is cut to keep a budget."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from gatewise.comparison.config import ComparisonConfig
from gatewise.comparison.jobs import Job, job_seed
from gatewise.comparison.tasks.base import Settings, Task
from gatewise.nn import Cell

__all__ = ["Costs", "Plan", "fit_to_budget"]

AMOUNTS = (0.25, 0.5)
LENGTHS = (0.25, 0.5)
CURVE_SEEDS = 2
RATES = (1e-3, 1.2e-2)
# Part of the budget that is planned for; the rest absorbs what a busy machine takes longer.
PLANNED_SHARE = 0.85
FEWEST_STEPS = 20
MOST_SEEDS = 10


@dataclass(frozen=True)
class Costs:
    """What was measured by probing: wall-clock seconds with all workers busy.

    Attributes
    ----------
    step : dict of name to float
        One update.
    overhead : dict of name to float
        Everything else in one training: windows, calibration, test forecasts.
    baselines : float
        All baselines on one fold.
    """

    step: dict[str, float]
    overhead: dict[str, float]
    baselines: float


@dataclass(frozen=True)
class Plan:
    """The trainings of a comparison.

    Attributes
    ----------
    cells : dict of candidate name to cell
    sizes : dict of candidate name to hidden size
    steps : dict of candidate name to updates per training
    first_rates : tuple of float
        Learning rates that are tried first; without tuning the first of them is used.
    folds, seeds, trials : int
    curve_seeds : int
        Networks per point of the curves against amount of data and length; 0: no curves.
    random_state : int
    members : int
        Networks in the model that is shipped.
    cut : tuple of str
        What was left out to keep the budget.
    """

    cells: dict[str, str | Cell]
    sizes: dict[str, int]
    steps: dict[str, int]
    first_rates: tuple[float, ...]
    folds: int
    seeds: int
    trials: int
    curve_seeds: int
    random_state: int
    by_length: bool
    members: int
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
            first_rates=task.first_rates,
            folds=task.folds,
            seeds=config.seeds,
            trials=config.trials,
            curve_seeds=CURVE_SEEDS if config.curves else 0,
            random_state=random_state,
            by_length=task.lengths_of_units() is None,
            members=task.members(),
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

    def probes(self, rate: float) -> list[Job]:
        """A few updates of every cell, to learn what they cost."""
        return [
            Job(name, "probe", 0, 0, replace(self.settings(name, rate, "probe", 0, 0), steps=FEWEST_STEPS))
            for name in self.cells
        ]

    def tuning(self, rates: dict[str, list[float]]) -> list[Job]:
        """One training per cell and learning rate, on fold 0; all with the same seed.

        They are as long as the others: short ones would choose rates that are too high for long ones.
        """
        return [
            Job(name, "tune", 0, number, self.settings(name, rate, "tune", 0, 0))
            for name, values in rates.items()
            for number, rate in enumerate(values)
        ]

    def main(self, rates: dict[str, float]) -> list[Job]:
        """Every cell on every fold with every seed; the first of each cell is looked into."""
        return [
            Job(
                name,
                "main",
                fold,
                number,
                self.settings(name, rate, "main", fold, number),
                fold == 0 and number == 0,
            )
            for number in range(self.seeds)
            for fold in range(self.folds)
            for name, rate in rates.items()
        ]

    def curve_jobs(self, rates: dict[str, float]) -> list[Job]:
        """Every cell with less data, and with shorter sequences."""
        jobs = []
        for number in range(self.curve_seeds):
            for name, rate in rates.items():
                settings = self.settings(name, rate, "main", 0, number)
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
        return self.trials if self.trials > 1 else 0

    @property
    def jobs(self) -> int:
        """Trainings of networks in all."""
        curves = self.trainings["curves"]
        return round(len(self.cells) * (self._tuned + self.folds * self.seeds + curves))

    def seconds(self, costs: Costs, workers: int) -> float:
        """Estimated wall clock, with ``workers`` busy, then one for the model that is shipped."""
        total = self.folds * costs.baselines
        counts = self._tuned + self.folds * self.seeds + self.trainings["curves"]
        for name in self.cells:
            total += sum(self.trainings.values()) * self.steps[name] * costs.step[name]
            total += counts * costs.overhead[name]
        dearest = max(self.steps[name] * costs.step[name] + costs.overhead[name] for name in self.cells)
        return total / workers + self.members * dearest

    def describe(self) -> list[str]:
        """What will be trained, one line per kind of training."""
        cells = ", ".join(
            f"{name} ({self.sizes[name]} units, {self.steps[name]} updates)" for name in self.cells
        )
        tuning = f"{_counted(self.trials, 'trial')} per cell"
        if self.trials == 1:
            tuning = f"{self.first_rates[0]:.0e} for all, not tuned"
        lines = [f"cells: {cells}", f"learning rate: {tuning}"]
        lines.append(f"comparison: {_counted(self.folds, 'fold')} × {self.seeds} seeds per cell")
        if self.curve_seeds:
            curves = "amount of training data" + (" and sequence length" if self.by_length else "")
            lines.append(f"curves: {curves}, {_counted(self.curve_seeds, 'seed')} per point")
        return [*lines, *self.cut, f"in all {self.jobs} trainings of networks"]


def fit_to_budget(plan: Plan, costs: Costs, workers: int, seconds: float) -> Plan:
    """The largest part of ``plan`` that fits into ``seconds``, with a list of what was cut.

    Given up in this order: seeds above four, trials above three, the second seed of the curves, the curves,
    seeds down to three and folds to one, trials down to two, and at last the length of every training. With
    time to spare, seeds are added, up to ten: they narrow the intervals.
    """
    planned = PLANNED_SHARE * seconds
    ladder = [
        *({"seeds": seeds} for seeds in range(max(MOST_SEEDS, plan.seeds), plan.seeds - 1, -1)),
        *({"seeds": seeds} for seeds in range(plan.seeds - 1, 3, -1)),
        (few := {"seeds": min(4, plan.seeds), "trials": min(3, plan.trials)}),
        few | {"curve_seeds": min(1, plan.curve_seeds)},
        few | {"curve_seeds": 0},
        (fewer := {"seeds": min(3, plan.seeds), "trials": min(3, plan.trials), "curve_seeds": 0, "folds": 1}),
        fewer | {"trials": min(2, plan.trials)},
    ]
    smallest = plan
    for rung in ladder:
        smallest = replace(plan, **rung)  # type: ignore[arg-type]  # values of mixed types by name
        if smallest.seconds(costs, workers) <= planned:
            return replace(smallest, cut=_cut(plan, smallest))
    fixed = replace(smallest, steps=dict.fromkeys(plan.cells, 0)).seconds(costs, workers)
    share = max(0.0, planned - fixed) / max(1e-9, smallest.seconds(costs, workers) - fixed)
    steps = {name: max(FEWEST_STEPS, math.floor(share * count)) for name, count in smallest.steps.items()}
    return replace(smallest, steps=steps, cut=_cut(plan, replace(smallest, steps=steps)))


def _counted(number: int, one: str) -> str:
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def _cut(wanted: Plan, kept: Plan) -> tuple[str, ...]:
    cut = []
    for what, one in (("folds", "fold"), ("seeds", "seed"), ("trials", "learning rate")):
        before, after = getattr(wanted, what), getattr(kept, what)
        if after < before:
            cut.append(f"{_counted(after, one)} instead of {before}, to keep the budget")
    if wanted.curve_seeds and not kept.curve_seeds:
        cut.append("no curves against sequence length and amount of data, to keep the budget")
    elif kept.curve_seeds < wanted.curve_seeds:
        cut.append(f"{_counted(kept.curve_seeds, 'seed')} per point of the curves, to keep the budget")
    shortened = [name for name in wanted.steps if kept.steps[name] < wanted.steps[name]]
    if shortened:
        name = shortened[0]
        cut.append(
            f"{kept.steps[name]} updates instead of {wanted.steps[name]}, to keep the budget: errors would be "
            "lower with more time"
        )
    return tuple(cut)
