"""Sessions: sequences whose state the server keeps between requests."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gatewise.serving.pool import Pool
from gatewise.serving.refusal import Refusal
from gatewise.serving.scheduler import Block

__all__ = ["Asked", "Key", "Session", "Sessions", "rows_of"]

Array = NDArray[Any]
# What a client calls a sequence: a number above 0, or a name.
Key: TypeAlias = int | str


class Session:
    """A sequence, its row of states, and, where its requests are numbered, what was answered last.

    Attributes
    ----------
    key : int or str
    row : int
    used : float
        When it was last asked for, in seconds of the table's clock.
    pending : int
        Requests that are not answered yet.
    open : bool
        Whether further requests may come.
    first, number : int or None
        Of its first request and of the last one, where they are numbered.
    answer : dict of str to array, or a block and a place in it
        What was answered to the last one; of one that is not answered yet, where it will stand.
    """

    __slots__ = ("answer", "first", "key", "number", "open", "pending", "row", "used")

    def __init__(self, key: Key, row: int, used: float) -> None:
        self.key, self.row, self.used = key, row, used
        self.pending, self.open = 0, True
        self.first: int | None = None
        self.number: int | None = None
        self.answer: dict[str, Array] | tuple[Block, int] | None = None


class Asked(NamedTuple):
    """What a request wants of one session.

    Attributes
    ----------
    key : int or str
    start, end : bool
        Whether it is the first request of the sequence, or the last.
    number : int or None
        Of the request in its sequence.
    """

    key: Key
    start: bool = False
    end: bool = False
    number: int | None = None


class Sessions:
    """The open sessions of a model.

    Parameters
    ----------
    pool : Pool
    idle_seconds : float
        After which one that nobody asks for is forgotten.
    clock : callable
    """

    def __init__(self, pool: Pool, idle_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.pool, self.idle_seconds, self.clock = pool, idle_seconds, clock
        # The one that was not asked for the longest comes first.
        self.open: OrderedDict[Key, Session] = OrderedDict()
        self.evictions = 0

    def __len__(self) -> int:
        return len(self.open)

    def repeated(self, asked: Sequence[Asked]) -> list[Session] | None:
        """Return the sessions whose last request this is once more, or ``None`` where it is a new one.

        Nothing is changed.

        Raises
        ------
        Refusal
            A session is not there, or too many are, or a request comes before or after its turn.
        """
        again = [self._again(one) for one in asked]
        if len({one.key for one in asked}) < len(asked):
            raise Refusal(
                400, "sequence_id: one stands twice in a message; send its steps along the axis of time"
            )
        if any(again):
            if not all(again):
                raise Refusal(409, "sequence_step: of some sequences the message came before, of others not")
            return [self.open[one.key] for one in asked]
        if self.pool.open + sum(map(self._rows_more, asked)) > self.pool.capacity:
            raise Refusal(
                503,
                f"{len(self.open)} of {self.pool.capacity} sessions are open; end one with sequence_end, wait until "
                "idle ones are closed, or serve with a larger --max-sessions",
            )
        return None

    def _again(self, asked: Asked) -> bool:
        session = self.open.get(asked.key)
        if session is None:
            if not asked.start:
                raise Refusal(
                    404,
                    f"sequence {asked.key}: no such session: it did not begin, has ended, or nobody asked for it in "
                    f"{self.idle_seconds:g} seconds; begin it with sequence_start",
                )
            return False
        number, last = asked.number, session.number
        if number is None or last is None:
            if (number is None) != (last is None) and not asked.start:
                raise Refusal(
                    409,
                    f"sequence {asked.key}: expected "
                    + (
                        "no sequence_step, as it began without"
                        if last is None
                        else f"sequence_step {last + 1}, got none"
                    ),
                )
            return False
        if asked.start and number != session.first:
            raise Refusal(
                409,
                f"sequence {asked.key}: is open at step {last}; end it before it begins anew, or send no sequence_step",
            )
        if number == last:
            return True
        if number != last + 1:
            raise Refusal(409, f"sequence {asked.key}: expected sequence_step {last + 1}, got {number}")
        return False

    def _rows_more(self, asked: Asked) -> int:
        before = self.open.get(asked.key)
        return asked.start and (before is None or before.pending > 0)

    def begin(self, asked: Sequence[Asked]) -> list[Session]:
        """Take up a request that :meth:`repeated` has found new: open what starts, close what ends."""
        now = self.clock()
        found = []
        for one in asked:
            if one.start:
                if (before := self.open.pop(one.key, None)) is not None:
                    self._close(before)
                session = self.open[one.key] = Session(one.key, self.pool.take(), now)
                session.first = one.number
            else:
                session = self.open[one.key]
                session.used = now
                self.open.move_to_end(one.key)
            session.number = one.number
            session.pending += 1
            if one.end:
                del self.open[one.key]
                session.open = False
            found.append(session)
        return found

    def finished(self, sessions: Sequence[Session], block: Block) -> None:
        """Note that a request is done: keep what was answered where it is numbered, give back what has ended."""
        now = self.clock()
        for place, session in enumerate(sessions):
            session.pending -= 1
            session.used = now
            if not session.open:
                self._close(session)
            elif session.number is not None and session.answer == (block, place):
                self._keep(session, block, place)

    def _keep(self, session: Session, block: Block, place: int) -> None:
        if block.error is not None and session.number is not None:
            # As if it had never come.
            session.number, session.answer = session.number - 1, None
        else:
            session.answer = {name: one[place].copy() for name, one in block.outputs.items()}

    def end(self, key: Key) -> None:
        """Close a session without a further step."""
        if (session := self.open.pop(key, None)) is not None:
            self._close(session)

    def evict_idle(self) -> int:
        """Forget sessions that nobody asked for; returns how many."""
        before, oldest = self.evictions, self.clock() - self.idle_seconds
        while self.open:
            session = next(iter(self.open.values()))
            if session.used > oldest:
                break
            if session.pending:
                self.open.move_to_end(session.key)
                session.used = self.clock()
                continue
            self.end(session.key)
            self.evictions += 1
        return self.evictions - before

    def _close(self, session: Session) -> None:
        session.open = False
        if not session.pending:
            self.pool.give_back(session.row)
            session.row = -1

    def restored(self, key: Key, first: int | None, number: int | None) -> Session:
        """Open a session as it was when a server stopped."""
        session = self.open[key] = Session(key, self.pool.take(), self.clock())
        session.first, session.number = first, number
        return session


def rows_of(sessions: Sequence[Session]) -> Array:
    """Return where their states stand."""
    return np.fromiter((session.row for session in sessions), np.intp, len(sessions))
