"""torch's recurrent layers with our forward pass; :mod:`gatewise.nn.accelerate` makes them."""

from __future__ import annotations

import math
import warnings
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from gatewise.nn import backends
from gatewise.nn.cells.base import Cell
from gatewise.nn.cells.gru import GRU, GRU_AFTER_CELL
from gatewise.nn.cells.lstm import LSTM, LSTM_CELL
from gatewise.nn.cells.rnn import RNN, RNN_RELU, RNN_TANH
from gatewise.nn.graphs import as_leaf
from gatewise.nn.operators.loading import is_forked
from gatewise.nn.recurrent import Recurrent
from gatewise.nn.state import State

__all__ = ["KINDS", "Accelerated", "AcceleratedGRU", "AcceleratedLSTM", "AcceleratedRNN", "accelerated"]

_CELLS = {
    "RNN_TANH": RNN_TANH,
    "RNN_RELU": RNN_RELU,
    "LSTM": LSTM_CELL,
    "GRU": GRU_AFTER_CELL,
}
# Steps of a call without gradients up to which torch's own pass takes no longer, since ours prepares for many, and
# rows times units up to which that is so.
_SHORT = {"RNN_TANH": (6, math.inf), "RNN_RELU": (6, math.inf), "GRU": (3, math.inf), "LSTM": (16, 128)}


class Accelerated(Recurrent, nn.RNNBase):
    """A layer of torch's that gatewise computes; all else is torch's.

    It is called as torch's layer is, packed sequences included, and returns what that returns. Where the
    choice of ``backend`` is torch's own operator, torch's own forward pass runs.

    Attributes
    ----------
    replaces : type
        The class that the layer had.
    """

    replaces: ClassVar[type[nn.RNNBase]]
    _instead_of_script = "gatewise.nn.restore(model) first, or torch.jit.trace"

    # super(Recurrent, self) is torch's class. Some programs make layers by type(layer)(...), so that these
    # must do what torch's do.
    def __init__(self, *args: Any, **options: Any) -> None:
        super(Recurrent, self).__init__(*args, **options)

    def reset_parameters(self) -> None:  # type: ignore[override] # torch's takes no generator
        """Draw the weights anew as torch does."""
        super(Recurrent, self).reset_parameters()

    def extra_repr(self) -> str:
        """Sizes and options as torch prints them."""
        return super(Recurrent, self).extra_repr()

    @property
    def cell(self) -> Cell:  # type: ignore[override] # read only: it follows from torch's attributes
        """The equations."""
        return _CELLS[self.mode]

    def forward(  # type: ignore[override] # it is called as torch's
        self, input: Tensor | PackedSequence, hx: State | None = None
    ) -> tuple[Tensor | PackedSequence, State]:
        """Run over whole sequences: arguments, results and shapes are those of torch's layer.

        Raises
        ------
        LayerInputError
            If a shape or type does not fit.
        """
        if type(input) is Tensor:
            if not torch.is_grad_enabled() and self._is_short(input):
                try:
                    return super(Recurrent, self).forward(input, hx)  # type: ignore[no-any-return]
                except (RuntimeError, IndexError, TypeError, AttributeError):
                    pass  # ours says below what does not fit
        elif isinstance(input, torch.fx.Proxy):
            return as_leaf(self, input, hx)
        chosen = backends.chosen(self.cell, self._weights(0, 0).input)
        if chosen.name == "torch" or backends.is_exported_to_onnx():
            return super(Recurrent, self).forward(input, hx)  # type: ignore[no-any-return]
        if isinstance(input, PackedSequence):
            return self._run_packed(input, hx)
        output, state = self.forward_by(backends.run, input, hx, None)
        return output, _in_order(state, None)

    def _is_short(self, input: Tensor) -> bool:
        """Say whether torch's own pass is to run since there are few steps, as in a decoder."""
        shape, (steps, units) = input.shape, _SHORT[self.mode]
        unbatched = len(shape) == 2
        time = shape[0 if unbatched or not self.batch_first else 1]
        batch = 1 if unbatched else shape[0 if self.batch_first else 1]
        if not 0 < time <= steps or batch * self.hidden_size > units:
            return False
        if torch.compiler.is_compiling() or torch._C._is_tracing():
            return False
        # Under torch.func torch's own passes do not run; in the child of a fork they wait for threads that are lost.
        return not (torch._C._are_functorch_transforms_active() or is_forked() or backends.forced())

    @property
    def qconfig(self) -> Any:
        """How torch is to quantise the layer, which it does not do: it looks for exact classes."""
        try:
            return vars(self)["qconfig"]
        except KeyError:
            raise AttributeError(f"{type(self).__name__} has no attribute 'qconfig'") from None

    @qconfig.setter
    def qconfig(self, value: Any) -> None:
        vars(self)["qconfig"] = value
        warnings.warn(
            f"{type(self).__name__} stays in floating point: torch.ao.quantization looks for "
            f"{self.replaces.__name__} itself; gatewise.nn.restore(model) before it gives that back",
            stacklevel=2,
        )

    @qconfig.deleter
    def qconfig(self) -> None:
        del vars(self)["qconfig"]

    def __reduce_ex__(self, _protocol: Any) -> tuple[Any, ...]:
        # Named by the class that it replaces, which whoever reads only what is safe has to name anyhow; classes that
        # are made at run time would not be found by name.
        return _empty, (self.replaces,), self.__getstate__()  # type: ignore[no-untyped-call]

    def _run_packed(self, packed: PackedSequence, hx: State | None) -> tuple[PackedSequence, State]:
        data, batch_sizes, order, back = packed
        time, batch = len(batch_sizes), int(batch_sizes[0])
        valid = batch_sizes.unsqueeze(1) > torch.arange(batch, device="cpu")  # (time, batch)
        # Packed data are the valid steps in this very order. torch's functions for this go step by step and
        # cost several times as much in the backward pass.
        places = valid.flatten().nonzero().squeeze(1).to(data.device)
        x = data.new_zeros(time * batch, *data.shape[1:]).index_copy(0, places, data)
        x = x.view(time, batch, *data.shape[1:])
        output, state = self.forward_by(
            backends.run,
            x.transpose(0, 1) if self.batch_first else x,
            None if hx is None else _in_order(hx, order),
            valid.sum(0),
        )
        output = (output.transpose(0, 1) if self.batch_first else output).flatten(0, 1)
        result = PackedSequence(output.index_select(0, places), batch_sizes, order, back)
        return result, _in_order(state, back)


class AcceleratedRNN(Accelerated, RNN, nn.RNN):  # type: ignore[misc, override] # called as torch's, not as ours
    """``torch.nn.RNN``, computed by gatewise."""

    replaces = nn.RNN


class AcceleratedLSTM(Accelerated, LSTM, nn.LSTM):  # type: ignore[misc, override] # called as torch's, not as ours
    """``torch.nn.LSTM``, computed by gatewise."""

    replaces = nn.LSTM


class AcceleratedGRU(Accelerated, GRU, nn.GRU):  # type: ignore[misc, override] # called as torch's, not as ours
    """``torch.nn.GRU``, computed by gatewise; its reset gate acts after the product, as torch's does."""

    replaces = nn.GRU
    reset_after = True


KINDS: tuple[type[Accelerated], ...] = (AcceleratedRNN, AcceleratedLSTM, AcceleratedGRU)


_made: dict[type, type[Accelerated]] = {ours.replaces: ours for ours in KINDS}


def accelerated(kind: type) -> type[Accelerated]:
    """Give the class that takes the place of a class of torch's, or of a user's that inherits from one."""
    if kind not in _made:
        ours = next(ours for ours in KINDS if issubclass(kind, ours.replaces))
        # The user's class comes first: what it overrides stays overridden.
        members = {"replaces": kind, "__doc__": kind.__doc__, "__reduce_ex__": ours.__reduce_ex__}
        _made[kind] = type(f"Accelerated{kind.__name__}", (kind, ours), members)
        torch.serialization.add_safe_globals([_made[kind]])
    return _made[kind]


def _empty(kind: type) -> Accelerated:
    made = accelerated(kind)
    return made.__new__(made)


# torch.load(weights_only=True) reads whole models whose other classes its caller trusts.
torch.serialization.add_safe_globals([_empty, *KINDS])


def _in_order(state: State, order: Tensor | None) -> State:
    """Pick rows of the batch, as torch does; a pair of states becomes a plain tuple."""
    if not isinstance(state, Tensor):
        return tuple(part if order is None else part.index_select(1, order) for part in state)
    return state if order is None else state.index_select(1, order)
