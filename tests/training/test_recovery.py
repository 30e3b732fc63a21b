"""Going back to the best weights when the loss climbs for long."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from gatewise.errors import DivergedError
from gatewise.training.config import TrainingConfig
from gatewise.training.history import History
from gatewise.training.loop import train

# Blocks of twenty updates.
STEPS = 400
CONFIG = TrainingConfig(learning_rate=0.01, warmup=0, weight_decay=0)


def one_weight() -> nn.Linear:
    model = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(model.weight)
    return model


def squared(model: nn.Module, target: float) -> Tensor:
    assert isinstance(model, nn.Linear)
    return (model.weight - target).square().sum()


def test_a_loss_that_climbs_for_long_goes_back() -> None:
    # It learns 1; what comes for three blocks after two hundred updates leads away from it.
    stretch = itertools.chain([1.0] * 200, [-3.0] * 60, itertools.repeat(1.0))
    seen: list[float] = []

    def loss_of(model: nn.Module, target: float) -> Tensor:
        assert isinstance(model, nn.Linear)
        seen.append(model.weight.item())
        return squared(model, target)

    history = train(one_weight(), stretch, loss_of, CONFIG, steps=STEPS)
    assert history.restarts == [260]
    # ``seen[k]`` is the weight before update k + 1: after 260 it is again what it was after 200.
    assert seen[259] < 0.8
    assert seen[260] == seen[200] == pytest.approx(1, abs=0.05)


def test_the_rate_is_halved_from_there_on() -> None:
    moves: dict[bool, list[float]] = {}
    for climbing in (False, True):
        weights: list[float] = []

        def loss_of(model: nn.Module, size: float, weights: list[float] = weights) -> Tensor:
            assert isinstance(model, nn.Linear)
            weights.append(model.weight.item())
            # Adam's step is the rate, whatever the slope.
            return -model.weight.sum() + size

        sizes = itertools.chain([10.0] * 100, [30.0 if climbing else 10.0] * 60, itertools.repeat(10.0))
        train(one_weight(), sizes, loss_of, CONFIG, steps=STEPS)
        moves[climbing] = [after - before for before, after in itertools.pairwise(weights)]
    assert moves[True][150] == pytest.approx(moves[False][150], rel=1e-3)
    assert moves[True][180] == pytest.approx(moves[False][180] / 2, rel=1e-3)


def test_a_climb_at_the_end_is_taken_back() -> None:
    model = one_weight()
    batches = itertools.chain([1.0] * 380, itertools.repeat(-3.0))
    history = train(model, batches, squared, CONFIG, steps=STEPS)
    assert history.restarts == [STEPS]
    assert model.weight.item() == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("level", [0.0, 1e-6, 1.0, -50.0])
def test_noise_is_no_climb(level: float) -> None:
    random = np.random.default_rng(0)

    def loss_of(model: nn.Module, noise: float) -> Tensor:
        assert isinstance(model, nn.Linear)
        return 0.0 * model.weight.sum() + level + noise

    runs = 10
    restarts = 0
    for _ in range(runs):
        noise = iter(random.standard_t(3, STEPS))
        restarts += len(train(one_weight(), noise, loss_of, CONFIG, steps=STEPS).restarts)
    assert restarts == 0


def numbers_until(update: int) -> Iterator[float]:
    yield from [1.0] * update
    yield math.nan
    yield from itertools.repeat(1.0)


def test_a_loss_that_is_no_number_goes_back() -> None:
    model = one_weight()
    history = train(model, numbers_until(300), squared, CONFIG, steps=STEPS)
    assert (history.restarts, history.steps) == ([301], STEPS)
    assert model.weight.item() == pytest.approx(1, abs=0.05)
    assert all(map(math.isfinite, history.loss))


def test_what_is_never_a_number_again_has_diverged() -> None:
    batches = itertools.chain([1.0] * 100, itertools.repeat(math.nan))
    with pytest.raises(DivergedError, match="training diverged at step 106 of 400"):
        train(one_weight(), batches, squared, CONFIG, steps=STEPS)


def test_a_run_without_a_climb_has_the_same_bits_as_the_bare_loop() -> None:
    model = one_weight()
    train(model, itertools.repeat(1.0), squared, CONFIG, steps=STEPS)
    bare = one_weight()
    optimizer = torch.optim.AdamW(bare.parameters(), lr=0.01, weight_decay=0, fused=True)
    for step in range(STEPS):
        optimizer.param_groups[0]["lr"] = CONFIG.rate_at((step + 0.5) / STEPS)
        optimizer.zero_grad()
        squared(bare, 1.0).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(bare.parameters(), CONFIG.clip_norm)
        optimizer.step()
    assert torch.equal(model.weight, bare.weight)


def test_restarts_of_members_stand_in_order() -> None:
    joined = History.of_model([History(restarts=[40]), History(restarts=[20, 60])])
    assert joined.restarts == [20, 40, 60]
