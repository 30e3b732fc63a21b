"""Where a comparison agrees with what is said of RNN, LSTM and GRU, and where it contradicts it.

A statement stands here only if the comparison has measured it: the same quantity, under the condition that the
statement names. What was found elsewhere is in :mod:`gatewise.explanation.claims`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gatewise.explanation.claims import CANNOT_BE_TOLD, DOES_NOT_HOLD, HOLDS, judged, known_claims, together
from gatewise.report.quantities import Quantity
from gatewise.report.text import capital, error_format, interval, join, number, share_left, short_percent
from gatewise.verdict.evidence import Candidate, Evidence, GradientCurve

__all__ = ["Agreement", "agreements"]

# As in docs/claims.md: less than a tenth is vanished; a hundred steps are far; close is a point, or five percent.
TENTH, FAR = 0.1, 100
POINT, PERCENT = 0.01, 0.05
# Times have no interval here; so much around 1 is left open.
NOISE = 0.05
# Their networks set gates to remember before they are trained.
REMEMBERING = ("classification", "regression")


@dataclass(frozen=True)
class Agreement:
    """One statement, beside what this comparison says of it.

    Attributes
    ----------
    statement : str
    elsewhere : str
        The verdict of ``docs/claims.md``.
    here : str
        The verdict of this comparison: ``"holds"``, ``"does not hold"`` or ``"cannot be told"``.
    found : str
        The numbers, with their interval where there is one.
    """

    statement: str
    elsewhere: str
    here: str
    found: str

    @property
    def word(self) -> str:
        """Return whether both agree; nothing where one of them cannot be told."""
        if CANNOT_BE_TOLD in (self.here, self.elsewhere):
            return ""
        return "agrees" if self.here == self.elsewhere else "contradicts"


def agreements(evidence: Evidence) -> tuple[Agreement, ...]:
    """Return every statement on which the comparison has numbers; none while it is partial."""
    if evidence.plan.partial:
        return ()
    cells = {(cell.cell or cell.name).upper(): cell for cell in evidence.cells}
    said = known_claims()
    return tuple(
        Agreement(claim.statement, claim.verdict, *found)
        for beginning, look in LOOKS.items()
        if (found := look(evidence, cells)) is not None
        for claim in (said.named(beginning),)
    )


Cells = dict[str, Candidate]
Found = tuple[str, str] | None
Look = Callable[[Evidence, Cells], Found]


def _vanishing(evidence: Evidence, cells: Cells) -> Found:
    curve = _trained(cells.get("RNN"))
    if curve is None:
        return None
    here = HOLDS if curve.left < TENTH else DOES_NOT_HOLD if curve.lags[-1] >= FAR else CANNOT_BE_TOLD
    left = f"{_place(evidence, curve)}, after training, {share_left(curve.left)} is left"
    return here, f"{left}{_how_far(curve, here)}."


def _remembering(evidence: Evidence, cells: Cells) -> Found:
    curves = {
        f"{name}, {when}": curve
        for name in ("LSTM", "GRU")
        if name in cells and (gradient := cells[name].gradient) is not None
        for when, curve in (("untrained", gradient.initial), ("trained", gradient.trained))
        if curve is not None
    }
    if not curves or evidence.data.task not in REMEMBERING:
        return None
    verdicts = [
        DOES_NOT_HOLD if curve.left < TENTH else HOLDS if curve.lags[-1] >= FAR else CANNOT_BE_TOLD
        for curve in curves.values()
    ]
    here = together(verdicts)
    said = join(f"{share_left(curve.left)} ({name})" for name, curve in curves.items())
    last = next(iter(curves.values()))
    return here, f"{_place(evidence, last)} is left: {said}{_how_far(last, here)}."


def _close(evidence: Evidence, cells: Cells) -> Found:
    if not {"GRU", "LSTM"} <= set(cells):
        return None
    gru, lstm = cells["GRU"], cells["LSTM"]
    pair, error = evidence.difference(gru.name, lstm.name), lstm.fit.error.mean
    if pair is None or pair.low is None or pair.high is None or not error > 0:
        return None
    if evidence.metric.is_share:
        bounds, scale, unit, close = POINT, 1.0, "points", "one point"
    else:
        bounds, scale, unit, close = PERCENT, error, "% of the LSTM's", f"{100 * PERCENT:g} %"
    low, mean, high = (100 * value / scale for value in (pair.low, pair.mean, pair.high))
    here = judged(low, high, -100 * bounds, 100 * bounds)
    signed, *ends = (f"{value:+.2f}".replace("-", "−") for value in (mean, low, high))
    return here, (
        f"{capital(evidence.metric.name)}, GRU less LSTM: {signed} {unit} (99 % interval {' to '.join(ends)}); "
        f"close is within {close}."
    )


def _less_data(evidence: Evidence, cells: Cells) -> Found:
    curves = [cells[name].fit.by_amount for name in ("GRU", "LSTM") if name in cells]
    points = [{point.x: point.y for point in curve.points} for curve in curves if curve is not None]
    if len(points) < 2:
        return None
    show = error_format(evidence.metric)
    verdicts, said = [], []
    for x in sorted(set(points[0]) & set(points[1]))[:-1]:  # the last is all data
        gru, lstm = (one[x] for one in points)
        if gru.low is None or gru.high is None or lstm.low is None or lstm.high is None:
            continue
        verdicts.append(judged(lstm.low - gru.high, lstm.high - gru.low, above=0.0))
        both = (
            f"{name} {show(error.mean)} ({interval(error, evidence.metric)})"
            for name, error in (("GRU", gru), ("LSTM", lstm))
        )
        said.append(f"with {short_percent(x)} {', '.join(both)}")
    if not said:
        return None
    return together(verdicts), f"{capital(evidence.metric.name)}, 95 % intervals, {'; '.join(said)}."


def _ratio(place: str, what: str, noise: float = 0.0) -> Look:
    """A quantity of the GRU divided by the LSTM's, where both have the same number of units."""
    quantity, units = Quantity("", "", place), Quantity("", "", "structure.hidden_size")

    def look(_: Evidence, cells: Cells) -> Found:
        if not {"GRU", "LSTM"} <= set(cells):
            return None
        gru, lstm = cells["GRU"], cells["LSTM"]
        size, first, second = units.of(gru), quantity.of(gru), quantity.of(lstm)
        if size is None or size != units.of(lstm) or first is None or not second:
            return None
        ratio = first / second
        here = judged(ratio * (1 - noise), ratio * (1 + noise), below=1.0)
        open_to = f"; within {100 * noise:g} % of 1 is left open, as times have no interval" if noise else ""
        return here, f"{what}, GRU / LSTM with {number(size)} units each: {number(ratio)}{open_to}."

    return look


def _trained(cell: Candidate | None) -> GradientCurve | None:
    return None if cell is None or cell.gradient is None else cell.gradient.trained


def _place(evidence: Evidence, curve: GradientCurve) -> str:
    return f"Of the gradient {evidence.data.steps(curve.lags[-1])} back"


def _how_far(curve: GradientCurve, here: str) -> str:
    return f"; {FAR} steps back would tell" if here == CANNOT_BE_TOLD and curve.lags[-1] < FAR else ""


LOOKS: dict[str, Look] = {
    "The RNN's gradient vanishes": _vanishing,
    "Gates that are set to remember": _remembering,
    "GRU and LSTM are close": _close,
    "The GRU has fewer parameters": _ratio("structure.parameters", "Parameters"),
    "The GRU trains faster": _ratio("training.step_seconds", "Time of one update", NOISE),
    "The GRU needs less memory": _ratio("memory.peak_training_bytes", "Peak of one update"),
    "The GRU needs less data": _less_data,
}
