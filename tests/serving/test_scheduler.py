"""Blocks of steps: together where they may be, in order where they must be."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import numpy as np

from gatewise.serving.pool import Pool
from gatewise.serving.refusal import Refusal
from gatewise.serving.scheduler import MOST_ROWS, Block, Scheduler


class Adding:
    """A step that adds what comes to the state, and notes how many rows it had."""

    def __init__(self) -> None:
        self.calls: list[int] = []
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, inputs: Any, states: Any) -> Any:
        self.gate.wait(10)
        self.calls.append(len(inputs["x"]))
        if (inputs["x"] < 0).any():
            raise ValueError("below zero\nand more")
        total = states["total"] + inputs["x"]
        return {"sum": total}, {"total": total}


def made(capacity: int = 16) -> tuple[Adding, Pool, Scheduler]:
    step, pool = Adding(), Pool({"total": np.zeros(1)}, capacity)
    return step, pool, Scheduler(step, pool)


def block(*values: float, rows: list[int] | None = None, steps: int = 1) -> Block:
    """One number for each session, the same in each step."""
    x = np.repeat(np.array(values)[:, None, None], steps, axis=1)
    own = None if rows is None else np.array(rows, np.intp)
    states = {"total": np.zeros((len(values), 1))} if rows is None else None
    return Block({"x": x}, len(values), steps, rows=own, states=states)


def test_what_waits_while_the_kernel_runs_goes_together() -> None:
    step, pool, scheduler = made()

    async def all_of_it() -> list[Block]:
        rows = [pool.take() for _ in range(6)]
        step.gate.clear()
        first = asyncio.create_task(scheduler.run(block(1, rows=rows[:1])))
        await asyncio.sleep(0.05)
        later = [block(float(k), rows=[rows[k]]) for k in range(1, 6)]
        tasks = [asyncio.create_task(scheduler.run(one)) for one in later]
        await asyncio.sleep(0.05)
        step.gate.set()
        await asyncio.gather(first, *tasks)
        return later

    found = asyncio.run(all_of_it())
    # A row alone is computed beside itself, for the sake of its bits.
    assert step.calls == [2, 5]
    assert [one.outputs["sum"].tolist() for one in found] == [[[[k]]] for k in range(1, 6)]
    assert pool.states["total"][:6, 0].tolist() == [1, 1, 2, 3, 4, 5]


def test_those_of_one_session_keep_their_order() -> None:
    step, pool, scheduler = made()

    async def all_of_it() -> list[float]:
        first, second = pool.take(), pool.take()
        wanted = (((1,), [first]), ((2,), [first]), ((4, 8), [first, second]), ((16,), [second]))
        blocks = [block(*values, rows=rows) for values, rows in wanted]
        await asyncio.gather(*(scheduler.run(one) for one in blocks))
        return [float(one.outputs["sum"][-1, 0, 0]) for one in blocks]

    assert asyncio.run(all_of_it()) == [1, 3, 8, 24]
    assert step.calls == [2, 2, 2, 2]


def test_several_steps_and_states_of_the_client() -> None:
    step, pool, scheduler = made()

    async def all_of_it() -> tuple[Block, Block]:
        kept, own = block(1, 2, rows=[pool.take(), pool.take()], steps=3), block(5, steps=2)
        await asyncio.gather(scheduler.run(kept), scheduler.run(own))
        return kept, own

    kept, own = asyncio.run(all_of_it())
    assert kept.outputs["sum"][:, :, 0].tolist() == [[1, 2, 3], [2, 4, 6]]
    assert own.outputs["sum"][:, :, 0].tolist() == [[5, 10]]
    assert own.states is not None
    assert own.states["total"].tolist() == [[10]]
    assert step.calls == [3, 3, 2]


def test_only_the_one_at_fault_fails() -> None:
    _, pool, scheduler = made()

    async def all_of_it() -> list[Any]:
        rows = [pool.take() for _ in range(3)]
        blocks = [block(value, rows=[row]) for value, row in zip((1, -1, 3), rows, strict=True)]
        return await asyncio.gather(*(scheduler.run(one) for one in blocks), return_exceptions=True)

    first, wrong, last = asyncio.run(all_of_it())
    assert (first, last) == (None, None)
    assert isinstance(wrong, Refusal)
    assert (wrong.status, str(wrong)) == (400, "this step cannot be computed: below zero")
    assert pool.states["total"][:3, 0].tolist() == [1, 0, 3]


def test_who_goes_away_does_not_take_the_step_along() -> None:
    step, pool, scheduler = made()

    async def all_of_it() -> None:
        step.gate.clear()
        task = asyncio.create_task(scheduler.run(block(1, rows=[pool.take()])))
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.sleep(0)
        step.gate.set()
        await scheduler.drain()

    asyncio.run(all_of_it())
    assert pool.states["total"][0, 0] == 1


def test_a_call_has_at_most_so_many_rows_beside_the_last_block() -> None:
    step, pool, scheduler = made(3 * MOST_ROWS)

    async def all_of_it() -> None:
        step.gate.clear()
        rows = [pool.take() for _ in range(2 * MOST_ROWS + 2)]
        first = asyncio.create_task(scheduler.run(block(1, rows=rows[:1])))
        await asyncio.sleep(0.05)
        halves = (rows[1 : MOST_ROWS + 1], rows[MOST_ROWS + 1 :])
        tasks = [asyncio.create_task(scheduler.run(block(*[1.0] * len(own), rows=own))) for own in halves]
        await asyncio.sleep(0.05)
        step.gate.set()
        await asyncio.gather(first, *tasks)

    asyncio.run(all_of_it())
    assert step.calls == [2, MOST_ROWS, MOST_ROWS + 1]
