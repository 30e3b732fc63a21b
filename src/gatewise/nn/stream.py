"""Streams: the state of a layer that goes on step by step, as data arrive."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from gatewise.errors import ConfigurationError, LayerInputError
from gatewise.nn.backends import kernel_choice
from gatewise.nn.cells.base import Cell, Weights
from gatewise.nn.operators.loading import load_kernels
from gatewise.nn.reference_stepper import ReferenceStepper
from gatewise.nn.state import State, pack, unpack

if TYPE_CHECKING:
    from gatewise.kernels.call.stepper import Stepper
    from gatewise.nn.recurrent import Recurrent

__all__ = ["Stream"]


class Stream:
    """One stream, or many side by side, through a layer's weights as they are now; no gradients.

    A step is one compiled call on memory made once: it allocates nothing. For this it copies the weights, so a
    stream does not notice when the layer is trained on. A stream may be copied and pickled, and goes on from there. Of
    several threads that step one stream, each waits for the others.

    Parameters
    ----------
    layer : Recurrent
        Of any cell and any number of layers, in float32 or float64 on the CPU. Dropout does nothing.
    batch : int, optional
        How many streams advance together; by default a single one, whose input and output have no batch axis.
    threads : int, default 1
        That share the units of a step. Two are faster from about 128 units on if steps follow each other
        closely; between rare steps they fall asleep, and waking them takes longer than the step.

    Attributes
    ----------
    backend : Choice
        What runs the steps, and why: the reference where there are no kernels for the cell.
    state : Tensor or LSTMState
        (layers, batch, hidden), without batch (layers, hidden): a copy of what is carried to the next step; may
        be set to what a layer or another stream returned, also as arrays. What a layer returned for a batch of one is
        a state of a single stream, too.

    Raises
    ------
    ConfigurationError
        If bidirectional, since the future is not there yet, or of another type or device.

    Examples
    --------
    >>> import numpy as np
    >>> from gatewise.nn import LSTM
    >>> stream = LSTM(3, 8).stream()
    >>> for observation in np.zeros((5, 3), np.float32):
    ...     output = stream.step(observation)
    >>> output.shape
    torch.Size([8])
    """

    def __init__(self, layer: Recurrent, batch: int | None = None, threads: int = 1) -> None:
        name = layer._get_name()
        if layer.bidirectional:
            raise ConfigurationError(
                f"{name}: bidirectional layers read from the end and cannot go step by step; "
                "take bidirectional=False"
            )
        for number, place in ((1 if batch is None else batch, "batch"), (threads, "threads")):
            if isinstance(number, bool) or not isinstance(number, Integral) or number < 1:
                raise ConfigurationError(f"{name}: {place} must be an integer from 1, got {number!r}")
        like = layer.weight_ih_l0
        if like.device.type != "cpu" or like.dtype not in (torch.float32, torch.float64):
            raise ConfigurationError(
                f"{name}: streams run in float32 and float64 on the CPU, the weights are {like.dtype} on "
                f"{like.device}; convert the layer with .to()"
            )
        # Kernels keep them in an order of their own: copies and pickles are made of these.
        weights = [
            Weights(*[None if tensor is None else tensor.detach().clone() for tensor in one])  # type: ignore[arg-type]  # only biases are None
            for one in layer.weights()
        ]
        self._begin(layer.cell, weights, None if batch is None else int(batch), int(threads))

    def _begin(self, cell: Cell, weights: Sequence[Weights], batch: int | None, threads: int) -> None:
        self._made_of = (cell, weights, batch, threads)
        self.backend = kernel_choice(cell)
        stepper = (
            _with_kernels(cell.kernel, weights, batch or 1, threads)
            if cell.kernel
            else ReferenceStepper(cell, weights, batch or 1)
        )
        self._stepper = stepper  # which owns all memory
        self._lock = threading.Lock()
        self._thread: int | None = None
        self._shared = False
        self._advance = stepper.step
        self._states = stepper.states
        self._names = cell.states
        output = stepper.states[-1][0]
        self._input = stepper.input if batch is not None else stepper.input[0]
        self._output = torch.from_numpy(output if batch is not None else output[0])
        self._shape = self._input.shape
        self._batched = batch is not None

    def step(self, input: Tensor | ArrayLike) -> Tensor:
        """Advance by one observation.

        Parameters
        ----------
        input : Tensor, ndarray or list
            (batch, input_size), without batch (input_size,).

        Returns
        -------
        Tensor
            (batch, hidden_size), without batch (hidden_size,): the last layer's ``h``. It is the stream's own
            memory, overwritten by the next step; clone it to keep it. It is a copy once a second thread has stepped
            the stream.

        Raises
        ------
        LayerInputError
            If the shape does not fit, or these are no numbers.
        """
        if not isinstance(input, np.ndarray):
            input = _numbers(input) if isinstance(input, Tensor) else np.asarray(input)
        if input.dtype.kind not in "fiu":
            raise LayerInputError(f"input of a step: expected numbers, got {input.dtype}")
        if input.shape != self._shape:
            raise LayerInputError(f"input of a step: expected shape {self._shape}, got {tuple(input.shape)}")
        with self._lock:
            if self._thread != threading.get_ident() and not self._shared:
                self._begin_in_this_thread()
            self._input[...] = input
            self._advance()
            return self._output.clone() if self._shared else self._output

    def _begin_in_this_thread(self) -> None:
        """Note who steps; once a second thread does, outputs are copies, since others read theirs meanwhile."""
        if self._thread is not None:
            self._shared = True
            # Whoever has the last output keeps it as it is.
            own = self._output
            self._output = own.detach()
            own.data = own.clone()
        self._thread = threading.get_ident()

    @property
    def state(self) -> State:
        """What is carried to the next step; see above."""
        states = (np.stack(layers) for layers in zip(*self._states, strict=True))
        return pack(tuple(torch.from_numpy(s if self._batched else s[:, 0]) for s in states))

    @state.setter
    def state(self, state: State) -> None:
        layers, own = len(self._states), self._states[0][0]
        shape = (layers, *own.shape) if self._batched else (layers, own.shape[1])
        axes = "layers, batch, hidden" if self._batched else "layers, hidden"
        if not self._batched:
            state = _without_batch(state)
        tensors = unpack(state, self._names, shape, axes, torch.from_numpy(own))
        with self._lock:
            for index, tensor in enumerate(tensors):
                for target, value in zip(self._states, tensor.detach(), strict=True):
                    target[index][...] = value.numpy()

    def reset(self) -> None:
        """Start anew, from a state of zeros."""
        with self._lock:
            for states in self._states:
                for state in states:
                    state.fill(0)

    def __reduce__(self) -> tuple[object, ...]:
        return _restored, (*self._made_of, self.state)


def _restored(
    cell: Cell, weights: Sequence[Weights], batch: int | None, threads: int, state: State
) -> Stream:
    stream = Stream.__new__(Stream)
    stream._begin(cell, weights, batch, threads)
    stream.state = state
    return stream


def _without_batch(state: State) -> State:
    """Take the batch out of what a layer returned for a batch of one."""
    parts = (state,) if isinstance(state, Tensor | np.ndarray) else tuple(state)
    if any(part.ndim != 3 or part.shape[1] != 1 for part in parts):
        return state
    return pack(tuple(part[:, 0] for part in parts))


def _numbers(input: Tensor) -> NDArray[Any]:
    try:
        return input.detach().numpy()
    except (TypeError, RuntimeError):
        # Types that numpy has not, and places other than the memory of the processor.
        raise LayerInputError(
            f"input of a step: expected a tensor that numpy can read, on the CPU, got {input.dtype} on {input.device}; "
            "convert it with .to()"
        ) from None


def _with_kernels(kernel: str, layers: Sequence[Weights], batch: int, threads: int) -> Stepper:
    load_kernels()
    from gatewise.kernels.call import stepper

    weights = [
        stepper.Weights(_array(w), _array(u), *(None if bias is None else _array(bias) for bias in biases))
        for w, u, *biases in layers
    ]
    return stepper.Stepper(kernel, weights, batch, threads)


def _array(tensor: Tensor) -> NDArray[Any]:
    return tensor.detach().contiguous().numpy()
