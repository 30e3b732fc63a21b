"""What a server does for its clients, whatever they speak: models, their sessions, limits, and how it stops."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.errors import GatewiseError
from gatewise.serving.config import ServingConfig
from gatewise.serving.fields import check_against
from gatewise.serving.metrics import Metrics
from gatewise.serving.models import Models, Served
from gatewise.serving.protocol import InferRequest, asked_of
from gatewise.serving.refusal import Refusal
from gatewise.serving.sessions import Asked
from gatewise.serving.stepping import Answered, Stepping
from gatewise.serving.storing import restore, store

__all__ = ["Gateway"]

Array = NDArray[Any]
# Whole sequences that wait for the one thread that answers them.
MOST_WAITING = 64
SWEEP = 1.0  # seconds


class Gateway:
    """Answers requests.

    Parameters
    ----------
    models : dict of str to estimator, path, or dict of version to these
    config : ServingConfig

    Attributes
    ----------
    stops : bool
        Whether nothing new is taken.
    """

    def __init__(self, models: Mapping[str, Any], config: ServingConfig) -> None:
        self.config, self.metrics = config, Metrics()
        self.models = Models(models, config, self.metrics)
        self.stops = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="gatewise-whole")
        self._waiting = 0
        self._sweeper: asyncio.Task[None] | None = None
        for served, stepping in self.stepped():
            self.metrics.watch_sessions(served.name, served.version, stepping.sessions.__len__)
        if config.state_folder is not None:
            restore(self.stepped(), config.state_folder)

    def stepped(self) -> list[tuple[Served, Stepping]]:
        """Return the models that go step by step, and how."""
        return [(one, one.stepping) for one in self.models if one.stepping is not None]

    def start(self) -> None:
        """Begin to forget sessions that nobody asks for."""
        self._sweeper = asyncio.create_task(self._sweep())

    async def stop(self) -> None:
        """Take nothing new, finish what was asked for, and write sessions."""
        self.stops = True
        for _, stepping in self.stepped():
            stepping.stops = True
            await stepping.scheduler.drain()
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        if self.config.state_folder is not None:
            await asyncio.to_thread(store, self.stepped(), self.config.state_folder)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(min(SWEEP, self.config.idle_seconds / 4))
            for served, stepping in self.stepped():
                if gone := stepping.sessions.evict_idle():
                    self.metrics.evicted(served.name, served.version, gone)

    async def infer(self, served: Served, request: InferRequest) -> tuple[dict[str, Array], dict[str, Any]]:
        """Return the outputs of a request, and what is said of its session.

        Raises
        ------
        Refusal
            It cannot be answered.
        """
        start = time.perf_counter()
        asked = asked_of(request.parameters)
        given = {tensor.name: tensor.array for tensor in request.inputs}
        if len(given) < len(request.inputs):
            raise Refusal(400, "inputs: one stands there twice")
        if asked is not None:
            found, said, kind = await self._step(served, asked, given), _said(asked), "step"
        elif request.parameters.get("step"):
            found, said, kind = await self._stateless(served, given), {}, "stateless"
        else:
            found, said, kind = await self._whole(served, request), {}, "whole"
        self.metrics.timing(served.name, served.version, kind)(time.perf_counter() - start)
        return found, said

    async def _step(self, served: Served, asked: Asked, given: dict[str, Array]) -> dict[str, Array]:
        stepping = stepping_of(served)
        if asked.end and not given:
            stepping.end([asked])
            return {}
        inputs, timed = stepping.checked(given)
        if next(iter(inputs.values())).shape[0] != 1:
            raise Refusal(
                400, "inputs: expected one sequence with a sequence_id; several go in a message of a stream"
            )
        return _with_axes((await stepping.step([asked], inputs)).outputs, timed)

    async def _stateless(self, served: Served, given: dict[str, Array]) -> dict[str, Array]:
        stepping = stepping_of(served)
        own = {one.name for one in stepping.states}
        inputs, timed = stepping.checked({name: one for name, one in given.items() if name not in own})
        states = stepping.checked_states(
            {name: one for name, one in given.items() if name in own}, next(iter(inputs.values())).shape[0]
        )
        found = await stepping.step_stateless(inputs, states)
        return _with_axes(found.outputs, timed) | found.states

    async def _whole(self, served: Served, request: InferRequest) -> dict[str, Array]:
        whole = served.whole
        if whole is None:
            raise Refusal(
                400, f"model {served.name}: goes step by step only; send a sequence_id, or the parameter step"
            )
        given = check_against(whole.inputs, request.inputs)
        parameters = {name: one for name, one in request.parameters.items() if name in whole.parameters}
        found: dict[str, Array] = await self._in_thread(whole.answer, given, parameters)
        return found

    async def trace(self, served: Served, request: InferRequest) -> dict[str, Any]:
        """Return what the cells of a model did with the first sequence of a request.

        Raises
        ------
        Refusal
            It has none, or they cannot be shown.
        """
        if served.whole is None:
            raise Refusal(400, f"model {served.name}: goes step by step only; its states are what it returns")
        given = check_against(served.whole.inputs, request.inputs)
        found: dict[str, Any] = await self._in_thread(served.whole.trace, given)
        return found

    async def _in_thread(self, function: Callable[..., Any], *arguments: Any) -> Any:
        if self.stops or self._waiting >= MOST_WAITING:
            raise Refusal(
                503,
                "the server is stopping" if self.stops else "too many requests wait; ask again in a moment",
            )
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, function, *arguments)
        except GatewiseError as error:
            raise Refusal(400, str(error)) from None
        except MemoryError:
            raise Refusal(503, "no memory left for these sequences; send fewer at once") from None
        finally:
            self._waiting -= 1

    async def step_many(
        self, served: Served, asked: Sequence[Asked], given: dict[str, Array]
    ) -> tuple[Answered, bool]:
        """Step sessions as a message of a stream asks; returns also whether inputs had an axis of time.

        Raises
        ------
        Refusal
            They cannot be stepped; none was.
        """
        stepping = stepping_of(served)
        if not given and all(one.end for one in asked):
            stepping.end(asked)
            return Answered({}, {}), False
        inputs, timed = stepping.checked(given)
        count = next(iter(inputs.values())).shape[0]
        if count != len(asked):
            raise Refusal(400, f"inputs: expected one row for each of {len(asked)} sequences, got {count}")
        return await stepping.step(asked, inputs), timed


def stepping_of(served: Served) -> Stepping:
    """Return how a model goes step by step.

    Raises
    ------
    Refusal
        It does not.
    """
    if served.stepping is None:
        raise Refusal(400, f"model {served.name}: does not go step by step: {served.why_not}")
    return served.stepping


def _with_axes(outputs: Mapping[str, Array], timed: bool) -> dict[str, Array]:
    return {name: one if timed else np.ascontiguousarray(one[:, 0]) for name, one in outputs.items()}


def _said(asked: Asked) -> dict[str, Any]:
    said: dict[str, Any] = {"sequence_id": asked.key}
    if asked.number is not None:
        said["sequence_step"] = asked.number
    return said
