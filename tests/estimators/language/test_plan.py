"""Sizes and schedules where nobody has chosen, and that what was chosen stays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gatewise.data.keys import Keys
from gatewise.data.vocabulary import Alphabet, Vocabulary
from gatewise.estimators.config import LanguageModelConfig
from gatewise.estimators.language.plan import LanguagePlan
from gatewise.training.config import TrainingConfig

LETTERS = Vocabulary("character", tuple("abc"), (1, 1, 1))
USUAL = LanguageModelConfig()


def plan(
    items: int, seconds: float | None = None, alphabet: Alphabet = LETTERS, **options: Any
) -> LanguagePlan:
    documents = [np.ones((items, 5) if isinstance(alphabet, Keys) else items)]
    given: dict[str, Any] = {"cell": "LSTM", "hidden_size": None, "config": USUAL} | options
    return LanguagePlan.of(alphabet, documents, max_seconds=seconds, **given)


def test_updates_grow_with_the_root_of_the_text() -> None:
    assert plan(1_000_000).steps == 3000
    assert plan(4_000_000).steps == 6000
    assert plan(1_000).steps == 300


def test_with_a_time_limit_there_are_as_many_as_time_allows_within_forty_passes() -> None:
    assert plan(1_000_000, 60.0).steps == 40 * 1_000_000 // 1600
    assert plan(1_000_000, 60.0).training.max_seconds == 60


@pytest.mark.parametrize(
    ("items", "seconds", "layers"), [(10**6, 1800.0, 2), (10**6, 300.0, 1), (10**5, 1800.0, 1)]
)
def test_much_text_and_much_time_pay_for_a_larger_network(items: int, seconds: float, layers: int) -> None:
    assert plan(items, seconds).num_layers == layers
    config = LanguageModelConfig(training=TrainingConfig(max_seconds=seconds))
    assert plan(items, config=config).num_layers == layers


def test_a_larger_cell_learns_at_a_lower_rate() -> None:
    rates = [plan(1000, hidden_size=size).training.peak_rate for size in (64, 256, 1024)]
    assert rates[0] == rates[1] == pytest.approx(2 * rates[2])


@pytest.mark.parametrize("cell", ["RNN", "GRU", "MGU"])
def test_a_cell_of_one_state_learns_text_at_a_lower_rate(cell: str) -> None:
    # At the LSTM's rate a GRU of two layers loses half of what it has learned; see docs/decisions.
    rates = {
        layers: plan(1000, cell=cell, config=LanguageModelConfig(num_layers=layers)).training.peak_rate
        for layers in (1, 2)
    }
    assert rates[1] == pytest.approx(0.7 * plan(1000).training.peak_rate)
    assert rates[2] == pytest.approx(rates[1] / 2**0.5)
    assert plan(1000, cell="CIFG").training.peak_rate == plan(1000).training.peak_rate


def test_music_is_passed_over_sixty_times_by_small_networks() -> None:
    music = plan(160_000, alphabet=Keys(5), hidden_size=64)
    assert music.steps == 60 * 800 // music.rows
    assert plan(160_000, alphabet=Keys(5), hidden_size=384).steps == music.steps // 2
    assert (music.weight_noise, music.dropout, music.rows) == (0.1, 0.0, 16)


def test_what_was_chosen_stays() -> None:
    training = TrainingConfig(steps=7, batch_size=3, learning_rate=0.5)
    config = LanguageModelConfig(
        num_layers=3, embedding_size=5, window=9, dropout=0.0, weight_noise=0.2, training=training
    )
    chosen = plan(10_000, hidden_size=11, config=config)
    assert chosen == LanguagePlan(
        hidden_size=11,
        num_layers=3,
        embedding_size=5,
        dropout=0.0,
        weight_noise=0.2,
        window=9,
        rows=3,
        steps=7,
        training=training,
    )
