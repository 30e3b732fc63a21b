"""``gatewise.compare``: the main job."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, Unpack

import numpy as np
import torch
from pydantic import BaseModel

from gatewise.comparison.assemble import assemble
from gatewise.comparison.config import ComparisonConfig
from gatewise.comparison.display.progress import Progress, shown
from gatewise.comparison.jobs.interrupts import interrupts_seen
from gatewise.comparison.jobs.warmup import warm_up
from gatewise.comparison.networks import Networks
from gatewise.comparison.options import CompareOptions, check_values, sort_options, with_all_words
from gatewise.comparison.planning.matching import matched_sizes
from gatewise.comparison.planning.plan import Plan
from gatewise.comparison.reading import explore
from gatewise.comparison.request import request_of
from gatewise.comparison.results import Comparison
from gatewise.comparison.running.made_with import made_with
from gatewise.comparison.running.outcome import Outcome
from gatewise.comparison.running.progress import Stage
from gatewise.comparison.running.run import estimate_run, run, worker_count
from gatewise.comparison.running.store import Store
from gatewise.comparison.stopped import Stopped, so_far
from gatewise.comparison.tasks.base import Task
from gatewise.comparison.tasks.kinds import task_for
from gatewise.data.readers.formats.registry import format_of
from gatewise.data.readers.formats.tables import TABLE
from gatewise.data.readers.table.frames import Source, kind_of_frame
from gatewise.data.readers.task import Found
from gatewise.data.readers.task import Task as Kind
from gatewise.data.samples.registry import sample_options
from gatewise.data.sequences import SequenceColumns, SequenceSet
from gatewise.data.series import FrameKind
from gatewise.errors import ConfigurationError, MissingDependencyError
from gatewise.estimators.extra import Extra
from gatewise.models.cells import name_or_cell
from gatewise.nn import Cell
from gatewise.nn.cells.registry import CELLS as KNOWN
from gatewise.spelling import spelled
from gatewise.validation import near
from gatewise.verdict.request import Request

__all__ = ["Prepared", "compare", "prepare"]

CELLS = ("RNN", "LSTM", "GRU")
# Test sequences that are kept to look into networks by.
FEW = 3
Cells: TypeAlias = Sequence[str | Cell] | Mapping[str, str | Cell]


@dataclass(frozen=True)
class Prepared:
    """A comparison that is ready to run: data read, sizes matched, trainings planned."""

    task: Task
    plan: Plan
    config: ComparisonConfig
    found: tuple[Found, Found | None]
    request: Request
    frame_kind: FrameKind | None = None

    def run(
        self,
        *,
        started: float | None = None,
        progress: Progress = False,
        store: Store | None = None,
    ) -> Comparison:
        """Train and measure; fit what is to be saved, by default what is recommended under the given preferences.

        ``progress`` is as of :func:`compare`.

        Raises
        ------
        Stopped
            On Ctrl-C, with what there is by then.
        """
        with shown(progress, self.task.facts()) as tell, interrupts_seen() as stop:
            return self._run(tell, time.perf_counter() if started is None else started, store, stop)

    def _run(
        self,
        report: Callable[[Stage], None] | None,
        started: float,
        store: Store | None,
        stop: Callable[[], None],
    ) -> Comparison:
        tell = report or (lambda _: None)
        started += self._warm_up(tell)
        # What was computed before a stop has taken its time, too.
        started -= 0.0 if store is None else store.seconds
        outcome = Outcome(self.plan)
        try:
            run(
                self.task, self.plan, self.config,
                started=started, report=report, store=store, outcome=outcome, stop=stop,
            )  # fmt: skip
            comparison = self._compared(outcome, started)
            choice = self.config.save or comparison.recommend().choice
            if choice is not None:
                tell(Stage("model", 0, 1))
                model = self.fit_choice(outcome, choice)
                # Else it would be one whose training was cut short.
                stop()
                comparison.model, comparison.saved = model, choice
                tell(Stage("model", 1, 1))
        except KeyboardInterrupt:
            part = so_far(outcome)
            found = None if part is None else self._compared(part, started)
            raise Stopped(found, outcome.trainings, outcome.plan.jobs) from None
        return comparison

    def _compared(self, outcome: Outcome, started: float) -> Comparison:
        evidence = assemble(
            self.task,
            outcome,
            match=self.config.match,
            workers=worker_count(self.config),
            budget=self.config.budget,
            seconds=time.perf_counter() - started,
            request=self.request,
        )
        return Comparison(
            evidence,
            preferences=self.config.preferences,
            networks=self._networks(outcome),
            fitting=partial(self.fit_choice, outcome),
            frame_kind=self.frame_kind,
        )

    def _networks(self, outcome: Outcome) -> Networks:
        """What is kept to look into: the networks that were inspected when they were trained."""
        files = {
            result.job.name: {name: content.tobytes() for name, content in result.inspection.files.items()}
            for result in outcome.results.values()
            if result.inspection is not None and result.inspection.files
        }
        return Networks(
            {name: files[name] for name in outcome.plan.cells if name in files}, self.task.few(FEW)
        )

    def store(
        self, folder: str | Path, *, resume: bool = False, warn: Callable[[str], None] = warnings.warn
    ) -> Store:
        """Where the results of this comparison are kept as each training ends; arguments as of :class:`Store`."""
        what = made_with(self.task, self.found, self.plan.cells, self.config, self.plan.random_state)
        return Store(folder, what, resume=resume, warn=warn)

    def estimate(self) -> tuple[Plan, float]:
        """The plan as it would be run, and about how many seconds it takes; trains 20 updates of each cell."""
        self._warm_up(lambda _: None)
        return estimate_run(self.task, self.plan, self.config)

    def _warm_up(self, tell: Callable[[Stage], None]) -> float:
        """Compile here what every worker would compile; returns the seconds, which no budget has to pay."""
        start = time.perf_counter()
        cells = sorted(set(self.plan.cells.values()), key=str)
        for done, cell in enumerate(cells):
            tell(Stage("kernels", done, len(cells)))
            warm_up(cell)
        tell(Stage("kernels", len(cells), len(cells)))
        return time.perf_counter() - start

    def fit_choice(self, outcome: Outcome, choice: str) -> Any:
        """The estimator to ship: a candidate as it was compared, fitted on all data but a test set of its own."""
        if choice in outcome.plan.cells:
            settings = outcome.plan.settings(choice, outcome.rates[choice], "main", 0, 0)
            estimator = self.task.estimator(settings)
        else:
            _, estimator = self.task.baselines()[choice]
        threads = torch.get_num_threads()
        # As every training before it, and as the plan has reckoned; more would wait for each other where cores
        # are busy.
        torch.set_num_threads(1)
        try:
            self.task.fit_all(estimator, with_test=self.config.refit_all)
        finally:
            torch.set_num_threads(threads)
        return estimator


def prepare(
    data: Source | Found,
    task: Kind | None = None,
    *,
    horizon: int | None = None,
    cells: Cells = CELLS,
    test: Source | Found | None = None,
    config: ComparisonConfig | None = None,
    estimator: BaseModel | None = None,
    random_state: int = 0,
    **options: Unpack[CompareOptions],
) -> Prepared:
    """Read the data and plan the trainings, without training anything; arguments as in :func:`compare`."""
    given = sort_options(compare, options, config)
    check_values(horizon=horizon, random_state=random_state, **options)
    config = given.config
    named = _named(cells)
    wanted = sample_options(data) | ({} if horizon is None else {"horizon": horizon}) | given.estimator
    found = _read(data, task, given.columns, wanted)
    # Read for the task of the data beside it, whatever the test set alone might be taken for.
    held_out = None
    if test is not None:
        # A class that is rare in a test set can be tested all the same.
        columns = {name: value for name, value in given.columns.items() if name != "rare"}
        held_out = _read(test, found.task, _columns_beside(found, test) | columns, wanted)
        if given.columns.get("rare") == "drop":
            held_out = _known(held_out, found)
    job = task_for(found, held_out, wanted, config=estimator, folds=config.folds, random_state=random_state)
    _check_save(config.save, [*named, *job.baselines()], job.absent())
    plan = Plan.of(job, named, matched_sizes(job, named, config), config, random_state)
    request = request_of(job, found, held_out, named, config, random_state, wanted | given.columns)
    return Prepared(job, plan, config, (found, held_out), request, kind_of_frame(data))


def _check_save(name: str | None, known: Sequence[str], absent: Mapping[Extra, Sequence[str]]) -> None:
    for extra, names in absent.items():
        if name in names:
            raise MissingDependencyError(f"save: {name} is not installed: {extra.install}")
    if name is not None and name not in known:
        better = near(name, known)
        raise ConfigurationError(
            f"expected one of {', '.join(known)}, got {name!r}{f'; {better}' if better else ''}",
            option="save",
        )


def _named(cells: Cells) -> dict[str, str | Cell]:
    """Give every cell a name, by default its own."""
    if isinstance(cells, str):
        raise ConfigurationError(f"expected a list of cells, got {cells!r}", option="cells")
    if isinstance(cells, Mapping):
        named = {name: name_or_cell(cell) for name, cell in cells.items()}
    else:
        named = {}
        for cell in map(name_or_cell, cells):
            if named.setdefault(str(cell), cell) != cell:
                raise ConfigurationError(
                    f"two different ones are called {cell}; give names: {{name: cell}}", option="cells"
                )
    if not named:
        raise ConfigurationError(f"expected at least one of {', '.join(KNOWN)}, got none", option="cells")
    return named


def _read(data: Any, task: Kind | None, columns: dict[str, Any], options: dict[str, Any]) -> Found:
    if not isinstance(data, Found):
        found, error = explore(data, task, options, columns)
        if error is not None:
            raise error
        return found
    if data.task is None:
        raise ConfigurationError(
            "expected sequences with a target, got some without; nothing can be learned", option="data"
        )
    return data


def _known(test: Found, found: Found) -> Found:
    """The sequences of a test set whose classes the training data have."""
    if not isinstance(test, SequenceSet) or test.task != "classification":
        return test
    known = np.flatnonzero(np.isin(test.target, found.target))  # type: ignore[union-attr]  # of the same task
    return test if len(known) in (0, len(test)) else test.take(known)


def _columns_beside(found: Found, test: Any) -> dict[str, Any]:
    """The columns of the training table, to be looked for in a test table whatever their order there."""
    fitted = getattr(found, "columns", None)
    if not isinstance(fitted, SequenceColumns) or isinstance(test, Found) or format_of(test) is not TABLE:
        return {}
    return {part: value for part, value in asdict(fitted).items() if value}


@with_all_words
def compare(
    data: Source | Found,
    task: Kind | None = None,
    *,
    horizon: int | None = None,
    cells: Cells = CELLS,
    test: Source | Found | None = None,
    config: ComparisonConfig | None = None,
    estimator: BaseModel | None = None,
    random_state: int = 0,
    progress: Progress = None,
    store: str | Path | None = None,
    resume: bool = False,
    **options: Unpack[CompareOptions],
) -> Comparison:
    """Train RNN, LSTM and GRU on the same data, measure all that matters, and say which one to use.

    Parameters
    ----------
    data : path, data frame, or what a reader of :mod:`gatewise.data.readers` has read
        ``"sample:weather"`` and the like name the samples that come with the package.
    task : {"forecast", "classification", "regression", "tagging", "language"}, optional
        Found from the data by default.
    horizon : int, optional
        Rows to forecast; needed for forecasting, as nothing in the data says it.
    cells : sequence of names or cells, or dict of name to one of these, default ("RNN", "LSTM", "GRU")
        What to compare; see :mod:`gatewise.nn.cells` for names, and :class:`gatewise.nn.Cell` for one of your own. A
        dict can hold one cell under several names.
    test : as ``data``, optional
        A test set of its own; by default parts of ``data`` are tested on. Not for forecasting, which tests on the
        end of every series.
    config : ComparisonConfig, optional
        Settings to start from; what is given by name beside it wins, as flags do over a file on the command line.
    estimator : ForecasterConfig, ClassifierConfig, RegressorConfig, TaggerConfig or LanguageModelConfig, optional
        How the networks of the task look at data and are trained; the defaults are those of ``fit``.
    random_state : int, default 0
        Seed of everything (``--seed`` on the command line). Without a time budget the same seed gives the same
        numbers, but for times.
    progress : bool or callable, optional
        What was read and planned, and the standing of the candidates while they are trained. By default it is shown
        where a person looks: in a notebook below the cell, in a terminal on standard error. ``True``: elsewhere,
        too, as a line for each training; ``False``: nowhere. A function is called with a
        :class:`~gatewise.comparison.running.progress.Stage`; its ``finished`` is the training that has just ended,
        with its error: ``lambda stage: stage.finished and print(stage.finished)`` prints a line for each.
    store : path, optional
        A folder that keeps the result of each training as it ends, so that a stop, a kill or a full disk loses no more
        than what was running; a few kilobytes each. It stays when all is done. By default nothing is kept. On the
        command line it is ``.results`` in the output folder, until the report is written.
    resume : bool, default False
        Go on with what is in ``store``, to the same numbers as without the stop, but for times; what is not there is
        trained. Without it the folder begins anew. ``workers``, preferences and limits may change in between.

    match : {"parameters", "hidden", "time"}, default "parameters"
        What is equal for all cells: parameters of the whole network, as they are what a model costs to keep; units;
        or wall-clock time of a training.
    hidden_size : int, optional
        Units of the reference cell, the GRU where it takes part; by default what the estimator takes by itself, so
        that the same model is compared as is fitted.
    folds : int, optional
        Splits into training and test; more cost their number in time. By default one, and more where sequences belong
        to fewer than 30 groups.
    seeds : int, default 5
        Networks per cell and fold: intervals with fewer than three are very wide. With five or more, up to ten are
        trained of cells whose seeds decide the verdict; fewer than five are kept as asked.
    trials : int, default 4
        Learning rates tried for each cell, as the rate matters more than the cell (Greff et al. 2017).
    curves : bool, default True
        Measure error against sequence length and amount of training data, too.
    budget : float or str, optional
        Time for everything that is trained here, in seconds or as ``"90s"``, ``"10m"``, ``"1h"``; by default as long
        as it takes. What is left out to keep it is reported. ``max_seconds`` of an estimator, and of
        :class:`~gatewise.TrainingConfig`, is the time of one training.
    workers : int, optional
        Processes, one thread of arithmetic each; by default one per core.
    prefer : {"accuracy", "latency", "memory", "size"}, default "accuracy"
        What counts among cells that no interval tells apart. This and the limits below change no measurement: they
        decide which model is fitted in the end, and what :meth:`Comparison.recommend` says by default.
    max_parameters, max_step_latency_us, max_state_bytes : number, optional
        Of the whole model, of one step in microseconds, of the state of one stream; cells beyond are not
        recommended.
    save : str, optional
        Name of the candidate that is fitted in the end as ``model``, a cell or a baseline; by default the
        recommended one.
    refit_all : bool, default False
        Fit it on ``test``, too. By default a test set of its own is never learned from, so that the model can be
        tested on it; parts of ``data`` that were tested on are, as they were cut from it.

    readout : {"pool", "last"}, optional
        Classification and regression: one answer per sequence from all steps, or from the last; "pool" by default.
    bidirectional : bool, optional
        Classification, regression and tagging: read sequences from both ends; as the estimator by default.
    level : {"character", "byte", "subword", "word"}, optional
        Language: what one symbol is; characters by default.
    levels : tuple of int, optional
        Forecasting: prediction intervals in percent; ``(90,)`` by default.
    members : int, optional
        Networks of different seeds in every model, whose answers are averaged: all are measured, counted in sizes and
        times, and shipped. One by default, or as many as ``estimator`` names; ``gatewise fit`` takes more by itself
        for forecasting and regression. Not for language.
    season_length, context_length, segment_length : int, optional
        Forecasting: rows of one season (1: none), rows that a forecast sees, and rows that the cell reads in one step;
        found from the training rows by default.

    id, time, target, past, known, static, static_data, channels, group, pattern, every, aggregate, impute, duplicates \
    : optional
        Which column plays which part, and how rows are read, as :mod:`gatewise.data.readers` take them: ``target``
        is what is learned, a value, a class or a tag. Recognised layouts need none.
    decimal, encoding, axes, rare, date_format, day_first, timezone : optional
        How numbers, characters and times are written, where the data do not tell.
    calendar, holidays : optional
        Forecasting: known columns that are made from the times, and of the public holidays of a country.

    Returns
    -------
    Comparison

    Raises
    ------
    DataError, ConfigurationError
        In one line: where, what was expected, what came, what to do. So also where ``store`` holds results that were
        made with other data, options, random state or versions, or on another processor.
    Stopped
        On Ctrl-C: a ``KeyboardInterrupt`` whose ``comparison`` is made of what was done by then, see
        :class:`~gatewise.comparison.stopped.Stopped`.

    Examples
    --------
    >>> import gatewise
    >>> comparison = gatewise.compare("sample:weather", horizon=24, budget="5m", prefer="latency")  # doctest: +SKIP
    >>> comparison.recommend().choice  # doctest: +SKIP
    'GRU'
    """
    started = time.perf_counter()
    check_values(store=store, resume=resume, progress=progress)
    if resume and store is None:
        raise ConfigurationError(
            f"expected the folder of the results in {spelled('store')}, got none", option="resume"
        )
    prepared = prepare(
        data, task, horizon=horizon, cells=cells, test=test, config=config, estimator=estimator,
        random_state=random_state, **options,
    )  # fmt: skip
    kept = None if store is None else prepared.store(store, resume=resume)
    return prepared.run(started=started, progress=progress, store=kept)
