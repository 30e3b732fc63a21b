"""What was measured: every number of a comparison, as values that go to JSON and back."""

from __future__ import annotations

from typing import Literal

from gatewise.verdict.checks import Balance, Check, DataChecks
from gatewise.verdict.details import (
    ClassCounts,
    Details,
    ErrorsBy,
    Probabilities,
    Residuals,
    Shape,
    WorstAnswer,
)
from gatewise.verdict.examples import Examples, ForecastExample
from gatewise.verdict.gradient import Gradient, GradientCurve
from gatewise.verdict.plan import PlanFacts
from gatewise.verdict.request import Request
from gatewise.verdict.structure import BackendFacts, Structure
from gatewise.verdict.training import LossCurve, Training, Trial, ValidationCurve
from gatewise.verdict.units import Units
from gatewise.verdict.value import Value

__all__ = [
    "Absent",
    "BackendFacts",
    "Balance",
    "Candidate",
    "Check",
    "ClassCounts",
    "Cost",
    "Curve",
    "DataChecks",
    "DataFacts",
    "Details",
    "Difference",
    "ErrorsBy",
    "Estimate",
    "Evidence",
    "Examples",
    "Fit",
    "ForecastExample",
    "Gradient",
    "GradientCurve",
    "LossCurve",
    "Machine",
    "Memory",
    "Metric",
    "Past",
    "PlanFacts",
    "Point",
    "Probabilities",
    "Request",
    "Residuals",
    "Shape",
    "Structure",
    "Training",
    "Trial",
    "ValidationCurve",
    "WorstAnswer",
]


class Machine(Value):
    """The machine on which a comparison was measured."""

    processor: str
    cores: int
    system: str
    versions: dict[str, str]
    threads_per_job: int
    workers: int


class DataFacts(Value):
    """The data that were compared on.

    Attributes
    ----------
    task : {"forecast", "classification", "regression", "tagging", "language"}
    summary : str
        One line: "1 series, 8,730 rows of 1 hour".
    facts : dict of str to str
        Names and values to show: horizon, season, window, classes, channels, …
    notes : tuple of str
        What the reader did to the data.
    step_unit : str
        What a step of the recurrent layer is, in the plural: "words", "steps of 24 rows".
    """

    source: str
    task: str
    summary: str
    facts: dict[str, str]
    notes: tuple[str, ...]
    step_unit: str = "steps"

    def steps(self, count: int) -> str:
        """Write a number of steps of the layer in the user's units: ``7 steps of 24 rows``, ``1 word``."""
        unit, of, size = self.step_unit.partition(" of ")
        return f"{count:,} {unit.removesuffix('s') if count == 1 else unit}{of}{size}"


class Metric(Value):
    """The error that decides. Lower is better.

    Attributes
    ----------
    name : str
        "MASE" or "error rate".
    unit : str
        "× in-sample seasonal naive error", "share of sequences".
    method : str
        One line: how it was measured.
    """

    name: str
    unit: str
    method: str

    @property
    def is_share(self) -> bool:
        """Return whether it lies between 0 and 1."""
        return self.unit.startswith("share")


class Estimate(Value):
    """A mean with its 95 % interval; ``low`` and ``high`` are ``None`` where there is only one value."""

    mean: float
    low: float | None = None
    high: float | None = None


class Point(Value):
    """One point of a curve of errors: at ``x`` the error is ``y``."""

    x: float
    y: Estimate


class Curve(Value):
    """Errors along something.

    Attributes
    ----------
    label : str
        What ``x`` is, with its unit: "rows of history seen", "share of the training data".
    """

    label: str
    method: str
    points: tuple[Point, ...]


class Past(Value):
    """The error on test data where what is older than some steps is another sequence's.

    Attributes
    ----------
    steps : int
        Steps of the recurrent layer that stay the sequence's own.
    error : float
        The deciding error of one trained network.
    rise : Estimate
        By how much that is above the same network's error with its own past; 95 % interval over test units.
    """

    steps: int
    error: float
    rise: Estimate


class Memory(Value):
    """The memory of a cell's network.

    Attributes
    ----------
    peak_training_bytes : int
        Most that torch held at once in one update: weights, moments, gradients, activations.
    model_bytes : int
        Weights on disk.
    state_bytes : int
        Per stream.
    """

    peak_training_bytes: int
    model_bytes: int
    state_bytes: int


class Fit(Value):
    """How well a candidate fits the task.

    Attributes
    ----------
    error : Estimate
        The deciding metric on test data, with the interval over seeds and test units.
    by_seed : tuple of float
    units : tuple of matrix
        Fold by fold the deciding error of each seed (rows) on each test unit (columns), to six digits.
    metrics : dict of str to float
        Further metrics, means over folds and seeds.
    by_length, by_amount : Curve or None
        Error against sequence length and against the amount of training data.
    """

    error: Estimate
    by_seed: tuple[float, ...]
    units: tuple[tuple[tuple[float, ...], ...], ...] = ()
    metrics: dict[str, float]
    by_length: Curve | None = None
    by_amount: Curve | None = None


class Cost(Value):
    """What a candidate costs to fit, to ask and to keep; one thread, while all workers are busy.

    Attributes
    ----------
    fit_seconds : float
        Wall clock of fitting on the training part of one fold; mean over folds and seeds.
    predict_seconds : float
        Wall clock of one answer (a forecast, a sequence, a symbol), mean over the test part, folds and seeds.
    model_bytes : int or None
        Of the saved model; ``None`` where it cannot be saved. Of a cell the same as in :class:`Memory`.
    """

    fit_seconds: float
    predict_seconds: float
    model_bytes: int | None = None


class Candidate(Value):
    """One row of the comparison: a cell or a baseline (which has only ``fit`` and ``cost``).

    Attributes
    ----------
    past : tuple of Past
        The error without the past beyond some lags, the shortest first; none where it was not measured.
    cost : Cost or None
        ``None`` where nothing was fitted to the end, and in files of the first version.
    """

    name: str
    kind: Literal["cell", "baseline"]
    description: str
    fit: Fit
    cell: str | None = None
    backend: BackendFacts | None = None
    structure: Structure | None = None
    gradient: Gradient | None = None
    training: Training | None = None
    memory: Memory | None = None
    step_latency_us: float | None = None
    past: tuple[Past, ...] = ()
    cost: Cost | None = None


class Absent(Value):
    """Baselines that were not compared, as an optional part is not installed.

    Attributes
    ----------
    names : tuple of str
    install : str
        The command that installs it.
    """

    names: tuple[str, ...]
    install: str


class Difference(Value):
    """Error of ``first`` minus error of ``second``, paired over test units.

    Attributes
    ----------
    mean : float
    low, high : float or None
        The 99 % interval that holds for all pairs of its family together (Bonferroni); ``None``, as all that
        follows, where there are too few test units for one.
    error : float or None
        Standard error.
    freedom : float or None
        Degrees of freedom of that, Satterthwaite's.
    seeds_share : float or None
        How much of the interval's squared width comes from the seeds, the rest from the test units.
    p : float or None
        Adjusted.
    clear : bool
        The interval excludes a tie.
    """

    first: str
    second: str
    mean: float
    low: float | None = None
    high: float | None = None
    error: float | None = None
    freedom: float | None = None
    seeds_share: float | None = None
    p: float | None = None
    clear: bool = False


class Evidence(Value):
    """All that a comparison has measured.

    ``differences`` holds every pair of cells, each cell against each baseline, and every pair of baselines;
    ``methods`` says in one line how each dimension was measured: keys ``structure, gradient, training, memory,
    fit, differences``; ``absent`` holds the baselines that would have been compared, were they installed; ``details``
    says where errors come from, and ``checks`` what was found in the data.
    """

    format: int = 2
    gatewise: str
    created: str
    machine: Machine
    data: DataFacts
    plan: PlanFacts
    metric: Metric
    units: Units = Units()  # what the first format did not hold
    candidates: tuple[Candidate, ...]
    absent: tuple[Absent, ...] = ()
    differences: tuple[Difference, ...]
    examples: Examples
    methods: dict[str, str]
    request: Request | None = None
    details: Details | None = None
    checks: DataChecks | None = None

    @property
    def cells(self) -> tuple[Candidate, ...]:
        """Return the recurrent candidates."""
        return tuple(candidate for candidate in self.candidates if candidate.kind == "cell")

    @property
    def baselines(self) -> tuple[Candidate, ...]:
        """Return the candidates that the recurrent ones have to beat."""
        return tuple(candidate for candidate in self.candidates if candidate.kind == "baseline")

    def difference(self, first: str, second: str) -> Difference | None:
        """Return the pair in this order, whichever way it was measured; ``None`` if one of them has no errors."""
        for pair in self.differences:
            if (pair.first, pair.second) == (first, second):
                return pair
            if (pair.first, pair.second) == (second, first):
                # Subtracting from zero keeps −0.0 away.
                turned = {"mean": 0.0 - pair.mean}
                if pair.low is not None and pair.high is not None:
                    turned |= {"low": 0.0 - pair.high, "high": 0.0 - pair.low}
                return pair.model_copy(update={"first": first, "second": second, **turned})
        return None
