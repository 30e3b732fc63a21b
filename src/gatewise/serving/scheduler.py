"""Steps of many sessions in one call: what waits when the kernel is free goes together, and nothing waits for more."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.serving.pool import Pool
from gatewise.serving.refusal import Refusal

__all__ = ["Block", "Scheduler", "Step"]

Array = NDArray[Any]
Values = Mapping[str, Array]
# Inputs and states of one step, each (batch, …), to answers and states after it.
Step = Callable[[Values, Values], tuple[Values, Values]]
# Rows of one call: beyond this, more do not make it faster, only later.
MOST_ROWS = 4096


class Block:
    """Steps that belong together: of several sessions side by side, one or several after each other.

    Parameters
    ----------
    inputs : dict of str to array
        (sessions, time, …).
    rows : array of int, or None
        Where the states of the sessions stand; ``None``: they are in ``states``.
    states : dict of str to array
        (sessions, …), of a client that keeps them itself; at the end those after the last step.
    finished : callable, optional
        Called when it is done, before who waits goes on.

    Attributes
    ----------
    outputs : dict of str to array
        (sessions, time, …), when it is done.
    error : Exception or None
        Why it was not done; states are as they were before the step that failed.
    """

    __slots__ = (
        "_found",
        "count",
        "error",
        "finished",
        "future",
        "inputs",
        "outputs",
        "place",
        "rows",
        "states",
        "time",
    )

    def __init__(
        self,
        inputs: Values,
        count: int,
        steps: int,
        *,
        rows: Array | None = None,
        states: Values | None = None,
        finished: Callable[[Block], None] | None = None,
    ) -> None:
        self.inputs, self.count, self.time = inputs, count, steps
        self.rows, self.states, self.finished = rows, states, finished
        self.future: asyncio.Future[None] | None = None
        self.outputs: dict[str, Array] = {}
        self.error: Exception | None = None
        self.place = 0
        self._found: dict[str, list[Array]] = {}

    def keep(self, outputs: dict[str, Array]) -> None:
        """Note the answers of one step, and go on to the next."""
        for name, one in outputs.items():
            self._found.setdefault(name, []).append(one)
        self.place += 1
        if self.is_over:
            self.outputs = {
                name: parts[0][:, None] if len(parts) == 1 else np.stack(parts, axis=1)
                for name, parts in self._found.items()
            }
            self._found = {}

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to do."""
        return self.error is not None or self.place == self.time


class Scheduler:
    """Runs blocks of one model, those of one session one after the other, all others together.

    Parameters
    ----------
    step : callable
        One step of a batch.
    pool : Pool
    stepped : callable, optional
        Called after each call with its rows and seconds.
    """

    def __init__(self, step: Step, pool: Pool, stepped: Callable[[int, float], None] | None = None) -> None:
        self._step, self._pool, self._stepped = step, pool, stepped
        self._waiting: deque[Block] = deque()
        self._active: list[Block] = []
        self._busy = np.zeros(pool.capacity, bool)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="gatewise-steps")
        self._loop: asyncio.Task[None] | None = None
        self._idle = asyncio.Event()
        self._idle.set()

    async def run(self, block: Block) -> None:
        """Have a block done.

        It is done also where nobody waits for it any more.

        Raises
        ------
        Refusal
            A step could not be computed.
        """
        future = asyncio.get_running_loop().create_future()
        block.future = future
        self._waiting.append(block)
        self._idle.clear()
        if self._loop is None:
            self._loop = asyncio.create_task(self._go_on())
        await self.done(block)

    async def done(self, block: Block) -> None:
        """Wait until a block that somebody else asked for is done.

        Raises
        ------
        Refusal
            A step could not be computed.
        """
        if block.future is not None:
            # Who goes away must not take it along.
            await asyncio.shield(block.future)
        if block.error is not None:
            raise block.error

    async def drain(self) -> None:
        """Wait until all that was asked for is done."""
        await self._idle.wait()

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=True)

    async def _go_on(self) -> None:
        running = asyncio.get_running_loop()
        while self._waiting or self._active:
            self._admit()
            await running.run_in_executor(self._thread, self._call, self._active)
            self._active = [block for block in self._active if not self._finish(block)]
        self._loop = None
        self._idle.set()

    def _admit(self) -> None:
        """Take what waits, unless a session in it has a step before, running or waiting."""
        rows = sum(block.count for block in self._active)
        later: list[Block] = []
        held = self._busy
        while self._waiting and rows < MOST_ROWS:
            block = self._waiting.popleft()
            if block.rows is not None:
                if held[block.rows].any():
                    if not later:
                        held = held.copy()
                    later.append(block)
                    held[block.rows] = True
                    continue
                held[block.rows] = self._busy[block.rows] = True
            self._active.append(block)
            rows += block.count
        self._waiting.extendleft(reversed(later))

    def _finish(self, block: Block) -> bool:
        if not block.is_over:
            return False
        if block.rows is not None:
            self._busy[block.rows] = False
        if block.finished is not None:
            block.finished(block)
        if block.future is not None and not block.future.done():
            block.future.set_result(None)
        return True

    def _call(self, blocks: Sequence[Block]) -> None:
        """Run one step of all blocks; if that fails, of each alone, so that only the one at fault does."""
        start = time.perf_counter()
        try:
            self._together(blocks)
        except Exception as error:
            if len(blocks) == 1:
                blocks[0].error = _as_refusal(error)
            else:
                for block in blocks:
                    self._call([block])
            return
        if self._stepped is not None:
            self._stepped(sum(block.count for block in blocks), time.perf_counter() - start)

    def _together(self, blocks: Sequence[Block]) -> None:
        # Those with rows first: their states are read at once.
        blocks = sorted(blocks, key=lambda block: block.rows is None)
        inputs = {
            name: _joined([block.inputs[name][:, block.place] for block in blocks])
            for name in blocks[0].inputs
        }
        own = [block for block in blocks if block.rows is None]
        kept = [block.rows for block in blocks if block.rows is not None]
        rows = _joined(kept) if kept else None
        parts: list[Values] = [] if rows is None else [self._pool.read(rows)]
        parts += [block.states for block in own if block.states is not None]
        states = {name: _joined([part[name] for part in parts]) for name in parts[0]} if parts else {}
        if sum(block.count for block in blocks) == 1:
            # Products of one row with a matrix are computed in another order: with two, answers have the same bits
            # whoever is stepped beside a session, and after a restart.
            inputs, states = _twice(inputs), _twice(states)
        outputs, after = self._step(inputs, states)
        if rows is not None:
            self._pool.write(rows, {name: one[: len(rows)] for name, one in after.items()})
        first = 0
        for block in blocks:
            last = first + block.count
            block.keep({name: one[first:last] for name, one in outputs.items()})
            if block.rows is None:
                block.states = {name: one[first:last] for name, one in after.items()}
            first = last


def _joined(arrays: Sequence[Array]) -> Array:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _twice(values: Values) -> dict[str, Array]:
    return {name: np.concatenate([one, one]) for name, one in values.items()}


def _as_refusal(error: Exception) -> Refusal:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, MemoryError):
        return Refusal(503, "no memory left for this step; send fewer rows at once")
    return Refusal(
        400,
        f"this step cannot be computed: {str(error).splitlines()[0] if str(error) else type(error).__name__}",
    )
