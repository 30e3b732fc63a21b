"""``gatewise.compare``: the main job."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import torch
from pydantic import BaseModel

from gatewise.comparison.assemble import assemble
from gatewise.comparison.config import ComparisonConfig
from gatewise.comparison.matching import matched_sizes
from gatewise.comparison.plan import Plan
from gatewise.comparison.results import Comparison
from gatewise.comparison.run import Outcome, Stage, estimate_run, run, worker_count
from gatewise.comparison.tasks.base import Task
from gatewise.comparison.tasks.kinds import task_for
from gatewise.comparison.warmup import warm_up
from gatewise.data.readers import read
from gatewise.data.readers.formats.registry import format_of
from gatewise.data.readers.formats.tables import TABLE
from gatewise.data.readers.table.frames import Source
from gatewise.data.readers.task import Found
from gatewise.data.readers.task import Task as Kind
from gatewise.data.samples.registry import sample_options
from gatewise.data.sequences import SequenceColumns
from gatewise.errors import ConfigurationError
from gatewise.models.cells import cell_type

__all__ = ["Prepared", "compare", "prepare"]

CELLS = ("RNN", "LSTM", "GRU")


@dataclass(frozen=True)
class Prepared:
    """A comparison that is ready to run: data read, sizes matched, trainings planned."""

    task: Task
    plan: Plan
    config: ComparisonConfig

    def run(
        self,
        *,
        started: float | None = None,
        progress: Callable[[Stage], None] | None = None,
        preferences: Mapping[str, Any] | None = None,
    ) -> Comparison:
        """Train and measure; fit on all data what is recommended under ``preferences``."""
        started = time.perf_counter() if started is None else started
        tell = progress or (lambda _: None)
        started += self._warm_up(tell)
        outcome = run(self.task, self.plan, self.config, started=started, report=progress)
        evidence = assemble(
            self.task,
            outcome,
            match=self.config.match,
            workers=worker_count(self.config),
            budget=self.config.budget,
            seconds=time.perf_counter() - started,
        )
        comparison = Comparison(evidence)
        choice = comparison.recommend(**(preferences or {})).choice
        if choice is not None:
            tell(Stage("model", 0, 1))
            comparison.model_ = self.fit_choice(outcome, choice)
            tell(Stage("model", 1, 1))
        return comparison

    def estimate(self) -> tuple[Plan, float]:
        """The plan as it would be run, and about how many seconds it takes; trains 20 updates of each cell."""
        self._warm_up(lambda _: None)
        return estimate_run(self.task, self.plan, self.config)

    def _warm_up(self, tell: Callable[[Stage], None]) -> float:
        """Compile here what every worker would compile; returns the seconds, which no budget has to pay."""
        start = time.perf_counter()
        cells = sorted(set(self.plan.cells.values()))
        for done, cell in enumerate(cells):
            tell(Stage("kernels", done, len(cells)))
            warm_up(cell)
        tell(Stage("kernels", len(cells), len(cells)))
        return time.perf_counter() - start

    def fit_choice(self, outcome: Outcome, choice: str) -> Any:
        """The estimator to ship: the recommended candidate, fitted on everything."""
        if choice in outcome.plan.cells:
            settings = outcome.plan.settings(choice, outcome.rates[choice], "main", 0, 0)
            estimator = self.task.estimator(settings, members=self.task.members())
        else:
            _, estimator = self.task.baselines()[choice]
        threads = torch.get_num_threads()
        # As every training before it, and as the plan has reckoned; more would wait for each other where cores
        # are busy.
        torch.set_num_threads(1)
        try:
            self.task.fit_all(estimator)
        finally:
            torch.set_num_threads(threads)
        return estimator


def prepare(
    data: Source | Found,
    task: Kind | None = None,
    *,
    cells: Sequence[str] | dict[str, str] = CELLS,
    horizon: int | None = None,
    test: Source | Found | None = None,
    random_state: int = 0,
    config: ComparisonConfig | None = None,
    estimator: BaseModel | None = None,
    bidirectional: bool | None = None,
    readout: Literal["pool", "last"] | None = None,
    level: Literal["character", "byte", "subword", "word"] | None = None,
    **columns: Any,
) -> Prepared:
    """Read the data and plan the trainings, without training anything; arguments as in :func:`compare`."""
    config = config or ComparisonConfig()
    asked = {"horizon": horizon, "bidirectional": bidirectional, "readout": readout, "level": level}
    wanted = sample_options(data) | {name: value for name, value in asked.items() if value is not None}
    named = (
        dict(cells)
        if isinstance(cells, dict)
        else {cell_type(cell).__name__: cell_type(cell).__name__ for cell in cells}
    )
    if not named:
        raise ConfigurationError("cells: expected at least one of RNN, LSTM, GRU, got none")
    for cell in named.values():
        cell_type(cell)
    found = _read(data, task, columns)
    # Read for the task of the data beside it, whatever the test set alone might be taken for.
    held_out = None
    if test is not None:
        held_out = _read(test, found.task, _columns_beside(found, test) | columns)
    job = task_for(found, held_out, wanted, config=estimator, folds=config.folds, seed=random_state)
    plan = Plan.of(job, named, matched_sizes(job, named, config), config, random_state)
    return Prepared(job, plan, config)


def _read(data: Any, task: Kind | None, columns: dict[str, Any]) -> Found:
    if not isinstance(data, Found):
        return read(data, task, **columns)
    if data.task is None:
        raise ConfigurationError(
            "data: expected sequences with a target, got some without; nothing can be learned"
        )
    return data


def _columns_beside(found: Found, test: Any) -> dict[str, Any]:
    """The columns of the training table, to be looked for in a test table whatever their order there."""
    fitted = getattr(found, "columns", None)
    if not isinstance(fitted, SequenceColumns) or isinstance(test, Found) or format_of(test) is not TABLE:
        return {}
    return {part: value for part, value in asdict(fitted).items() if value}


def compare(
    data: Source | Found,
    task: Kind | None = None,
    *,
    cells: Sequence[str] | dict[str, str] = CELLS,
    horizon: int | None = None,
    random_state: int = 0,
    config: ComparisonConfig | None = None,
    progress: Callable[[Stage], None] | None = None,
    **options: Any,
) -> Comparison:
    """Train RNN, LSTM and GRU on the same data, measure all that matters, and say which one to use.

    Parameters
    ----------
    data : path, data frame, or what a reader of :mod:`gatewise.data.readers` has read
        ``"sample:weather"`` and the like name the samples that come with the package.
    task : {"forecast", "classification", "regression", "tagging", "language"}, optional
        Found from the data by default.
    cells : sequence of names, or dict of name to cell
        What to compare; a dict can hold one cell under several names.
    horizon : int, optional
        Rows to forecast; needed for forecasting.
    random_state : int, default 0
        Seed of everything. Without a time budget the same seed gives the same numbers, but for times.
    config : ComparisonConfig, optional
        Matching, folds, seeds, trials, budget, workers.
    progress : callable, optional
        Called with a :class:`~gatewise.comparison.run.Stage`.
    **options
        ``test=`` (a test set of its own, but for forecasting), ``bidirectional=`` and ``readout=`` (classification,
        the former for tagging too), ``level=`` (language); ``estimator=`` (the configuration of the task's
        estimator); and the columns as the readers take them (``id=``, ``time=``, ``target=``, …).

    Returns
    -------
    Comparison

    Raises
    ------
    DataError, ConfigurationError
        In one line: where, what was expected, what came, what to do.

    Examples
    --------
    >>> import gatewise
    >>> comparison = gatewise.compare("sample:weather", horizon=24)  # doctest: +SKIP
    >>> comparison.recommend(prefer="latency").choice  # doctest: +SKIP
    'GRU'
    """
    started = time.perf_counter()
    prepared = prepare(
        data, task, cells=cells, horizon=horizon, random_state=random_state, config=config, **options
    )
    return prepared.run(started=started, progress=progress)
