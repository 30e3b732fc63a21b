"""Train one network, or several of different seeds whose answers are averaged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from time import perf_counter
from typing import TypeVar

import numpy as np
import torch
from pydantic import BaseModel
from torch import Tensor, nn

from gatewise.errors import ConfigurationError
from gatewise.estimators.seeds import RandomState, seed_of
from gatewise.models.device import on_cpu
from gatewise.training.config import TrainingConfig
from gatewise.training.history import History, Progress
from gatewise.training.loop import train
from gatewise.training.watching import ShownProgress, shown

__all__ = ["about_members", "fit_members"]

Batch = TypeVar("Batch")
Network = TypeVar("Network", bound=nn.Module)


def fit_members(
    build: Callable[[], Network],
    batches: Callable[[np.random.Generator], Iterator[Batch]],
    loss_of: Callable[[nn.Module, Batch], Tensor],
    config: TrainingConfig,
    *,
    members: int,
    steps: int,
    random_state: RandomState,
    validate: Callable[[nn.Module], float] | None = None,
    report: ShownProgress = None,
) -> tuple[list[Network], list[History]]:
    """Build and train ``members`` networks, each from its own stream of random numbers.

    Weights, batches and dropout all come from ``random_state``; torch's own generator is left as it was.
    ``max_seconds`` is shared out among the members; after ``Ctrl-C`` no further one is begun.
    """
    seeds = np.random.SeedSequence(seed_of(random_state)).spawn(members)
    if config.max_seconds is not None:
        if config.max_seconds <= 0:
            raise ConfigurationError(
                f"expected more than 0, got {config.max_seconds!r}", option="max_seconds"
            )
        config = config.model_copy(update={"max_seconds": config.max_seconds / members})
    networks: list[Network] = []
    histories: list[History] = []
    with shown(report) as tell, on_cpu():
        for member, seed in enumerate(seeds):
            weights, order = seed.spawn(2)
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(int(weights.generate_state(1, np.uint64)[0] >> 1))
                network = build()
                history = train(
                    network,
                    batches(np.random.default_rng(order)),
                    loss_of,
                    config,
                    steps=steps,
                    validate=validate,
                    report=None if tell is None else _overall_progress(tell, member, members),
                )
            networks.append(network)
            histories.append(history)
            if history.stopped == "interrupted":
                break
    return networks, histories


def about_members(members: int, config_type: type[BaseModel]) -> list[str]:
    """Return what the card of a model says of its networks, where its estimator takes several by default."""
    default = config_type.model_fields["members"].default
    if members > 1:
        return [f"- {members} networks of different seeds, whose answers are averaged."]
    if default == 1:
        return []
    return [
        f"- One network. `gatewise fit` averages {default} of different seeds by default; "
        f"`gatewise compare --members {default}` compares and saves such models."
    ]


def _overall_progress(
    report: Callable[[Progress], None], member: int, members: int
) -> Callable[[Progress], None]:
    """Report the progress of one member, which begins now, as progress of the whole."""
    begun = perf_counter()

    def forward(progress: Progress) -> None:
        # What one takes in all, which those to come will take, too.
        one = perf_counter() - begun + progress.seconds_left
        report(
            replace(
                progress,
                step=member * progress.steps + progress.step,
                steps=members * progress.steps,
                seconds_left=progress.seconds_left + one * (members - member - 1),
            )
        )

    return forward
