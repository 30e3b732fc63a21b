"""What the rows of the table mean, in a sentence each: those that stand in it."""

from __future__ import annotations

from gatewise.report.quantities import ReportTable

__all__ = ["TERMS", "terms"]

# By the beginning of a row's label; the longest that fits is taken.
TERMS = {
    "MASE": "mean absolute error, divided for each series by the mean absolute error of repeating the last season "
    "inside its training rows: below 1 is better than that",
    "median MASE": "the median of the series' MASE, which one series cannot decide",
    "MAE": "mean absolute error, in the units of the target",
    "RMSE": "root of the mean squared error, in the units of the target: large errors weigh more",
    "sMAPE": "absolute error in percent of the mean of actual and predicted size, 0 to 200",
    "scaled pinball": "error of the median and the ends of the interval together, in units of the naive error: it is "
    "low where intervals are narrow and hold what they promise",
    "coverage": "share of test values that lie inside the interval; it should be the interval's own",
    "width": "mean width of the interval, in the units of the target",
    "MSIS": "width of the interval and what lies outside of it, which counts twenty times at 90 %, in units of the "
    "naive error: the lower, the better the interval",
    "scaled MAE": "mean over the targets of the absolute error of each, in units of its deviation in the training part",
    "scaled RMSE": "the same with the root of the mean squared error: large errors weigh more",
    "R2": "share of the target's variance that is explained; 0 is as good as the mean",
    "error rate": "share that is given a wrong class or label",
    "accuracy": "share that is given the right class or label",
    "balanced accuracy": "mean over classes of the share of each that is found",
    "F1": "harmonic mean of precision and recall, mean over classes",
    "log loss": "minus the mean logarithm of the probability of the right class: who is sure and wrong pays most",
    "sentence accuracy": "share of sequences all of whose labels are right",
    "span": "of whole marked stretches (as conlleval counts them), not of single steps",
    "nats per": "minus the mean natural logarithm of the probability of the next symbol",
    "bits per": "the same with logarithms of base 2",
    "perplexity": "exponential of the nats: as uncertain as between so many equally probable symbols",
    "fitting one model": "wall clock of one training, or of fitting a baseline",
    "one answer": "wall clock of one answer, of test data asked all at once",
    "model on disk": "bytes of the saved model",
    "half-life": "how many steps back half of the gradient is left: how far back a network can learn",
    "clipped": "share of updates whose gradient was too large and was cut",
    "gates above": "share of gate values that are nearly open",
    "gates below": "share of gate values that are nearly shut",
    "to the common loss": "seconds until the training loss that every cell reached",
    "one update": "median wall clock of one pass forward and back and one move of the weights",
    "learning rate": "how far weights move in one update, at its highest",
    "peak while training": "most memory that one update holds at once",
    "state": "what is carried from one step to the next",
    "hidden size": "units of the recurrent layer",
    "gates": "what decides how much is kept and written; `gatewise explain LSTM` has them",
    "parameters": "numbers that are learned",
    "multiply-adds": "arithmetic of one step of the recurrent layer",
    "latency": "time of one step of one stream",
}
PAST = (
    "error where all that is older is another sequence's, and how much higher that is: what the past is worth"
)


def terms(table: ReportTable) -> tuple[tuple[str, str], ...]:
    """Return the names of rows and what they mean, each meaning once, in the order of the table."""
    found: dict[str, str] = {}
    for group in table.groups:
        for row in group.rows:
            known = max((name for name in TERMS if row.label.startswith(name)), key=len, default="")
            if "another's past" in row.label:
                found.setdefault("another's past", PAST)
            elif known:
                found.setdefault(known if known.endswith(("per", "gates")) else row.label, TERMS[known])
    return tuple(found.items())
