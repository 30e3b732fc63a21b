"""What is measured, and the arithmetic in it."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.layers.grid import CELLS, GRID, STEP_SHAPES, Job, Mode, Shape, jobs
from benchmarks.layers.inputs import draw

LSTM = CELLS["lstm"]
SHAPE = Shape(32, 64, 32, 100)


@pytest.mark.parametrize(
    ("mode", "cell", "gigaflops"),
    [
        # 2 · blocks · 64 · 96 · 32 · 100, and three times that with a backward pass.
        (Mode.INFER, "rnn", 0.0393216),
        (Mode.INFER, "lstm", 0.1572864),
        (Mode.TRAIN, "gru", 0.3538944),
        (Mode.TRAIN, "gru-reset-after", 0.3538944),
    ],
)
def test_arithmetic_of_a_job(mode: Mode, cell: str, gigaflops: float) -> None:
    assert Job(mode, CELLS[cell], SHAPE).gigaflops() == pytest.approx(gigaflops)


def test_padding_is_no_work() -> None:
    job = Job(Mode.RAGGED, LSTM, SHAPE)
    inputs = draw(job)
    assert inputs.lengths is not None
    assert inputs.lengths.min() >= 1
    assert inputs.lengths.max() <= 100
    assert inputs.steps == inputs.lengths.sum()
    assert job.gigaflops(1600) == job.gigaflops() / 2


def test_everyone_draws_the_same_numbers() -> None:
    once, again = (draw(Job(Mode.TRAIN, LSTM, SHAPE)) for _ in range(2))
    assert {name: weight.shape for name, weight in once.weights.items()} == {
        "weight_ih": (256, 32),
        "weight_hh": (256, 64),
        "bias_ih": (256,),
        "bias_hh": (256,),
    }
    np.testing.assert_array_equal(once.x, again.x)
    np.testing.assert_array_equal(once.weights["bias_hh"], again.weights["bias_hh"])
    assert [state.shape for state in once.states] == [(32, 64), (32, 64)]


def test_the_grid_is_the_published_one() -> None:
    assert " ".join(map(str, GRID)) == (
        "32/64/32/100 64/128/32/100 128/256/32/100 256/512/32/50 256/1024/64/25 128/256/1/100 128/256/8/100 "
        "500/500/64/50 512/512/16/25 1024/1024/32/150"
    )
    assert " ".join(map(str, STEP_SHAPES)) == "32/64/1/1 64/128/1/1 128/256/1/1 256/512/1/1"


def test_deepbench_keeps_to_its_cells_and_small_batches_are_not_ragged() -> None:
    def names(shape: str) -> list[str]:
        chosen = Shape.parse(shape)
        groups = jobs((Mode.TRAIN, Mode.RAGGED, Mode.STEP), ("rnn", "lstm", "gru"), [chosen])
        return [str(job) for job in groups.get(chosen, [])]

    assert names("512/512/16/25") == ["train lstm 512/512/16/25"]
    assert names("1024/1024/32/150") == ["train gru 1024/1024/32/150"]
    assert names("128/256/1/100") == [f"train {cell} 128/256/1/100" for cell in ("rnn", "lstm", "gru")]
    assert names("3/5/8/7") == [
        f"{mode} {cell} 3/5/8/7" for mode in ("train", "ragged") for cell in ("rnn", "lstm", "gru")
    ]


@pytest.mark.parametrize("text", ["32/64/32", "32/64/32/0", "a/b/c/d", "32/64/32/100/1", "-1/2/3/4"])
def test_a_shape_is_four_numbers(text: str) -> None:
    with pytest.raises(ValueError, match="expected I/H/B/T, four numbers from 1, got"):
        Shape.parse(text)
