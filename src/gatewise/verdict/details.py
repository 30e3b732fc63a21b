"""Where errors come from: by step, series, class and value, of residuals, and the worst of all.

Unlike the errors that decide, these are of one training of each candidate, the first of every split: they say where to
look, not who is better.
"""

from __future__ import annotations

from pydantic import Field

from gatewise.verdict.examples import ForecastExample
from gatewise.verdict.value import Value

__all__ = ["ClassCounts", "Details", "ErrorsBy", "Probabilities", "Residuals", "Shape", "WorstAnswer"]


class ErrorsBy(Value):
    """Errors on parts of the test data.

    Attributes
    ----------
    what : str
        What the parts are: "series", "step of the horizon", "group".
    names : tuple of str
    counts : tuple of int
        How many of ``counted`` each part has.
    counted : str
    shown : str
        Which parts these are, where they are not all: "the ten with the largest error of GRU, of 359".
    errors : dict of candidate to tuple of float
        The deciding error of each part.
    bias : dict of candidate to tuple of float
        Mean of predicted minus actual, in the unit of the error.
    coverage : dict of candidate to tuple of float
        Share of values inside the interval.
    examples : tuple of ForecastExample
        One of each part, in the same order, of the best cell and the best baseline; or none.
    """

    what: str
    names: tuple[str, ...]
    counts: tuple[int, ...]
    counted: str
    shown: str = ""
    errors: dict[str, tuple[float, ...]]
    bias: dict[str, tuple[float, ...]] = Field(default_factory=dict)
    coverage: dict[str, tuple[float, ...]] = Field(default_factory=dict)
    examples: tuple[ForecastExample, ...] = ()


class Residuals(Value):
    """Predicted minus actual values of one candidate.

    Attributes
    ----------
    bias, spread : float
        Mean and standard deviation.
    edges, counts : tuple
        A histogram; the first and the last bin hold all that is beyond, too.
    autocorrelation : tuple of float
        At lags 1, 2, … of test rows that follow each other; none where they have no order.
    bound : float or None
        Below it all but 5 % of autocorrelations would be, were there none: 1.96 / √n.
    """

    bias: float
    spread: float
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    autocorrelation: tuple[float, ...] = ()
    bound: float | None = None


class ClassCounts(Value):
    """Of each class how often it was there, was predicted, and both; precision, recall and F1 follow.

    Attributes
    ----------
    names : tuple of str
    support : tuple of int
    predicted, right : dict of candidate to tuple of int
    """

    names: tuple[str, ...]
    support: tuple[int, ...]
    predicted: dict[str, tuple[int, ...]]
    right: dict[str, tuple[int, ...]]


class Probabilities(Value):
    """How good the probabilities of one classifier are.

    Attributes
    ----------
    roc : tuple of (false, true) positive rate
        Of two classes the second one's; of more all classes against the rest, all decisions together (micro).
    precision_recall : tuple of (recall, precision)
        The same.
    area : tuple of float
        Under the ROC curve of each class against the rest; ``None`` where the test part has no such class, or no other.
    average_precision : tuple of float
        The same.
    confidence, accuracy : tuple of float
        Calibration: mean probability of the predicted class and share that is right, in bins of the former.
    counts : tuple of int
        Sequences in each bin.
    calibration_error : float
        Mean distance of both, weighted by ``counts``.
    """

    roc: tuple[tuple[float, float], ...]
    precision_recall: tuple[tuple[float, float], ...]
    area: tuple[float | None, ...]
    average_precision: tuple[float | None, ...]
    confidence: tuple[float, ...]
    accuracy: tuple[float, ...]
    counts: tuple[int, ...]
    calibration_error: float


class Shape(Value):
    """A sequence to look at; each part is there where the sequence is of its kind.

    Attributes
    ----------
    lines : dict of channel to tuple of float
        At most four, the ones that move most, at most a hundred points each.
    steps : int
        How long the whole is.
    tokens, actual, predicted : tuple of str
        Words and their labels.
    surprise : tuple of float
        Nats of each token: minus the logarithm of the probability that it was given.
    wave : tuple of float
        The loudest of each of at most 200 stretches of a recording, 0 to 1.
    mel : str
        Log-mel energies, 0 to 15 as hexadecimal digits, band by band, the lowest first.
    mel_bands : int
    seconds : float or None
    """

    lines: dict[str, tuple[float, ...]] = Field(default_factory=dict)
    steps: int = 0
    tokens: tuple[str, ...] = ()
    actual: tuple[str, ...] = ()
    predicted: tuple[str, ...] = ()
    surprise: tuple[float, ...] = ()
    wave: tuple[float, ...] = ()
    mel: str = ""
    mel_bands: int = 0
    seconds: float | None = None


class WorstAnswer(Value):
    """One of the answers that were furthest from right.

    Attributes
    ----------
    title : str
        Which sequence, window or stretch it is.
    actual, predicted : str
    error : float
        The deciding error of this one, or, of a class, one minus the probability of the right one.
    forecast : ForecastExample or None
    shape : Shape or None
        The sequence itself.
    """

    title: str
    actual: str = ""
    predicted: str = ""
    error: float
    forecast: ForecastExample | None = None
    shape: Shape | None = None


class Details(Value):
    """Where errors come from.

    Attributes
    ----------
    splits : int
        Splits of the data whose test parts are added up here.
    tested : int
        How many of ``counted`` it is made of.
    counted : str
    unit : str
        Of residuals.
    by : tuple of ErrorsBy
    classes : ClassCounts or None
    probabilities : dict of candidate to Probabilities
    residuals : dict of candidate to Residuals
    worst : dict of candidate to tuple of WorstAnswer
        Of the cell and of the baseline with the lowest error, the worst first.
    methods : dict of str to str
        How each was measured, in a line: keys ``by, classes, probabilities, residuals, worst``.
    """

    splits: int = 1
    tested: int
    counted: str
    unit: str = ""
    by: tuple[ErrorsBy, ...] = ()
    classes: ClassCounts | None = None
    probabilities: dict[str, Probabilities] = Field(default_factory=dict)
    residuals: dict[str, Residuals] = Field(default_factory=dict)
    worst: dict[str, tuple[WorstAnswer, ...]] = Field(default_factory=dict)
    methods: dict[str, str] = Field(default_factory=dict)
