"""What runs one direction of one layer, and why.

A backend says of a cell and a tensor either that it can run them or, in a phrase, why not. The first in
``BACKENDS`` that can is chosen; the phrases of those before it become the reason. A new backend is one class
here and one entry in that list.
"""

from __future__ import annotations

import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import ClassVar, ParamSpec, TypeVar

import torch
import torch.nn.functional as F  # noqa: N812, torch's own name for it
from torch import Tensor
from torch.autograd import forward_ad
from torch.utils._python_dispatch import _disable_current_modes

from gatewise.errors import ConfigurationError
from gatewise.nn import reference
from gatewise.nn.cells.base import Cell, States, Weights
from gatewise.nn.operators import autograd

__all__ = [
    "BACKENDS",
    "Backend",
    "Choice",
    "choose",
    "chosen",
    "forced",
    "is_exported_to_onnx",
    "kernel_choice",
    "run",
    "step",
    "telling",
    "use_backend",
]


_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True)
class Choice:
    """The backend that runs a cell, and why in words."""

    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}"


class Backend(ABC):
    """One way to run a cell over time."""

    name: ClassVar[str]
    merit: ClassVar[str]

    @abstractmethod
    def refusal(self, cell: Cell, sample: Tensor) -> str | None:
        """Why it cannot run this cell on tensors like the sample; None if it can."""

    @abstractmethod
    def run(
        self,
        cell: Cell,
        x: Tensor,
        states: States,
        weights: Weights,
        lengths: Tensor | None,
        *,
        reverse: bool,
    ) -> tuple[Tensor, States]:
        """Do what :func:`gatewise.nn.reference.run` does."""

    def step(self, cell: Cell, x: Tensor, states: States, weights: Weights) -> States:
        """Advance one step: x (batch, input), states (batch, hidden) each."""
        return cell.step(F.linear(x, weights.input, weights.input_bias), states, weights)[0]


class _Reference(Backend):
    name = "reference"
    merit = "the equations in plain torch; they run everywhere"

    def refusal(self, cell: Cell, sample: Tensor) -> str | None:  # noqa: ARG002, it never refuses
        return None

    def run(
        self,
        cell: Cell,
        x: Tensor,
        states: States,
        weights: Weights,
        lengths: Tensor | None,
        *,
        reverse: bool,
    ) -> tuple[Tensor, States]:
        if is_exported_to_onnx():
            raise ConfigurationError(
                f"torch.onnx: ONNX would keep the number of time steps of a {cell.description}, which torch has not; "
                "GRU(reset_after=True), LSTM and RNN have operators of ONNX"
            )
        if cell.kernel is None and autograd.is_operator(cell, x):
            # One operator in the graph of a compiler or an exporter, where time would be unrolled.
            return autograd.run_operator(cell, x, states, weights, lengths, reverse=reverse)
        return reference.run(cell, x, states, weights, lengths, reverse=reverse)


class _WholeRows(Backend):
    """An operator that knows neither lengths nor directions, made to respect both without packing."""

    @abstractmethod
    def whole(self, cell: Cell, x: Tensor, states: States, weights: Weights) -> tuple[Tensor, States]:
        """Run forward in time over every step of every row."""

    def run(
        self,
        cell: Cell,
        x: Tensor,
        states: States,
        weights: Weights,
        lengths: Tensor | None,
        *,
        reverse: bool,
    ) -> tuple[Tensor, States]:
        if reverse:
            x = reference.reverse_rows(x, lengths)
        if lengths is None:
            outputs, states = self.whole(cell, x, states, weights)
        else:
            padding = ~reference.valid_steps(x.shape[0], lengths)
            x = x.masked_fill(padding, 0)
            if cell.padding is not None:
                x = torch.cat((x, padding.to(x.dtype)), -1)
                column = x.new_tensor(cell.padding).repeat_interleave(states[0].shape[-1])
                weights = weights._replace(input=torch.cat((weights.input, column.unsqueeze(-1)), -1))
            outputs, states = self.whole(cell, x, states, weights)
            outputs = outputs.masked_fill(padding, 0)
            last = (lengths - 1).view(1, -1, 1).expand(1, -1, outputs.shape[-1])
            states = (outputs.gather(0, last).squeeze(0), *states[1:])
        return (reference.reverse_rows(outputs, lengths) if reverse else outputs), states


class _Torch(_WholeRows):
    name = "torch"
    merit = "torch's own operator"

    def refusal(self, cell: Cell, sample: Tensor) -> str | None:
        if cell.torch_operator is None:
            return f"torch has no {cell.description}"
        if torch._C._are_functorch_transforms_active():
            return "torch's own operators do not run under torch.func"
        if cell.torch_operator is torch.lstm and sample.device.type == "cpu":
            return _narrow_trouble(sample.dtype)
        return None

    def whole(self, cell: Cell, x: Tensor, states: States, weights: Weights) -> tuple[Tensor, States]:
        carried = [state.unsqueeze(0) for state in states]
        parameters = [tensor for tensor in weights if tensor is not None]
        assert cell.torch_operator is not None  # or it would have refused
        outputs, *states_ = cell.torch_operator(
            x,
            carried if len(carried) > 1 else carried[0],
            parameters,
            has_biases=weights.input_bias is not None,
            num_layers=1,
            dropout=0.0,
            train=torch.is_grad_enabled(),
            bidirectional=False,
            batch_first=False,
        )
        return outputs, tuple(state.squeeze(0) for state in states_)


def _no_kernel(cell: Cell) -> str:
    return f"no kernel computes the {cell.description}"


class _Kernels(Backend):
    name = "kernels"
    merit = "compiled for this processor"

    def refusal(self, cell: Cell, sample: Tensor) -> str | None:
        if cell.kernel is None:
            return _no_kernel(cell)
        if sample.device.type != "cpu":
            return f"kernels run on the CPU, the tensors are on {sample.device}"
        if sample.dtype not in (torch.float32, torch.float64):
            return f"kernels compute in float32 and float64, the tensors are {sample.dtype}"
        if autograd.is_foreign(sample):
            return f"kernels compute with plain tensors, these are of the class {type(sample).__name__}"
        if is_exported_to_onnx():
            return "ONNX has no operators of ours"
        if torch.is_autocast_enabled("cpu"):
            return "kernels do not mix precisions under autocast"
        if sample.numel() == 0:
            return "kernels want at least one sequence"
        if _beyond():
            return "kernels differentiate backward, and once under torch.func"
        return None

    def run(
        self,
        cell: Cell,
        x: Tensor,
        states: States,
        weights: Weights,
        lengths: Tensor | None,
        *,
        reverse: bool,
    ) -> tuple[Tensor, States]:
        return autograd.run(cell, x, states, weights, lengths, reverse=reverse)


def _constant(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Have ``torch.compile`` take what a function says now, instead of looking into it.

    This is ``torch.compiler.assume_constant_result`` without its import of the compiler, which takes a second.
    """
    function._dynamo_marked_constant = True  # type: ignore[attr-defined]
    return function


@_constant
def _narrow_trouble(dtype: torch.dtype) -> str | None:
    """Why torch's LSTM fails on tensors of this type, in a type of two bytes that oneDNN claims to know; else None.

    torch asks oneDNN for what its flags promise, and those do not tell training from inference: a processor with
    AVX-512 FP16 runs an LSTM in float16, but cannot train one. So a small one is tried.
    """
    autocast = torch.is_autocast_enabled("cpu") and dtype is not torch.float64
    dtype = torch.get_autocast_dtype("cpu") if autocast else dtype
    training = torch.is_grad_enabled()
    if dtype not in (torch.bfloat16, torch.float16) or _lstm_works(dtype, autocast, training):
        return None
    place = " under autocast" if autocast else ""
    return f"torch's LSTM does not {'train' if training else 'run'} in {dtype}{place} on this processor"


@cache
def _lstm_works(dtype: torch.dtype, autocast: bool, training: bool) -> bool:
    """Whether torch's LSTM of one unit runs in this type, and back if it is to be trained."""
    made = torch.float32 if autocast else dtype
    with (
        _disable_current_modes(),  # such as a compiler's, under which nothing is computed
        torch.inference_mode(False),
        torch.set_grad_enabled(training),
        torch.autocast("cpu", dtype=dtype, enabled=autocast),
    ):
        x = torch.zeros(1, 1, 1, dtype=made, device="cpu")
        weights = [torch.zeros(4, 1, dtype=made, device="cpu", requires_grad=training) for _ in range(2)]
        try:
            outputs, *_ = torch.lstm(x, [x, x], weights, False, 1, 0.0, training, False, False)
            if training:
                torch.autograd.grad(outputs.float().sum(), weights)
        except RuntimeError:
            return False
    return True


@_constant
def _beyond() -> bool:
    """Whether tensors carry tangents, as under ``torch.func.jvp``, or ``torch.func.grad`` is nested."""
    if forward_ad._current_level >= 0:
        return True
    if not torch._C._are_functorch_transforms_active():
        return False
    from torch._functorch.pyfunctorch import retrieve_all_functorch_interpreters

    kinds = torch._C._functorch.TransformType
    levels = [level.key() for level in retrieve_all_functorch_interpreters()]
    return kinds.Jvp in levels or levels.count(kinds.Grad) > 1


BACKENDS: tuple[Backend, ...] = (_Kernels(), _Torch(), _Reference())

_forced: ContextVar[str | None] = ContextVar("gatewise_backend", default=None)


@contextmanager
def use_backend(name: str) -> Iterator[None]:
    """Run every layer on the named backend inside the ``with`` block, in this thread.

    The environment variable ``GATEWISE_BACKEND`` does the same for a whole process.

    Parameters
    ----------
    name : {"kernels", "torch", "reference"}
        A backend that cannot run a layer raises there, rather than let another one do it.

    Raises
    ------
    ConfigurationError
        For a name that is not in the list.

    Examples
    --------
    >>> import torch
    >>> from gatewise.nn import LSTM, use_backend
    >>> layer = LSTM(3, 8)
    >>> with use_backend("reference"):
    ...     output, state = layer(torch.zeros(5, 2, 3))
    """
    _named(name, f"use_backend({name!r})")
    token = _forced.set(name)
    try:
        yield
    finally:
        _forced.reset(token)


def forced() -> str | None:
    """Return the name of the backend that was asked for, by ``use_backend`` or the environment."""
    return _asked_for()[0]


def telling(tensors: Sequence[Tensor | None], usual: Tensor) -> Tensor:
    """Return the tensor that decides on the backend: one of a class of its own, or the usual one."""
    if torch.compiler.is_compiling():
        return usual
    return next((tensor for tensor in tensors if tensor is not None and autograd.is_special(tensor)), usual)


@_constant
def is_exported_to_onnx() -> bool:
    """Whether ``torch.onnx`` is tracing, with either of its exporters."""
    onnx = sys.modules.get("torch.onnx")
    return onnx is not None and bool(onnx.is_in_onnx_export())


def kernel_choice(cell: Cell) -> Choice:
    """Say what runs a cell where only kernels and the reference come into question, as in streams."""
    if cell.kernel is not None:
        return Choice(_Kernels.name, _Kernels.merit)
    return Choice(_Reference.name, _no_kernel(cell))


def choose(cell: Cell, sample: Tensor) -> Choice:
    """Say what will run the cell on tensors of the sample's type and device, and why."""
    backend, reason = _choose(cell, sample)
    return Choice(backend.name, reason)


def chosen(cell: Cell, sample: Tensor) -> Backend:
    """Return what will run the cell on tensors of the sample's type and device."""
    return _choose(cell, sample)[0]


def run(
    cell: Cell,
    x: Tensor,
    states: States,
    weights: Weights,
    lengths: Tensor | None = None,
    *,
    reverse: bool = False,
) -> tuple[Tensor, States]:
    """Do what :func:`gatewise.nn.reference.run` does, on the backend of choice."""
    backend, _ = _choose(cell, telling(weights, x))
    return backend.run(cell, x, states, weights, lengths, reverse=reverse)


def step(cell: Cell, x: Tensor, states: States, weights: Weights) -> States:
    """Advance one step on the backend of choice: x (batch, input), states (batch, hidden) each."""
    backend, _ = _choose(cell, telling(weights, x))
    return backend.step(cell, x, states, weights)


def _choose(cell: Cell, sample: Tensor) -> tuple[Backend, str]:
    forced, source = _asked_for()
    if forced:
        backend = _named(forced, f"{source}={forced}")
        refusal = backend.refusal(cell, sample)
        if refusal is not None:
            raise ConfigurationError(
                f"{source}={forced}: {refusal}; leave the choice open or take 'reference'"
            )
        return backend, f"asked for by {source}"
    refusals: list[str] = []
    for backend in BACKENDS:
        refusal = backend.refusal(cell, sample)
        if refusal is None:
            return backend, "; ".join(refusals) or backend.merit
        refusals.append(refusal)
    raise ConfigurationError(f"no backend runs the {cell.description}: {'; '.join(refusals)}")


@_constant
def _asked_for() -> tuple[str | None, str]:
    forced = _forced.get()
    return (forced, "use_backend") if forced else (os.environ.get("GATEWISE_BACKEND"), "GATEWISE_BACKEND")


def _named(name: str, place: str) -> Backend:
    for backend in BACKENDS:
        if backend.name == name:
            return backend
    known = ", ".join(sorted(backend.name for backend in BACKENDS))
    raise ConfigurationError(f"{place}: there is no such backend; take one of: {known}")
