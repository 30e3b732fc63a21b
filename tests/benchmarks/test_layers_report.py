"""What is said of canned numbers."""

# Tables are wider than code.
# ruff: noqa: E501

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.layers import report
from benchmarks.layers.contest import Outcome
from benchmarks.layers.first_call import Start
from benchmarks.layers.grid import CELLS, Job, Mode, Shape
from benchmarks.layers.memory import Footprint
from benchmarks.layers.report import Field
from benchmarks.layers.timing import Spread

SHAPE = Shape(32, 64, 32, 100)
FIELD = Field({"gatewise": "0.1.0", "torch.nn": "2.13.0", "JAX": "0.10.2"}, ("OpenVINO",), 2, 200.0)


def spread(milliseconds: float) -> Spread:
    """Quartiles a tenth around a median."""
    return Spread(0.9e-3 * milliseconds, 1e-3 * milliseconds, 1.1e-3 * milliseconds)


def outcome(mode: Mode, cell: str, peak: float = 200.0, busy: bool = False, **times: float) -> Outcome:
    names = {"ours": "gatewise", "torch": "torch.nn", "ort": "ONNX Runtime", "padded": "gatewise, padded"}
    return Outcome(
        job=Job(mode, CELLS[cell], SHAPE if mode is not Mode.STEP else Shape(32, 64, 1, 1)),
        steps=3200 if mode is not Mode.STEP else 1,
        times={names.get(name, name): spread(time) for name, time in times.items()},
        different=frozenset({"torch.nn"} if cell == "gru" else ()),
        peak_gflops=peak,
        left_out=2 if peak < 200 else 0,
        busy=busy,
    )


TRAIN = """\
| I/H/B/T      | cell | gatewise, ms | quartiles   | torch.nn, ms | JAX, ms | GFLOP/s | of peak, % | × torch.nn | × best | best rival |
| ------------ | ---- | -----------: | ----------- | -----------: | ------: | ------: | ---------: | ---------: | -----: | ---------- |
| 32/64/32/100 | lstm |        4.000 | 3.600–4.400 |        8.000 |   6.000 |   118.0 |       59.0 |       2.00 |   1.50 | JAX        |
| 32/64/32/100 | gru  |        3.000 | 2.700–3.300 |      15.000* |  failed |   118.0 |       59.0 |       5.00 |   5.00 | torch.nn   |

\\* another function, for want of the same: torch's GRU resets after the product.

Failed, and not timed:
- JAX, train gru 32/64/32/100: d_x is missing

Geometric means:
- lstm: 2.00 × torch.nn (least 2.00), 1.50 × the best rival (least 1.50)
- gru: 5.00 × torch.nn (least 5.00), 5.00 × the best rival (least 5.00)

Cost of ours, geometric means of ratios at the same shape:
- gru / lstm: 0.75, from 0.75 to 0.75 (arithmetic: 0.75)

Interquartile range, share of the median, middle and worst of all rows: gatewise 20 % / 20 %, torch.nn 20 % / 20 %, JAX 20 % / 20 %.

Peak of multiply-adds in registers: 200 GFLOP/s, the highest median of the run; beside these rows it was 150 to 200. \
Rounds wait, within limits, for quiet moments, and count if it is at 85 % of the fastest or above both before and after \
them; left out: 2. \
**The machine was busy with something else** in too many rounds, so that all count, of: train gru 32/64/32/100. \
Measure these again.

- target: lstm: × torch.nn, geometric mean, at or above 1.3: reached with 2.00
- target: lstm: × torch.nn, least, at or above 1: reached with 2.00
- target: gru: × torch.nn, geometric mean, at or above 4: reached with 5.00
- target: gru: × torch.nn, least, at or above 2.5: reached with 5.00
- target: lstm: × best rival, least, at or above 1.2: reached with 1.50
- target: gru: × best rival, least, at or above 1.2: reached with 5.00
- target: share of the peak at H = 64, least, %, at or above 50: reached with 59
- target: cost gru / lstm, largest, at or below 0.8: reached with 0.75"""


def test_a_training_step_beside_its_rivals() -> None:
    gru = outcome(Mode.TRAIN, "gru", peak=150.0, ours=3, torch=15)
    gru.faults["JAX"] = "d_x is missing"
    text = report.timed(Mode.TRAIN, [outcome(Mode.TRAIN, "lstm", ours=4, torch=8, JAX=6), gru], FIELD).text()
    assert text.split("\n\n", 3)[3] == TRAIN


@pytest.mark.parametrize(
    ("peak", "busy", "named"), [(171.0, False, False), (169.0, False, True), (200.0, True, True)]
)
def test_a_row_is_busy_if_too_few_rounds_were_quiet(peak: float, busy: bool, named: bool) -> None:
    one = outcome(Mode.INFER, "rnn", peak=peak, busy=busy, ours=1, torch=2)
    text = report.timed(Mode.INFER, [one], FIELD).notes[-1]
    assert text.endswith(" of: infer rnn 32/64/32/100. Measure these again.") is named
    assert ("**The machine was busy" in text) is named


def test_without_a_probe_nothing_is_said_of_quiet_moments() -> None:
    one = replace(outcome(Mode.INFER, "rnn", ours=1), peak_gflops=None)
    field = replace(FIELD, peak_gflops=None)
    result = report.timed(Mode.INFER, [one], field)
    assert result.notes[-1] == "The peak was not measured: numba is not installed."


def test_how_turns_are_measured_is_told() -> None:
    protocol = report.timed(Mode.INFER, [outcome(Mode.INFER, "rnn", ours=1)], FIELD).protocol
    assert protocol.startswith(
        "Forward pass without gradients. Medians of turns taken in rounds, one process each, 2 threads; "
        "the first call of a turn counts only above 0.3 s. I/H/B/T: features, units, rows, steps. × is a rival's "
        "time divided by ours: above 1, ours is faster. Took part: "
    )


def test_who_took_part_and_who_is_absent() -> None:
    protocol = report.timed(Mode.INFER, [outcome(Mode.INFER, "rnn", ours=1, torch=2)], FIELD).protocol
    assert protocol.endswith(
        "Took part: gatewise 0.1.0, torch.nn 2.13.0, JAX 0.10.2. Absent: OpenVINO; `make bench` installs them."
    )


def test_a_step_is_told_in_microseconds() -> None:
    result = report.timed(Mode.STEP, [outcome(Mode.STEP, "gru", ours=0.002, torch=0.02, ort=0.008)], FIELD)
    assert result.rows[0]["gatewise, µs"] == (pytest.approx(2.0),)
    assert result.rows[0]["quartiles"] == "1.80–2.20"
    assert [str(target) for target in result.targets] == [
        "target: a step / ONNX Runtime's at H ≤ 128, largest, at or below 0.333: reached with 0.250"
    ]


def test_a_ragged_batch_is_compared_with_the_padded_one() -> None:
    result = report.timed(Mode.RAGGED, [outcome(Mode.RAGGED, "lstm", ours=3, padded=4)], FIELD)
    assert result.rows[0]["of padded"] == (pytest.approx(0.75),)
    assert result.rows[0]["best rival"] == ""
    assert [str(target) for target in result.targets] == [
        "target: ragged / padded, largest, at or below 0.6: missed with 0.75"
    ]


def test_memory_in_megabytes() -> None:
    job = Job(Mode.MEMORY, CELLS["gru"], SHAPE)
    result = report.remembered([Footprint(job, 12_000_000, 40_000_000)])
    assert (
        result.table().splitlines()[-1]
        == "| 32/64/32/100 | gru  |         12.0 |         40.0 |          0.30 |"
    )
    assert [str(target) for target in result.targets] == [
        "target: memory of a GRU / torch.nn's, largest, at or below 0.5: reached with 0.30"
    ]


@pytest.mark.parametrize(("cached", "cold"), [(True, "12.000"), (False, "nothing cached")])
def test_a_first_call_without_a_cache_is_not_called_cold(cached: bool, cold: str) -> None:
    result = report.started([Start("lstm", 1.4, 0.1, 0.2, 12.0, 0.3, 0.001, cached)])
    assert result.table().splitlines()[-1].split("|")[5].strip() == cold
    assert any(target.what.startswith("first step of a cell") for target in result.targets) is cached
