"""Whose turn it is, and which rounds count."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks.layers import rounds
from benchmarks.layers.rounds import Patience, play

PATIENCE = Patience(rounds=4, least=2, seconds=1000.0)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "_PAUSE_S", 0)


def recorder(log: list[str], name: str, times: list[float]) -> Callable[[float], list[float]]:
    """A turn that notes itself and gives the next of some times."""
    following = iter(times)

    def turn(_seconds: float) -> list[float]:
        log.append(name)
        return [next(following)]

    return turn


def test_everyone_begins_in_turn() -> None:
    log: list[str] = []
    played = play({name: recorder(log, name, [1, 2, 3, 4]) for name in "abc"}, PATIENCE, ValueError)
    assert "".join(log) == "abcbcacababc"
    assert played.times == {name: [1, 2, 3, 4] for name in "abc"}
    assert played.left_out == 0


def test_busy_rounds_are_repeated_and_left_out() -> None:
    a = recorder([], "a", [10, 99, 11, 98, 12, 13])
    probe = recorder([], "probe", [1.0, 2.0, 1.1, 1.5, 1.0, 1.0])
    played = play({"a": a}, PATIENCE, ValueError, probe)
    assert played.times == {"a": [10, 11, 12, 13]}
    assert played.probes == [1.0, 1.1, 1.0, 1.0]
    assert played.left_out == 2


def test_on_a_machine_that_is_always_busy_every_round_counts() -> None:
    a, probe = recorder([], "a", [5.0] * 8), recorder([], "probe", [2.0] * 8)
    played = play({"a": a}, PATIENCE, ValueError, probe, fastest=1.0)
    assert played.times == {"a": [5.0] * 8}
    assert played.left_out == 0


def test_whoever_fails_has_no_time_and_stops_nobody() -> None:
    turns = iter([1.0])

    def failing(_seconds: float) -> list[float]:
        try:
            return [next(turns)]
        except StopIteration:
            raise ValueError("no answer") from None

    played = play({"a": failing, "b": recorder([], "b", [2.0] * 4)}, PATIENCE, ValueError)
    assert played.faults == {"a": "no answer"}
    assert played.times == {"b": [2.0] * 4}


def test_the_least_number_of_turns_is_had_however_long_they_take() -> None:
    log: list[str] = []
    play({"a": recorder(log, "a", [1.0] * 4)}, Patience(rounds=4, least=2, seconds=0.0), ValueError)
    assert log == ["a", "a"]
