"""What was trained for a comparison, and within what time."""

from __future__ import annotations

from pydantic import Field

from gatewise.verdict.value import Value

__all__ = ["PlanFacts"]


class PlanFacts(Value):
    """The plan of a comparison, and what was done of it.

    Attributes
    ----------
    match : {"parameters", "hidden", "time"}
    folds, seeds, trials : int
        Splits of the data, networks per split and cell, learning rates tried per cell; as they were really run.
    tuning_seeds : int
        With two of them the best two rates were trained with a second seed, and the lowest mean was chosen.
    seeds_by_cell : dict of str to int
        More than ``seeds`` for the cells whose seeds decide.
    steps, full_steps : int
        Updates per training (the largest, where cells differ), and how many the defaults would take.
    steps_by_cell, full_steps_by_cell : dict of str to int
        The same for each cell; with equal time the slower ones get fewer, also in full.
    full_seconds : float or None
        The budget, a round one, that would train every cell in full with at least three seeds and two rates.
    batch_size : int or None
        Windows or sequences of one update.
    optimiser : str
        In a line: what moves the weights, and by which rules.
    jobs : int
        Trainings that were run; of a partial comparison: that were planned.
    jobs_done : int or None
        Trainings that were run by the time a comparison was stopped; ``None``: all of them.
    seconds : float
        Wall-clock time of the whole comparison.
    budget_seconds : float or None
    cut : tuple of str
        What was left out or shortened to keep the budget, one sentence each.
    """

    match: str
    folds: int
    seeds: int
    trials: int
    steps: int
    full_steps: int
    jobs: int
    seconds: float
    budget_seconds: float | None
    random_state: int
    cut: tuple[str, ...] = ()
    jobs_done: int | None = None
    tuning_seeds: int = 1
    seeds_by_cell: dict[str, int] = Field(default_factory=dict)
    steps_by_cell: dict[str, int] = Field(default_factory=dict)
    full_steps_by_cell: dict[str, int] = Field(default_factory=dict)
    full_seconds: float | None = None
    batch_size: int | None = None
    optimiser: str = ""

    @property
    def partial(self) -> bool:
        """Return whether trainings are missing: then no verdict is final."""
        return self.jobs_done is not None
