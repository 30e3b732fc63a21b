"""Whose turn it is, when rounds begin, and which count."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from benchmarks.layers import rounds
from benchmarks.layers.rounds import Patience, play

PATIENCE = Patience(rounds=4, least=2, seconds=1000.0, wait_s=0.0)
WAITING = Patience(rounds=4, least=2, seconds=1000.0, wait_s=1.0)


class Clock:
    """Time that passes only in sleep."""

    def __init__(self) -> None:
        self.now = 0.0

    def perf_counter(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(rounds, "time", clock)
    monkeypatch.setattr(rounds, "_PAUSE_S", 0)
    return clock


def recorder(log: list[str], name: str, times: Sequence[float]) -> Callable[[float], list[float]]:
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


def test_one_probe_stands_between_rounds_of_a_quiet_machine(clock: Clock) -> None:
    log: list[str] = []
    turns = {name: recorder(log, name, [1, 2, 3, 4]) for name in "ab"}
    played = play(turns, WAITING, ValueError, recorder(log, "-", [1.0, 1.1, 1.0, 1.1, 1.0]))
    assert "".join(log) == "-ab-ba-ab-ba-"
    assert played.probes == [1.0, 1.1, 1.1, 1.0, 1.0, 1.1, 1.1, 1.0]
    assert clock.now == 0.0


def test_rounds_wait_for_a_quiet_machine(clock: Clock) -> None:
    log: list[str] = []
    # Busy at the start, and from the end of the second round on for three looks.
    probe = recorder(log, "-", [2.0, 1.0, 1.0, 2.0, 2.0, 2.0, 1.0, 1.0, 1.0, 1.0])
    played = play({"a": recorder(log, "a", [10, 99, 11, 12, 13])}, WAITING, ValueError, probe, fastest=1.0)
    assert "".join(log) == "--a-a----a-a-a-"
    assert played.times == {"a": [10, 11, 12, 13]}
    assert played.left_out == 1
    assert not played.busy
    assert clock.now == 4 * 0.25


def test_waiting_has_an_end(clock: Clock) -> None:
    log: list[str] = []
    patience = Patience(rounds=2, least=1, seconds=1000.0, wait_s=0.6)
    played = play(
        {"a": recorder(log, "a", [5.0] * 4)}, patience, ValueError, recorder(log, "-", [2.0] * 8), fastest=1.0
    )
    assert "".join(log) == "----a-a-a-a-"
    assert clock.now == pytest.approx(0.6)
    assert played.times == {"a": [5.0] * 4}
    assert (played.left_out, played.busy, played.fastest) == (0, True, 1.0)


def test_a_round_is_busy_if_the_machine_is_before_or_after_it() -> None:
    a = recorder([], "a", [10, 99, 98, 11, 12, 13])
    probe = recorder([], "probe", [1.0, 1.1, 1.5, 1.1, 1.0, 1.0, 1.0])
    played = play({"a": a}, PATIENCE, ValueError, probe)
    assert played.times == {"a": [10, 11, 12, 13]}
    assert played.probes == [1.0, 1.1, 1.1, 1.0, 1.0, 1.0, 1.0, 1.0]
    assert played.left_out == 2
    assert not played.busy


def test_rounds_no_longer_pass_for_quiet_once_the_machine_was_faster() -> None:
    a = recorder([], "a", [99, 98, 97, 10, 11, 12, 13])
    probe = recorder([], "probe", [2.0, 2.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    played = play({"a": a}, PATIENCE, ValueError, probe)
    assert played.times == {"a": [10, 11, 12, 13]}
    assert (played.left_out, played.fastest) == (3, 1.0)


def test_if_too_few_rounds_are_quiet_all_count() -> None:
    a, probe = recorder([], "a", [5.0] * 8), recorder([], "probe", [1.0, 1.0] + [2.0] * 7)
    played = play({"a": a}, PATIENCE, ValueError, probe)
    assert played.times == {"a": [5.0] * 8}
    assert (played.left_out, played.busy) == (0, True)


def test_without_a_probe_the_machine_passes_for_quiet(clock: Clock) -> None:
    played = play({"a": recorder([], "a", [5.0] * 4)}, WAITING, ValueError, fastest=1.0)
    assert played.times == {"a": [5.0] * 4}
    assert (played.probes, played.left_out, played.busy) == ([], 0, False)
    assert clock.now == 0.0


def test_a_probe_that_fails_ends_it() -> None:
    def failing(_seconds: float) -> list[float]:
        raise ValueError("no answer")

    with pytest.raises(ValueError, match=r"^no answer$"):
        play({"a": recorder([], "a", [5.0] * 4)}, WAITING, ValueError, failing)


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
    play(
        {"a": recorder(log, "a", [1.0] * 4)}, Patience(rounds=4, least=2, seconds=0.0, wait_s=0.0), ValueError
    )
    assert log == ["a", "a"]
