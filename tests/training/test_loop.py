"""The training loop: schedule, clipping, stops, and what it records."""

from __future__ import annotations

import itertools
import math
import pickle
from collections.abc import Iterator

import pytest
import torch
from clock import Clock
from torch import Tensor, nn

from gatewise.errors import DivergedError
from gatewise.training import loop
from gatewise.training.config import TrainingConfig
from gatewise.training.history import Progress
from gatewise.training.loop import train


def loss_of(model: nn.Module, batch: float) -> Tensor:
    """Distance of one weight from the batch."""
    loss: Tensor = (model(torch.ones(1, 1)) - batch).square().mean()
    return loss


def one_weight(value: float = 0.0) -> nn.Linear:
    model = nn.Linear(1, 1, bias=False)
    nn.init.constant_(model.weight, value)
    return model


def rates(config: TrainingConfig, steps: int) -> list[float]:
    return [config.rate_at(step / steps) for step in range(steps + 1)]


def test_the_rate_rises_linearly_and_falls_along_a_cosine() -> None:
    config = TrainingConfig(learning_rate=0.8, warmup=0.2)
    assert rates(config, 10) == pytest.approx(
        [0, 0.4, *(0.4 * (1 + math.cos(math.pi * k / 8)) for k in range(9))], abs=1e-12
    )


def test_without_warm_up_the_rate_begins_at_its_peak() -> None:
    assert TrainingConfig(learning_rate=0.5, warmup=0).rate_at(0) == 0.5


def test_it_learns_and_records() -> None:
    model = one_weight()
    history = train(model, itertools.repeat(1.0), loss_of, TrainingConfig(learning_rate=0.05), steps=100)
    assert model.weight.item() == pytest.approx(1, abs=0.05)
    assert not model.training
    assert (history.steps, history.stopped) == (100, "finished")
    assert len(history.seconds) == len(history.loss) == 100
    assert history.seconds == sorted(history.seconds)
    assert history.total_seconds == history.seconds[-1]
    assert history.loss[-1] < 0.1 < history.loss[0]
    assert history.step_seconds > 0


def test_time_to_a_loss() -> None:
    model = one_weight()
    history = train(model, itertools.repeat(1.0), loss_of, TrainingConfig(learning_rate=0.05), steps=100)
    reached = history.seconds_to(0.5)
    assert reached is not None
    assert reached == history.seconds[next(k for k, loss in enumerate(history.loss) if loss <= 0.5)]
    assert history.seconds_to(-1) is None


def test_how_often_clipping_fired() -> None:
    # The gradient is 2 · (0 − batch), and the rate is too small to move the weight.
    batches = iter([5.0, 0.1, 0.1, 5.0, 0.1, 0.1, 0.1, 0.1])
    config = TrainingConfig(learning_rate=1e-9, clip_norm=1.0)
    assert train(one_weight(), batches, loss_of, config, steps=8).clip_rate == 2 / 8


def test_clipping_bounds_the_gradient() -> None:
    model = one_weight()
    train(model, itertools.repeat(1e6), loss_of, TrainingConfig(learning_rate=1e-9, clip_norm=0.5), steps=1)
    assert model.weight.grad is not None
    assert model.weight.grad.abs().item() == pytest.approx(0.5)


def test_biases_are_not_decayed() -> None:
    model = nn.Linear(1, 1)
    nn.init.ones_(model.weight)
    nn.init.ones_(model.bias)
    config = TrainingConfig(learning_rate=0.1, weight_decay=0.5)
    train(model, itertools.repeat(0.0), lambda net, _: 0.0 * net(torch.ones(1, 1)).sum(), config, steps=10)
    assert model.bias.item() == 1
    assert model.weight.item() < 0.9


def test_a_loss_that_is_not_a_number_stops_with_its_step() -> None:
    batches = iter([1.0, 1.0, math.nan])
    config = TrainingConfig(learning_rate=0.3, warmup=0)
    with pytest.raises(DivergedError) as error:
        train(one_weight(), batches, loss_of, config, steps=10)
    assert str(error.value) == (
        "training diverged at step 3 of 10: the loss became nan at learning rate 0.26; "
        "try learning_rate=0.1 or less, or look for extreme values in the data"
    )
    assert error.value.step == 3
    assert math.isnan(error.value.loss)
    # It has to come back from a worker process.
    assert pickle.loads(pickle.dumps(error.value)).step == 3


def test_a_gradient_that_explodes_is_named() -> None:
    def root(model: nn.Module, _: float) -> Tensor:
        """Zero, where its slope is infinite."""
        loss: Tensor = model(torch.zeros(1, 1)).sum().sqrt()
        return loss

    with pytest.raises(DivergedError) as error:
        train(
            one_weight(),
            itertools.repeat(0.0),
            lambda net, _: net(torch.zeros(1, 1)).sum().sqrt(),
            TrainingConfig(),
            steps=4,
        )
    assert str(error.value).startswith("training diverged at step 1 of 4: the gradient's norm became nan")


def test_patience_restores_the_best_weights() -> None:
    model = one_weight()
    scores = iter([3.0, 1.0, 2.0, 2.0, 2.0])
    weights: list[float] = []

    def validate(network: nn.Module) -> float:
        assert not network.training
        assert torch.is_inference_mode_enabled()
        weights.append(model.weight.item())
        return next(scores)

    config = TrainingConfig(learning_rate=0.01, patience=2, evaluate_every=3)
    history = train(model, itertools.repeat(1.0), loss_of, config, steps=100, validate=validate)
    assert history.stopped == "patience"
    assert [(step, score) for step, _, score in history.evaluations] == [
        (3, 3.0),
        (6, 1.0),
        (9, 2.0),
        (12, 2.0),
    ]
    assert history.steps == 12
    assert model.weight.item() == weights[1] != weights[3]


def test_without_patience_the_last_weights_stay() -> None:
    model = one_weight()
    scores, weights = itertools.count(), []

    def validate(_: nn.Module) -> float:
        weights.append(model.weight.item())
        return float(next(scores))

    history = train(
        model, itertools.repeat(1.0), loss_of, TrainingConfig(learning_rate=0.01), steps=20, validate=validate
    )
    assert len(history.evaluations) == 10
    assert model.weight.item() == weights[-1] != weights[0]


def interrupted(after: int) -> Iterator[float]:
    yield from [1.0] * after
    raise KeyboardInterrupt


def test_an_interruption_keeps_the_best_so_far() -> None:
    model = one_weight()
    scores, weights = itertools.count(), []

    def validate(_: nn.Module) -> float:
        weights.append(model.weight.item())
        return float(next(scores))

    history = train(
        model, interrupted(25), loss_of, TrainingConfig(learning_rate=0.01), steps=100, validate=validate
    )
    assert (history.stopped, history.steps) == ("interrupted", 25)
    assert model.weight.item() == weights[0] != weights[1]
    assert not model.training


def test_an_interruption_without_validation_keeps_the_last_weights() -> None:
    model = one_weight()
    history = train(model, interrupted(5), loss_of, TrainingConfig(learning_rate=0.01), steps=1000)
    assert (history.stopped, history.steps) == ("interrupted", 5)
    assert model.weight.item() > 0
    assert len(history.seconds) == len(history.loss) == 1
    assert history.total_seconds > 0


def test_an_interruption_before_the_first_update_is_raised_again() -> None:
    with pytest.raises(KeyboardInterrupt):
        train(one_weight(), interrupted(0), loss_of, TrainingConfig(), steps=5)


def test_time_ends_a_run_with_an_annealed_rate_and_a_last_evaluation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock(now=100.0)
    monkeypatch.setattr(loop, "time", clock)

    def slow(model: nn.Module, batch: float) -> Tensor:
        clock.sleep(0.25)
        return loss_of(model, batch)

    model = one_weight()
    config = TrainingConfig(learning_rate=0.05, max_seconds=4.0)
    history = train(model, itertools.repeat(1.0), slow, config, steps=10**6, validate=lambda _: 7.0)
    assert history.stopped == "time"
    assert history.steps == 16
    assert [(step, score) for step, _, score in history.evaluations] == [(16, 7.0)]
    assert history.total_seconds == 4.0


def test_progress_is_reported() -> None:
    reports: list[Progress] = []
    train(one_weight(), itertools.repeat(1.0), loss_of, TrainingConfig(), steps=7, report=reports.append)
    assert (reports[-1].step, reports[-1].steps, reports[-1].seconds_left) == (7, 7, 0)
    assert 0 < reports[-1].loss <= 1
