"""The one table of kinds of task: what follows from it reaches Python and the shell."""

from __future__ import annotations

import inspect
import json
from typing import Any

import numpy as np
import pytest
from synthetic import series_set, waves

import gatewise
from gatewise.cli.groups import ESTIMATOR
from gatewise.comparison.compare import prepare
from gatewise.comparison.config import ComparisonConfig
from gatewise.comparison.options import CompareOptions
from gatewise.comparison.tasks.kinds import TASKS
from gatewise.data.corpus import Corpus
from gatewise.data.readers.task import READERS, options_of
from gatewise.data.sequences import SequenceSet
from gatewise.errors import ConfigurationError
from gatewise.estimators.kinds import KINDS

NUMBERS = [np.random.default_rng(k).normal(size=(9, 2)).astype(np.float32) for k in range(20)]
DATA: dict[str, Any] = {
    "forecast": series_set([waves(180)]),
    "classification": SequenceSet(["one red", "two blue"] * 10, np.array(["a", "b"] * 10), "classification"),
    "regression": SequenceSet(NUMBERS, np.arange(20.0), "regression"),
    "tagging": SequenceSet([["red", "one"]] * 20, [["c", "n"]] * 20, "tagging"),
    "language": Corpus("the cat sat on the mat. " * 120),
}
# A value of each option that is not its default.
OPTIONS: dict[str, Any] = {
    "horizon": 3, "levels": (50,), "readout": "last", "bidirectional": False, "level": "word",
    "members": 3, "season_length": 7, "context_length": 14, "segment_length": 2,
}  # fmt: skip
CASES = [(task, name) for task, kind in KINDS.items() for name in OPTIONS if name in kind.options]


def needed(task: str) -> dict[str, Any]:
    return {"horizon": 6} if task == "forecast" else {}


def test_every_floor_knows_the_same_tasks() -> None:
    assert list(KINDS) == list(TASKS)
    assert set(KINDS) == set(READERS)


@pytest.mark.parametrize("task", KINDS)
def test_a_comparison_takes_as_many_units_as_the_estimator(task: str) -> None:
    prepared = prepare(DATA[task], **needed(task))
    quick = KINDS[task].config_type(training=gatewise.TrainingConfig(steps=1))  # type: ignore[index, call-arg]
    model = KINDS[task].build(needed(task), config=quick, cell="GRU").fit(DATA[task])  # type: ignore[index]
    assert prepared.plan.sizes["GRU"] == model.networks_[0].cell.hidden_size


# Every estimator of every task that takes a configuration, networks and baselines.
CONFIGURED = [
    (task, estimator)
    for task, kind in KINDS.items()
    for estimator in (kind.estimator, *(one.estimator for one in kind.baselines))
    if "config" in inspect.signature(estimator).parameters
]


@pytest.mark.parametrize(("task", "estimator"), CONFIGURED)
def test_a_configuration_of_another_kind_is_refused(task: str, estimator: Any) -> None:
    expected = f"config: expected a {KINDS[task].config_type.__name__}, got "  # type: ignore[index]
    others = [kind.config_type() for name, kind in KINDS.items() if name != task]
    for config in (*others, gatewise.TrainingConfig(), {"members": 2}):
        with pytest.raises(ConfigurationError) as caught:
            estimator(config=config).fit(DATA[task])
        came = repr(config) if isinstance(config, dict) else type(config).__name__
        assert str(caught.value) == expected + came


@pytest.mark.parametrize(("task", "name"), CASES)
def test_an_option_reaches_the_estimator(task: str, name: str) -> None:
    prototype = prepare(DATA[task], **needed(task) | {name: OPTIONS[name]}).task.prototype  # type: ignore[arg-type]
    kept = prototype if name in prototype.get_params() else prototype.config
    assert getattr(kept, name) == OPTIONS[name]


def test_the_shell_has_every_option() -> None:
    assert {option.name for option in ESTIMATOR} == set(OPTIONS)


def test_the_words_of_compare_are_those_of_the_table() -> None:
    words = set(CompareOptions.__optional_keys__)
    columns = {name for task in READERS for name in options_of(task)}
    assert words == {*ComparisonConfig.model_fields, *OPTIONS, *columns} - {"horizon"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"budgett": 60}, "budgett: compare takes no such argument; did you mean budget?"),
        ({"targt": "y"}, "targt: compare takes no such argument; did you mean target?"),
        ({"seed": 1}, "seed: compare takes no such argument; did you mean random_state?"),
        ({"max_seconds": 9}, "max_seconds: compare takes no such argument; did you mean budget?"),
        ({"decoding": "greedy"},
         "decoding: compare takes no such argument; give estimator=TaggerConfig(decoding=…) or the like"),
        ({"beauty": 1}, "beauty: compare takes no such argument; see help(gatewise.compare)"),
        ({"budget": "soon"}, "budget: expected a time such as 90s, 5m or 1h, got 'soon'"),
        ({"level": "word"}, "level: has no meaning for the task forecast; did you mean levels?"),
        ({"readout": "last"}, "readout: has no meaning for the task forecast; leave it out"),
        ({"estimator": gatewise.TaggerConfig()}, "estimator: expected a ForecasterConfig, got TaggerConfig"),
    ],
)  # fmt: skip
def test_words_that_mean_nothing_are_refused(words: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        gatewise.compare(DATA["forecast"], **{"horizon": 6} | words)
    assert str(caught.value) == message


def test_a_readout_at_each_step_is_the_tasks_to_choose() -> None:
    for ask in (
        lambda: gatewise.ClassifierConfig(readout="each"),  # type: ignore[arg-type]
        lambda: prepare(DATA["classification"], readout="each"),  # type: ignore[arg-type]
    ):
        with pytest.raises(ConfigurationError) as caught:
            ask()
        assert str(caught.value) == "readout: expected one of pool, last, got 'each'"


def test_what_is_given_by_name_wins_over_the_configuration() -> None:
    config = gatewise.ComparisonConfig(seeds=3, folds=2, prefer="size")
    found = prepare(DATA["regression"], config=config, seeds=4, budget="2m").config
    assert (found.seeds, found.folds, found.budget) == (4, 2, 120.0)
    assert found.preferences.prefer == "size"


def test_help_shows_every_word_with_its_default() -> None:
    shown = inspect.signature(gatewise.compare).parameters
    assert {*ComparisonConfig.model_fields, "random_state", "target", "level"} <= set(shown)
    assert (shown["seeds"].default, shown["prefer"].default, shown["budget"].default) == (5, "accuracy", None)
    assert json.dumps(gatewise.compare.__doc__).count("max_seconds") == 1
