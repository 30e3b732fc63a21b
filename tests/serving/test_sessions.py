"""Sessions: their limits, their numbers, and how they end."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gatewise.serving.pool import Pool
from gatewise.serving.refusal import Refusal
from gatewise.serving.scheduler import Block
from gatewise.serving.sessions import Asked, Session, Sessions, rows_of


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def made(capacity: int = 2, idle: float = 10) -> tuple[Sessions, Clock]:
    clock = Clock()
    return Sessions(Pool({"h": np.full(2, 7.0)}, capacity), idle, clock), clock


def done(sessions: Sessions, *asked: Asked, value: float = 0.0) -> list[Session] | None:
    """Ask, and have it done; the sessions of a repeated request are returned."""
    again = sessions.repeated(asked)
    if again is not None:
        return again
    found = sessions.begin(asked)
    block = Block({}, len(asked), 1, rows=rows_of(found))
    block.outputs = {"y": np.full((len(asked), 1, 1), value)}
    for place, session in enumerate(found):
        session.answer = (block, place)
    sessions.finished(found, block)
    return None


def refused(sessions: Sessions, *asked: Asked) -> tuple[int, str]:
    with pytest.raises(Refusal) as caught:
        sessions.repeated(asked)
    return caught.value.status, str(caught.value)


def test_a_row_is_taken_and_given_back() -> None:
    sessions, _ = made()
    done(sessions, Asked(1, start=True), Asked("two", start=True))
    assert sessions.pool.open == 2
    assert sessions.pool.read([0, 1])["h"].tolist() == [[7, 7], [7, 7]]
    assert refused(sessions, Asked(3, start=True)) == (
        503, "2 of 2 sessions are open; end one with sequence_end, wait until idle ones are closed, or serve with a "
        "larger --max-sessions",
    )  # fmt: skip
    sessions.pool.write([0], {"h": np.zeros((1, 2))})
    done(sessions, Asked(1, end=True))
    done(sessions, Asked(3, start=True))
    # It begins as all do, whatever stood in its row.
    assert sessions.pool.read([sessions.open[3].row])["h"].tolist() == [[7, 7]]


def test_beginning_anew_takes_no_further_row() -> None:
    sessions, _ = made(1)
    done(sessions, Asked(1, start=True))
    done(sessions, Asked(1, start=True))
    assert sessions.pool.open == len(sessions) == 1


def test_who_does_not_ask_is_forgotten() -> None:
    sessions, clock = made()
    done(sessions, Asked(1, start=True), Asked(2, start=True))
    clock.now = 6
    done(sessions, Asked(1))
    clock.now = 11
    assert sessions.evict_idle() == sessions.evictions == 1
    assert list(sessions.open) == [1]
    assert refused(sessions, Asked(2)) == (
        404, "sequence 2: no such session: it did not begin, has ended, or nobody asked for it in 10 seconds; begin it "
        "with sequence_start",
    )  # fmt: skip


def test_who_waits_for_an_answer_is_not_forgotten() -> None:
    sessions, clock = made()
    (session,) = sessions.begin([Asked(1, start=True)])
    clock.now = 100
    assert sessions.evict_idle() == 0
    assert session.open


def test_a_row_is_given_back_after_the_last_answer() -> None:
    sessions, _ = made()
    found = sessions.begin([Asked(1, start=True)])
    sessions.begin([Asked(1, end=True)])
    block = Block({}, 1, 1)
    assert (len(sessions), sessions.pool.open) == (0, 1)
    sessions.finished(found, block)
    assert sessions.pool.open == 1
    sessions.finished(found, block)
    assert sessions.pool.open == 0


def test_numbers() -> None:
    sessions, _ = made()
    assert done(sessions, Asked(1, start=True, number=5), value=1.0) is None
    assert done(sessions, Asked(1, number=6), value=2.0) is None
    (again,) = done(sessions, Asked(1, number=6)) or []
    assert isinstance(again.answer, dict)
    assert again.answer["y"].tolist() == [[2.0]]
    for number in (4, 5, 8):
        assert refused(sessions, Asked(1, number=number)) == (
            409, f"sequence 1: expected sequence_step 7, got {number}",
        )  # fmt: skip
    assert refused(sessions, Asked(1)) == (409, "sequence 1: expected sequence_step 7, got none")
    assert refused(sessions, Asked(1, start=True, number=0)) == (
        409, "sequence 1: is open at step 6; end it before it begins anew, or send no sequence_step",
    )  # fmt: skip
    # Its first request, late.
    assert refused(sessions, Asked(1, start=True, number=5)) == (
        409, "sequence 1: expected sequence_step 7, got 5",
    )  # fmt: skip


def test_a_first_request_that_comes_again_is_answered_again() -> None:
    sessions, _ = made()
    done(sessions, Asked(1, start=True, number=0), value=1.0)
    assert done(sessions, Asked(1, start=True, number=0)) is not None


def test_what_began_without_numbers_goes_on_without() -> None:
    sessions, _ = made()
    done(sessions, Asked(1, start=True))
    assert refused(sessions, Asked(1, number=1)) == (
        409, "sequence 1: expected no sequence_step, as it began without",
    )  # fmt: skip


def test_all_of_a_message_or_nothing() -> None:
    sessions, _ = made()
    done(sessions, Asked(1, start=True, number=0), Asked(2, start=True, number=0))
    done(sessions, Asked(1, number=1))
    assert refused(sessions, Asked(1, number=1), Asked(2, number=1)) == (
        409, "sequence_step: of some sequences the message came before, of others not",
    )  # fmt: skip
    assert refused(sessions, Asked(2, number=1), Asked(2, number=2))[0] in (400, 409)
    assert refused(sessions, Asked(2, number=1), Asked(9, number=2))[0] == 404
    assert sessions.open[2].number == 0


def test_a_step_that_failed_may_come_again() -> None:
    sessions, _ = made()
    found: list[Any] = sessions.begin([Asked(1, start=True, number=0)])
    block = Block({}, 1, 1)
    block.error = Refusal(400, "no")
    found[0].answer = (block, 0)
    sessions.finished(found, block)
    assert done(sessions, Asked(1, number=0)) is None
