"""Streams through a fitted model: an answer after every observation, at the same cost however long they get."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from gatewise.errors import DataError, SavedModelError
from gatewise.graphs.compiled.program import Program
from gatewise.graphs.graph import Array, Graph
from gatewise.graphs.stepping import steps_of
from gatewise.writing import whole

__all__ = ["ModelStream"]


class ModelStream:
    """One stream, or several side by side, through a fitted model; made by ``model.open_stream()``.

    An answer is the one that ``predict_proba`` or ``predict`` would give if the sequence ended here, to rounding. What
    is carried from step to step has a fixed size: a stream may go on for years. Of several threads that step one
    stream, each waits for the others.

    Parameters
    ----------
    model : estimator
        That has a ``step_graph``.
    batch : int, optional
        How many streams advance together; by default a single one, whose rows and answers have no batch axis.

    Attributes
    ----------
    graph : Graph
        What a step computes.
    backend : Choice
        What runs the steps, and why: kernels, in one call, or the reference, operator after operator, where they do not
        cover the model.
    names : tuple of str
        Of the places of an answer, where they have names: classes, labels, targets.
    state : dict of str to array
        What is carried to the next step, each (batch, …), without batch (…): copies; may be set to what another
        stream of the model had.

    Raises
    ------
    StreamError
        The model needs whole sequences; the message says why, and what answers step by step.

    Examples
    --------
    >>> import gatewise, numpy
    >>> random = numpy.random.default_rng(0)
    >>> X = [random.normal(size=(20, 1)) + n % 2 for n in range(20)]
    >>> model = gatewise.SequenceClassifier("GRU", bidirectional=False, hidden_size=4, random_state=0)
    >>> stream = model.fit(X, [n % 2 for n in range(20)]).open_stream()
    >>> for row in X[1]:
    ...     answer = stream.step(row)
    >>> bool(numpy.allclose(answer, model.predict_proba([X[1]])[0], atol=1e-5))
    True
    """

    def __init__(self, model: Any, batch: int | None = None) -> None:
        if batch is not None and (
            isinstance(batch, bool) or not isinstance(batch, int | np.integer) or batch < 1
        ):
            raise DataError(f"batch: expected a whole number from 1, got {batch!r}")
        self._model = model
        self.graph: Graph = model.step_graph()
        self.batch = None if batch is None else int(batch)
        self._begin()

    def _begin(self) -> None:
        self._steps, self.backend = steps_of(self.graph, self.batch or 1)
        self._lock = threading.Lock()
        # What is no row of plain numbers, or does not fit, goes the longer way.
        self._row: Array | None = None
        if isinstance(self._steps, Program) and self._steps.row is not None and self._model.reads_rows:
            answer = self._steps.answers[self.graph.outputs[0].name]
            self._row, self._answer = (
                one if self.batch is not None else one[0] for one in (self._steps.row, answer)
            )
            self._shape = self._row.shape
            self._advance_row = self._steps.advance_row

    @property
    def names(self) -> tuple[str, ...]:
        """What the places of an answer are called; see above."""
        return self.graph.outputs[0].names

    def step(self, x: Any, /) -> Array:
        """Advance every stream by one observation.

        Parameters
        ----------
        x : array (channels,), word or symbol
            With ``batch`` one for each stream.

        Returns
        -------
        array, shape (answers,), with ``batch`` (batch, answers)
            Probabilities of classes, labels or symbols, or values; ``names`` says which.

        Raises
        ------
        DataError
            It does not fit; the states stay as they were.
        """
        if (
            self._row is not None
            and x.__class__ is np.ndarray
            and x.shape == self._shape
            and x.dtype.char in "fd"
        ):
            with self._lock:
                self._row[...] = x
                if self._advance_row():
                    return self._answer.copy()
        inputs = self._model.observation(x, self.batch, self.graph.inputs)
        with self._lock:
            self._refuse_what_cannot_be_filled(inputs)
            answers = self._steps.advance(inputs)
        answer: Array = answers[self.graph.outputs[0].name]
        return answer if self.batch is not None else answer[0]

    def _refuse_what_cannot_be_filled(self, inputs: Mapping[str, Array]) -> None:
        before = self.graph.about.get("filled")
        if before is None:
            return
        (row,) = inputs.values()
        bad = ~np.isfinite(row) & np.isnan(self._steps.states[before])
        if bad.any():
            raise DataError(
                f"step: channel {np.argwhere(bad)[0][-1]} is missing, and no value came before it; begin with a row "
                "that is whole"
            )

    @property
    def state(self) -> dict[str, Array]:
        """What is carried to the next step; see above."""
        with self._lock:
            return {
                name: (one if self.batch is not None else one[0]).copy()
                for name, one in self._steps.states.items()
            }

    @state.setter
    def state(self, state: Mapping[str, Any]) -> None:
        found: dict[str, Array] = {}
        for one in self.graph.states:
            if one.name not in state:
                raise DataError(
                    f"state: expected {', '.join(s.name for s in self.graph.states)}; {one.name!r} is missing"
                )
            array = np.asarray(state[one.name])
            shape = one.shape if self.batch is None else (self.batch, *one.shape)
            if array.shape != shape or array.dtype != one.initial.dtype:
                raise DataError(
                    f"state: {one.name!r}: expected {one.dtype} of shape {shape}, got {array.dtype} of {array.shape}"
                )
            found[one.name] = array if self.batch is not None else array[None]
        with self._lock:
            self._steps.load(found)

    def reset(self, streams: Sequence[int] | None = None) -> None:
        """Begin anew: all streams, or those of these numbers."""
        begun = slice(None) if streams is None else self._numbers(streams)
        with self._lock:
            states = {name: array.copy() for name, array in self._steps.states.items()}
            for one in self.graph.states:
                states[one.name][begun] = one.initial
            self._steps.load(states)

    def _numbers(self, streams: Sequence[int]) -> list[int]:
        several = self.batch or 1
        for one in streams:
            if isinstance(one, bool) or not isinstance(one, int | np.integer) or not 0 <= one < several:
                raise DataError(f"streams: expected numbers from 0 to {several - 1}, got {one!r}")
        return [int(one) for one in streams]

    def save(self, path: str | Path) -> Path:
        """Write the states to a file, whole or not at all; :meth:`restore` goes on from it."""
        arrays = {name: np.ascontiguousarray(array) for name, array in self.state.items()}
        path = Path(path)
        with whole(path) as unfinished:
            unfinished.write_bytes(save(arrays, {"model": fingerprint(self.graph)}))
        return path

    def restore(self, path: str | Path) -> None:
        """Go on from states that :meth:`save` wrote, of the same model and as many streams.

        Raises
        ------
        SavedModelError
            The file is damaged, or of another model.
        """
        try:
            with safe_open(str(path), "numpy") as file:
                model = (file.metadata() or {}).get("model", "")
                arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it cannot be iterated
        except (OSError, SafetensorError) as error:
            raise SavedModelError(f"{path}: cannot be read as states of a stream: {error}") from None
        if model != fingerprint(self.graph):
            raise SavedModelError(
                f"{path}: states of another model; open a stream of the one that wrote them"
            )
        self.state = arrays

    def __getstate__(self) -> dict[str, Any]:
        return {"model": self._model, "graph": self.graph, "batch": self.batch, "state": self.state}

    def __setstate__(self, saved: dict[str, Any]) -> None:
        self._model, self.graph, self.batch = saved["model"], saved["graph"], saved["batch"]
        self._begin()
        self.state = saved["state"]


def fingerprint(graph: Graph) -> str:
    """Return a hash of all that a model has learned: states of one are of no use to another."""
    found = hashlib.sha256()
    for name, array in sorted(graph.constants.items()):
        array = np.asarray(array)
        found.update(f"{name} {array.dtype} {array.shape}".encode())
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()
