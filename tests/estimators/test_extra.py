"""Optional parts: whether they are there, and what is said where they are not."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import pytest
from small import CLASSIFY, QUICK, sequences

from gatewise.comparison.compare import prepare
from gatewise.comparison.results import Comparison
from gatewise.errors import MissingDependencyError
from gatewise.estimators import kinds
from gatewise.estimators.extra import Extra
from gatewise.estimators.kinds import KINDS

HERE, NOWHERE = Extra("text", "this"), Extra("forecast", "no_such_module")
COMMAND = 'pip install "gatewise[forecast]"'


@pytest.fixture
def two_are_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two baselines of classification that need what is not installed."""
    kind = KINDS["classification"]
    linear = next(one for one in kind.baselines if one.name == "linear")
    more = [replace(linear, name=name, extra=NOWHERE) for name in ("AutoETS", "AutoTheta")]
    changed = replace(kind, baselines=(*kind.baselines, *more))
    monkeypatch.setitem(kinds.KINDS, "classification", changed)


def test_nothing_is_imported_to_know_what_is_there() -> None:
    assert (HERE.at_hand, NOWHERE.at_hand) == (True, False)
    assert "this" not in sys.modules


def test_what_is_not_there_names_the_command() -> None:
    assert Extra("text", "json").load() is json
    with pytest.raises(MissingDependencyError) as caught:
        NOWHERE.load()
    assert str(caught.value) == f"no_such_module is not installed: {COMMAND}"


def test_what_is_missing_inside_of_it_is_another_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: str) -> None:
        raise ModuleNotFoundError("No module named 'deep'", name="deep")

    monkeypatch.setattr("gatewise.estimators.extra.import_module", broken)
    with pytest.raises(ModuleNotFoundError, match="deep") as caught:
        NOWHERE.load()
    assert not isinstance(caught.value, MissingDependencyError)


@pytest.mark.usefixtures("two_are_absent")
def test_a_baseline_that_is_not_installed_is_not_compared_and_named() -> None:
    task = prepare(sequences(), config=QUICK, estimator=CLASSIFY).task
    assert "AutoETS" not in task.baselines()
    assert task.absent() == {NOWHERE: ("AutoETS", "AutoTheta")}


@pytest.mark.usefixtures("two_are_absent")
def test_one_that_is_not_installed_cannot_be_saved() -> None:
    with pytest.raises(MissingDependencyError) as caught:
        prepare(sequences(), config=QUICK, estimator=CLASSIFY, save="AutoETS")
    assert str(caught.value) == f"save: AutoETS is not installed: {COMMAND}"


@pytest.mark.slow
@pytest.mark.usefixtures("two_are_absent")
def test_the_verdict_names_what_was_not_compared() -> None:
    config = QUICK.model_copy(update={"curves": False, "seeds": 2, "trials": 1})
    comparison: Comparison = prepare(sequences(), cells=["RNN"], config=config, estimator=CLASSIFY).run()
    (absent,) = comparison.evidence.absent
    assert (absent.names, absent.install) == (("AutoETS", "AutoTheta"), COMMAND)
    assert f"Not compared: AutoETS, AutoTheta ({COMMAND})." in comparison.recommend().reasons
    assert json.loads(comparison.to_json())["absent"] == [
        {"names": ["AutoETS", "AutoTheta"], "install": COMMAND}
    ]
    # Each that was compared has its cost, and cells and baselines the same.
    for one in comparison.evidence.candidates:
        assert one.cost is not None
        assert one.cost.fit_seconds > 0
        assert one.cost.predict_seconds > 0
        assert one.cost.model_bytes
