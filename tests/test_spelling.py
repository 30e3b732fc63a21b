"""Options in messages, at both doors."""

from __future__ import annotations

import pickle

import pytest

from gatewise.errors import ConfigurationError
from gatewise.estimators.kinds import KINDS
from gatewise.spelling import ESTIMATORS, shell_spelling, spelled, spelled_name, spelled_task


@pytest.mark.parametrize(
    ("words", "python", "shell"),
    [
        (("target",), "target=", "--target"),
        (("duplicates", "first", "last"), 'duplicates="first" or "last"', "--duplicates first or last"),
        (("target", ["a", "b c"]), 'target=["a", "b c"]', "--target 'a,b c'"),
        (("seeds", 5), "seeds=5", "--seeds 5"),
        (("random_state", 0), "random_state=0", "--seed 0"),
        (("max_seconds", 1.5), "max_seconds=1.5", "--max-seconds 1.5"),
        (("resume", True), "resume=True", "--resume"),
        (("curves", False), "curves=False", "--no-curves"),
        (("day_first", True), "day_first=True", "--day-first"),
        (("day_first", False), "day_first=False", "--month-first"),
    ],
)
def test_an_option_is_spelled_as_the_door_does(words: tuple[str, object], python: str, shell: str) -> None:
    assert spelled(*words) == python
    with shell_spelling():
        assert spelled(*words) == shell
    assert spelled(*words) == python


def test_a_task_is_asked_for_by_word_or_by_estimator() -> None:
    assert spelled_task("tagging") == 'task="tagging" or SequenceTagger'
    with shell_spelling():
        assert spelled_task("tagging") == "--task tagging"
    assert {name: kind.estimator.__name__ for name, kind in KINDS.items()} == ESTIMATORS


def test_an_error_begins_with_its_option() -> None:
    assert spelled_name("random_state") == "random_state"
    here = ConfigurationError("expected a number", option="random_state")
    with shell_spelling():
        there = ConfigurationError("expected a number", option="random_state")
    assert (str(here), str(there)) == ("random_state: expected a number", "--seed: expected a number")
    # As workers send them.
    again = pickle.loads(pickle.dumps(there))
    assert (str(again), again.option) == (str(there), "random_state")
