"""A model one step at a time: what a request has to bring for it, and its way to the kernel and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gatewise.errors import GatewiseError
from gatewise.graphs.graph import Field, Graph
from gatewise.graphs.running import Runner
from gatewise.serving.config import ServingConfig
from gatewise.serving.fields import Described, check_finite
from gatewise.serving.pool import Pool
from gatewise.serving.refusal import Refusal
from gatewise.serving.scheduler import Block, Scheduler
from gatewise.serving.sessions import Asked, Session, Sessions, rows_of
from gatewise.serving.tensors import DATATYPES, datatype_of

__all__ = ["Answered", "Stepping"]

Array = NDArray[Any]
Values = Mapping[str, Array]
TEXT = Described("text", "BYTES", (-1,), optional=True)
MOST_TEXTS = 10_000


class Answered(NamedTuple):
    """Answers of steps, (sessions, time, …), and the states after them of a client that keeps them."""

    outputs: dict[str, Array]
    states: dict[str, Array]


class Stepping:
    """The steps of one model.

    Parameters
    ----------
    graph : Graph
        Of one step.
    config : ServingConfig
    stepped : callable, optional
        Called after each call of the kernel with its rows and seconds.
    observation : callable, optional
        Makes the input of a step, which is a number there, of texts: words, or symbols.

    Attributes
    ----------
    inputs, outputs, states : tuple of Described
        Of one step of a batch.
    text : Described or None
        What stands for the input where it is a text.
    sessions : Sessions
    scheduler : Scheduler
    """

    def __init__(
        self,
        graph: Graph,
        config: ServingConfig,
        stepped: Callable[[int, float], None] | None = None,
        observation: Callable[[list[str], int, Sequence[Field]], dict[str, Array]] | None = None,
    ) -> None:
        self.graph, self._most = graph, config.max_length
        numbered = len(graph.inputs) == 1 and graph.inputs[0].dtype == "int64"
        self._observation = observation if numbered else None
        self.text = TEXT if self._observation is not None else None
        runner = Runner(graph)
        asked = {name for node in graph.nodes if node.operator == "IsNaN" for name in node.inputs}
        self.inputs = tuple(_described(field, gaps=field.name in asked) for field in graph.inputs)
        self.outputs = tuple(_described(field) for field in graph.outputs)
        self.states = tuple(
            Described(state.name, datatype_of(state.dtype), (-1, *state.shape)) for state in graph.states
        )
        self.initial = {state.name: np.asarray(state.initial) for state in graph.states}
        self.sessions = Sessions(Pool(self.initial, config.max_sessions), config.idle_seconds)
        self.scheduler = Scheduler(runner.step, self.sessions.pool, stepped)
        self.stops = False

    async def step(self, asked: Sequence[Asked], inputs: Values) -> Answered:
        """Step sessions, each by the same number of steps; all of them or none.

        Parameters
        ----------
        asked : list of Asked
        inputs : dict of str to array
            (sessions, time, …), as :meth:`checked` gives them.

        Raises
        ------
        Refusal
            A session cannot be stepped; nothing was.
        """
        self._check_running()
        again = self.sessions.repeated(asked)
        if again is not None:
            return await self._kept(again)
        count, steps = _extent(inputs)
        sessions = self.sessions.begin(asked)
        block = Block(
            inputs,
            count,
            steps,
            rows=rows_of(sessions),
            finished=lambda one: self.sessions.finished(sessions, one),
        )
        for place, session in enumerate(sessions):
            session.answer = (block, place) if session.number is not None else None
        await self.scheduler.run(block)
        return Answered(block.outputs, {})

    async def _kept(self, sessions: Sequence[Session]) -> Answered:
        """Return what was answered before."""
        found: list[Mapping[str, Array]] = []
        for session in sessions:
            answer = session.answer
            if isinstance(answer, tuple):
                block, place = answer
                await self.scheduler.done(block)
                answer = {name: one[place] for name, one in block.outputs.items()}
            if answer is None:
                raise Refusal(
                    409, f"sequence {session.key}: step {session.number} was not answered; send it again"
                )
            found.append(answer)
        if len({one.shape[0] for answer in found for one in answer.values()}) > 1:
            raise Refusal(
                409,
                "sequence_step: sequences were answered by messages of several lengths; repeat each alone",
            )
        return Answered({name: np.stack([one[name] for one in found]) for name in found[0]}, {})

    async def step_stateless(self, inputs: Values, states: Values) -> Answered:
        """Step a batch of sequences whose states the client keeps; those that it does not give begin anew."""
        self._check_running()
        count, steps = _extent(inputs)
        full = {
            name: states[name] if name in states else np.repeat(one[None], count, axis=0)
            for name, one in self.initial.items()
        }
        block = Block(inputs, count, steps, states=full)
        await self.scheduler.run(block)
        return Answered(block.outputs, dict(block.states or {}))

    def end(self, keys: Sequence[Asked]) -> None:
        """Close sessions without a further step."""
        self._check_running()
        for one in keys:
            self.sessions.end(one.key)

    def checked(self, given: Values) -> tuple[dict[str, Array], bool]:
        """Return inputs as (sessions, time, …), and whether they came with an axis of time.

        Raises
        ------
        Refusal
            One is missing or unknown, or has another type, shape or length than it should.
        """
        if self.text is not None and list(given) == [self.text.name]:
            given = self._of_texts(given[self.text.name])
        for name in given:
            if name not in {one.name for one in self.inputs}:
                raise Refusal(400, f"inputs: {name}: no such input of a step; expected {self._names()}")
        found, timed = {}, set()
        for one in self.inputs:
            if one.name not in given:
                raise Refusal(400, f"inputs: {one.name} is missing; a step takes {self._names()}")
            array = given[one.name]
            has_time = array.ndim == len(one.shape) + 1
            timed.add(has_time)
            found[one.name] = array if has_time else array[:, None] if array.ndim else array
            _check(one, array, has_time)
        shapes = {one.shape[:2] for one in found.values()}
        if len(shapes) > 1 or len(timed) > 1:
            raise Refusal(400, "inputs: expected as many sequences, and steps, in each of them")
        (count, steps) = shapes.pop()
        if not count or not steps:
            raise Refusal(400, "inputs: expected at least one step, got none")
        if steps > self._most:
            raise Refusal(413, f"inputs: expected at most {self._most} steps in one request, got {steps}")
        return found, timed == {True}

    def _of_texts(self, texts: Array) -> dict[str, Array]:
        """Return the input that texts are, in their shape."""
        assert self._observation is not None
        if texts.dtype.kind != "O" or texts.ndim not in (1, 2) or not texts.size:
            raise Refusal(400, "inputs: text: expected strings of shape [-1], or of several steps [-1, -1]")
        if texts.size > MOST_TEXTS:
            raise Refusal(413, f"inputs: text: expected at most {MOST_TEXTS} at once, got {texts.size}")
        try:
            found = self._observation(texts.ravel().tolist(), texts.size, self.graph.inputs)
        except GatewiseError as error:
            raise Refusal(400, f"inputs: text: {error}") from None
        return {name: one.reshape(*texts.shape, *one.shape[1:]) for name, one in found.items()}

    def checked_states(self, given: Values, count: int) -> dict[str, Array]:
        """Return states that a client brings.

        Raises
        ------
        Refusal
            One does not fit.
        """
        for one in self.states:
            if one.name in given:
                _check(one, given[one.name], False)
                if len(given[one.name]) != count:
                    raise Refusal(400, f"inputs: {one.name}: expected one for each of {count} sequences")
        return dict(given)

    def _names(self) -> str:
        names = [one.name for one in self.inputs]
        return ", ".join(names) + (f", or {self.text.name}" if self.text is not None else "")

    def _check_running(self) -> None:
        if self.stops:
            raise Refusal(503, "the server is stopping; ask again when it is back")


def _described(field: Field, *, gaps: bool = False) -> Described:
    shape = tuple(axis if isinstance(axis, int) else -1 for axis in field.shape)
    return Described(field.name, datatype_of(field.dtype), shape, field.names, gaps=gaps)


def _check(one: Described, array: Array, has_time: bool) -> None:
    if array.dtype != DATATYPES[one.datatype]:
        raise Refusal(
            400, f"inputs: {one.name}: datatype: expected {one.datatype}, got {datatype_of(array.dtype)}"
        )
    shape = array.shape[:1] + array.shape[2:] if has_time else array.shape
    if len(shape) != len(one.shape) or any(
        want not in (-1, has) for want, has in zip(one.shape, shape, strict=True)
    ):
        wanted = list(one.shape)
        raise Refusal(
            400,
            f"inputs: {one.name}: shape: expected {wanted}, or of several steps {[*wanted[:1], -1, *wanted[1:]]}, got "
            f"{list(array.shape)}",
        )
    check_finite(one, array)
    if array.dtype.kind == "i" and (array < 0).any():
        raise Refusal(400, f"inputs: {one.name}: expected numbers from 0, got one below")


def _extent(inputs: Values) -> tuple[int, int]:
    count, steps = next(iter(inputs.values())).shape[:2]
    return int(count), int(steps)
