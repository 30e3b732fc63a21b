"""Outcomes as tables, means and verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.layers import targets
from benchmarks.layers.contest import Outcome
from benchmarks.layers.first_call import Start
from benchmarks.layers.grid import CELLS, Mode
from benchmarks.layers.memory import Footprint
from benchmarks.layers.rivals import OURS, TORCH
from benchmarks.layers.rounds import QUIET
from benchmarks.layers.timing import LONG_S
from benchmarks.results import Result, Row

__all__ = ["Field", "remembered", "started", "timed"]

_TITLES = {
    Mode.TRAIN: "Layers: training step",
    Mode.INFER: "Layers: inference on whole sequences",
    Mode.RAGGED: "Layers: training step on ragged batches",
    Mode.STEP: "Layers: one step of one stream, from Python",
}
_WHAT = {
    Mode.TRAIN: "Forward and backward pass, with the gradients of input, initial state and all weights.",
    Mode.INFER: "Forward pass without gradients.",
    Mode.RAGGED: "As the training step, with lengths uniform in 1…T; beside it the same batch as if every row "
    "were full. GFLOP/s count steps with data only.",
    Mode.STEP: "I/H/1/1; the library's fastest way is taken where it has several (of ours: one thread, or all).",
}
_RATIOS = (("gru", "lstm"), ("gru-reset-after", "lstm"), ("rnn", "lstm"))
_PADDED = f"{OURS.title}, padded"


@dataclass(frozen=True)
class Field:
    """Who took part.

    Attributes
    ----------
    versions : dict of str to str
        By title.
    absent : tuple of str
        Titles of those not installed.
    threads : int
    peak_gflops : float or None
        The highest of the run: what lowers it is others' use of the machine.
    """

    versions: dict[str, str]
    absent: tuple[str, ...]
    threads: int
    peak_gflops: float | None

    def text(self) -> str:
        """Two sentences at most."""
        present = (
            "Took part: " + ", ".join(f"{name} {number}" for name, number in self.versions.items()) + "."
        )
        if not self.absent:
            return present
        return f"{present} Absent: {', '.join(self.absent)}; `make bench` installs them."


def timed(mode: Mode, outcomes: Sequence[Outcome], field: Field) -> Result:
    """Times of a mode: one row per shape and cell."""
    unit, scale, digits = ("µs", 1e6, 2) if mode is Mode.STEP else ("ms", 1e3, 3)
    names = list(dict.fromkeys(name for one in outcomes for name in (*one.times, *one.faults)))
    rows = [_row(outcome, names, unit, scale, digits, field.peak_gflops) for outcome in outcomes]
    columns = {
        **{f"{name}, {unit}": digits for name in names},
        "GFLOP/s": 1,
        "of peak, %": 1,
        "× torch.nn": 2,
        "× best": 2,
        "of padded": 2,
    }
    return Result(
        name=f"layers-{mode}",
        title=_TITLES[mode],
        protocol=f"{_WHAT[mode]} Medians of turns taken in rounds, one process each, {_threads(field.threads)}; "
        f"the first call of a turn counts only above {LONG_S:g} s. I/H/B/T: features, units, rows, steps. × is a "
        f"rival's time divided by ours: above 1, ours is faster. {field.text()}",
        checks=("every result against the equations in float64",),
        digits=columns,
        rows=tuple(rows),
        targets=tuple(targets.timed(mode, outcomes, field.peak_gflops)),
        notes=tuple(_notes(mode, outcomes, field.peak_gflops)),
    )


def remembered(footprints: Sequence[Footprint]) -> Result:
    """Memory of training steps, ours beside torch's."""
    rows: list[Row] = [
        {
            "I/H/B/T": str(one.job.shape),
            "cell": one.job.cell.name,
            "gatewise, MB": (one.ours_bytes / 1e6,),
            "torch.nn, MB": (one.torch_bytes / 1e6,),
            "of torch.nn's": (one.ours_bytes / one.torch_bytes,),
        }
        for one in footprints
    ]
    return Result(
        name="layers-memory",
        title="Layers: peak memory of a training step",
        protocol="Resident memory at its highest during one step (its results included) less that before it "
        "(weights, input), each in a new process after a step of 2 rows and 2 steps. `gru` stands beside torch's "
        "GRU, which is another function.",
        checks=(),
        digits={"gatewise, MB": 1, "torch.nn, MB": 1, "of torch.nn's": 2},
        rows=tuple(rows),
        targets=tuple(targets.remembered(footprints)),
    )


def started(starts: Sequence[Start]) -> Result:
    """Imports and first calls."""
    rows: list[Row] = [
        {
            "cell": one.cell,
            "import torch, s": (one.import_torch_s,),
            "import gatewise, s": (one.import_gatewise_s,),
            "import gatewise.nn, s": (one.import_layers_s,),
            "first step, s": (one.cold_s,) if one.cached else "nothing cached",
            "from the cache, s": (one.warm_s,),
            "again, s": (one.again_s,),
        }
        for one in starts
    ]
    return Result(
        name="layers-start",
        title="Layers: the first call of a process",
        protocol="New processes: imports one after the other, then a training step of 64/128/8/20 with an empty "
        "cache, and with the one that it left. The imports of `gatewise` are on top of torch's.",
        checks=(),
        digits={name: 3 for row in rows for name in row if name.endswith(", s")},
        rows=tuple(rows),
        targets=tuple(targets.started(starts)),
    )


def _row(
    outcome: Outcome, names: Sequence[str], unit: str, scale: float, digits: int, peak: float | None
) -> Row:
    ours = outcome.ours
    row: Row = {"I/H/B/T": str(outcome.job.shape), "cell": outcome.job.cell.name}
    for name in names:
        row[f"{name}, {unit}"] = _time(outcome, name, scale, digits)
        if name == OURS.title:
            row["quartiles"] = f"{ours.lower * scale:.{digits}f}–{ours.upper * scale:.{digits}f}"
    row["GFLOP/s"] = (outcome.gflops,)
    row["of peak, %"] = "" if peak is None else (100 * outcome.gflops / peak,)
    usual = outcome.faster_than(_usual(outcome))
    row["× torch.nn"] = "" if usual is None else (usual,)
    best = outcome.faster_than(outcome.best)
    row["× best"] = "" if best is None else (best,)
    row["best rival"] = outcome.best or ""
    if (padded := outcome.faster_than(_PADDED)) is not None:
        row["of padded"] = (1 / padded,)
    return row


def _time(outcome: Outcome, name: str, scale: float, digits: int) -> str | tuple[float, ...]:
    if name in outcome.faults:
        return "failed"
    if name not in outcome.times:
        return ""
    value = outcome.times[name].median * scale
    return f"{value:.{digits}f}*" if name in outcome.different else (value,)


def _usual(outcome: Outcome) -> str:
    return f"{TORCH.title}, packed" if outcome.job.mode is Mode.RAGGED else TORCH.title


def _notes(mode: Mode, outcomes: Sequence[Outcome], peak: float | None) -> Iterable[str]:
    if any(outcome.different for outcome in outcomes):
        yield "\\* another function, for want of the same: torch's GRU resets after the product."
    lines = [
        f"- {name}, {outcome.job}: {fault}" for outcome in outcomes for name, fault in outcome.faults.items()
    ]
    if lines:
        yield "\n".join(["Failed, and not timed:", *lines])
    yield _means(outcomes)
    if mode in (Mode.TRAIN, Mode.INFER) and (ratios := _ratios(outcomes)):
        yield ratios
    spreads = _spreads(outcomes)
    yield f"Interquartile range, share of the median, middle and worst of all rows: {spreads}."
    yield _peaks(outcomes, peak)


def _peaks(outcomes: Sequence[Outcome], highest: float | None) -> str:
    peaks = [one.peak_gflops for one in outcomes if one.peak_gflops is not None]
    if highest is None or not peaks:
        return "The peak was not measured: numba is not installed."
    text = (
        f"Peak of multiply-adds in registers: {highest:.0f} GFLOP/s, the highest median of the run; beside these "
        f"rows it was {min(peaks):.0f} to {max(peaks):.0f}. "
        f"Rounds wait, within limits, for quiet moments, and count if it is at {100 * QUIET:.0f} % of the fastest or "
        f"above both before and after them; left out: {sum(one.left_out for one in outcomes)}."
    )
    # Early rows had less to be compared with.
    busy = [str(one.job) for one in outcomes if one.busy or (one.peak_gflops or highest) < QUIET * highest]
    if not busy:
        return text
    return (
        f"{text} **The machine was busy with something else** in too many rounds, so that all count, of: "
        f"{', '.join(busy)}. Measure these again."
    )


def _means(outcomes: Sequence[Outcome]) -> str:
    parts = []
    for name in CELLS:
        some = [outcome for outcome in outcomes if outcome.job.cell.name == name]
        usual = [ratio for one in some if (ratio := one.faster_than(_usual(one))) is not None]
        best = [ratio for one in some if (ratio := one.faster_than(one.best)) is not None]
        if usual and best:
            parts.append(
                f"- {name}: {targets.mean(usual):.2f} × torch.nn (least {min(usual):.2f}), "
                f"{targets.mean(best):.2f} × the best rival (least {min(best):.2f})"
            )
    return "\n".join(["Geometric means:", *parts]) if parts else ""


def _ratios(outcomes: Sequence[Outcome]) -> str:
    parts = []
    for cell, other in _RATIOS:
        found = targets.cost_ratios(outcomes, cell, other)
        if found:
            expected = CELLS[cell].blocks / CELLS[other].blocks
            parts.append(
                f"- {cell} / {other}: {targets.mean(found):.2f}, from {min(found):.2f} to {max(found):.2f} "
                f"(arithmetic: {expected:.2f})"
            )
    return "\n".join(["Cost of ours, geometric means of ratios at the same shape:", *parts]) if parts else ""


def _spreads(outcomes: Sequence[Outcome]) -> str:
    shares: dict[str, list[float]] = {}
    for outcome in outcomes:
        for name, spread in outcome.times.items():
            shares.setdefault(name, []).append((spread.upper - spread.lower) / spread.median)
    return ", ".join(
        f"{name} {100 * sorted(some)[len(some) // 2]:.0f} % / {100 * max(some):.0f} %"
        for name, some in shares.items()
    )


def _threads(number: int) -> str:
    return "1 thread" if number == 1 else f"{number} threads"
