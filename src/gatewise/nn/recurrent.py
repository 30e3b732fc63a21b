"""The module that layers of all cells share: parameters, layers, directions and shapes; no maths."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, NoReturn, Protocol, TypedDict

import torch
import torch.nn.functional as F  # noqa: N812, torch's own name for it
from torch import Generator, Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from gatewise.errors import ConfigurationError, LayerInputError
from gatewise.nn import backends
from gatewise.nn.backends import Choice
from gatewise.nn.cells.base import Cell, States, Weights
from gatewise.nn.graphs import as_leaf
from gatewise.nn.initialisation import initialise, initialise_memory
from gatewise.nn.marks import mark
from gatewise.nn.operators.library import check_kernel
from gatewise.nn.state import State, pack, unpack
from gatewise.nn.stream import Stream

__all__ = ["LayerOptions", "Recurrent", "Runner", "parameter_names"]


class Runner(Protocol):
    """Runs one direction of one layer, as :func:`gatewise.nn.reference.run` does."""

    def __call__(
        self,
        cell: Cell,
        x: Tensor,
        states: States,
        weights: Weights,
        lengths: Tensor | None,
        *,
        reverse: bool,
    ) -> tuple[Tensor, States]: ...


class LayerOptions(TypedDict, total=False):
    """What the layers of all cells take besides their sizes; see :class:`Recurrent`."""

    bias: bool
    batch_first: bool
    dropout: float
    bidirectional: bool
    device: torch.device | str | None
    dtype: torch.dtype | None


class _Fact:
    """A fact of the cell, to be asked of a layer or of a class of layers."""

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, layer: Recurrent | None, kind: type[Recurrent]) -> Any:
        return getattr((kind if layer is None else layer).cell, self._name)


class Recurrent(nn.Module):
    """Layers of any cell, in one or two directions; ``RNN``, ``LSTM``, ``GRU``, ``CIFG`` and ``MGU`` are short for it.

    Parameters
    ----------
    cell : Cell
        The equations.
    input_size, hidden_size : int
        Features of the input and of each state.
    num_layers : int, default 1
        Layers on top of each other, each reading the outputs of the one below.
    **options : LayerOptions
        ``bias=True``: whether the two biases exist. ``batch_first=False``: whether input and output are
        (batch, time, features) instead of (time, batch, features). ``dropout=0.0``: share of a layer's outputs set to
        zero before the next layer reads them, in training only. ``bidirectional=False``: whether a second network
        reads each row from its end. These four may stand by their place, as in torch.
        ``device``, ``dtype``: of the parameters; torch's defaults.

    Attributes
    ----------
    cell : Cell
    gates, states : tuple of str
        Names of the multiplicative gates and of what is carried between steps; also of the class.
    blocks : int
        Blocks of parameters, each ``hidden_size × (input_size + hidden_size)``; also of the class.
    origin : str
        Of layers that :func:`gatewise.nn.read_layers` read, and of no others: the file, and the place in it.

    Examples
    --------
    >>> import torch
    >>> from gatewise.nn import Recurrent, cell_named
    >>> layer = Recurrent(cell_named("GRU-after"), 3, 8)
    >>> output, h_n = layer(torch.zeros(5, 2, 3))
    >>> layer, output.shape
    (GRU-after(3, 8), torch.Size([5, 2, 8]))
    """

    cell: Cell
    # Not set here: accelerate leaves a user's class alone that has an attribute of ours.
    origin: str
    gates, states, blocks = _Fact(), _Fact(), _Fact()
    _instead_of_script = "torch.jit.trace takes the layer as it is"

    def __init__(
        self,
        cell: Cell,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        if not isinstance(cell, Cell):
            raise ConfigurationError(
                f"Recurrent: cell must be a Cell, got {cell!r}; gatewise.nn.cell_named gives one by its name"
            )
        check_kernel(cell)
        self.cell = cell
        sizes = {"input_size": input_size, "hidden_size": hidden_size, "num_layers": num_layers}
        for name, size in sizes.items():
            if isinstance(size, bool) or not isinstance(size, int) or size < 1:
                raise ConfigurationError(
                    f"{self._get_name()}: {name} must be an integer from 1, got {size!r}"
                )
        if not 0 <= dropout <= 1:
            raise ConfigurationError(f"{self._get_name()}: dropout must be from 0 to 1, got {dropout!r}")
        if dropout and num_layers == 1:
            warnings.warn("dropout acts between layers, and there is only one: it does nothing", stacklevel=3)
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.batch_first = batch_first
        self.dropout = float(dropout)
        self.bidirectional = bidirectional
        rows = cell.blocks * hidden_size
        for layer in range(num_layers):
            width = input_size if layer == 0 else hidden_size * self.directions
            shapes = ((rows, width), (rows, hidden_size), (rows,), (rows,))
            for direction in range(self.directions):
                for name, shape in zip(parameter_names(layer, direction, bias), shapes, strict=False):
                    self.register_parameter(
                        name, nn.Parameter(torch.empty(shape, device=device, dtype=dtype))
                    )
        self.reset_parameters()

    @property
    def directions(self) -> int:
        """2 if bidirectional, else 1."""
        return 2 if self.bidirectional else 1

    @property
    def backend(self) -> Choice:
        """What would run this layer now, and why."""
        weights = self.weights()
        every = [tensor for one in weights for tensor in one]
        return backends.choose(self.cell, backends.telling(every, weights[0].input))

    def reset_parameters(self, generator: Generator | None = None) -> None:
        """Draw all weights anew; see :mod:`gatewise.nn.initialisation`.

        Parameters
        ----------
        generator : torch.Generator, optional
            Source of randomness; the global one by default.
        """
        for weights in self.weights():
            initialise(weights, self.cell.initial_bias, generator)

    def reset_memory(self, longest: int, generator: Generator | None = None) -> None:
        """Set the gates to remember over up to ``longest`` steps; a cell without such gates stays as it is.

        Parameters
        ----------
        longest : int
            Steps over which something may have to be remembered.
        generator : torch.Generator, optional
            Source of randomness; the global one by default.
        """
        for weights in self.weights():
            if weights.input_bias is not None:
                initialise_memory(weights.input_bias, self.cell.keeps, longest, generator)

    def forward(
        self, input: Tensor, h_0: State | None = None, *, lengths: Tensor | Sequence[int] | None = None
    ) -> tuple[Tensor, State]:
        """Run over whole sequences.

        Parameters
        ----------
        input : Tensor
            (time, batch, input_size); (batch, time, input_size) if ``batch_first``; (time, input_size) for
            one sequence without a batch.
        h_0 : Tensor or tuple of Tensor, optional
            Initial state, (layers × directions, batch, hidden_size), for the LSTM a pair of them; zeros by
            default. Without a batch: (layers × directions, hidden_size).
        lengths : integers, optional
            (batch,), in any order: how many steps of each row are data. What stands after them, even NaN,
            changes neither a result nor a gradient.

        Returns
        -------
        output : Tensor
            Like the input with ``directions × hidden_size`` features: the last layer's ``h`` at every step,
            forward and backward side by side; zero after each row's end.
        h_n : Tensor or LSTMState
            Like ``h_0``: each row's own state after its last step (after its first, going backward).

        Raises
        ------
        LayerInputError
            If a shape, type or length does not fit.
        """
        if isinstance(input, torch.fx.Proxy):
            return as_leaf(self, input, h_0, lengths=lengths)
        return self.forward_by(backends.run, input, h_0, lengths)

    def forward_by(
        self, runner: Runner, input: Tensor, h_0: State | None, lengths: Tensor | Sequence[int] | None
    ) -> tuple[Tensor, State]:
        """Do what ``forward`` does with each direction of each layer run by ``runner``."""
        if isinstance(input, PackedSequence):
            raise LayerInputError(
                self._say("input", "a padded tensor and lengths=", "a packed sequence; unpack it")
            )
        if input.dim() not in (2, 3):
            raise LayerInputError(self._say("input", "2 or 3 dimensions", f"shape {tuple(input.shape)}"))
        batched = input.dim() == 3
        x = input if batched else input.unsqueeze(1)
        if batched and self.batch_first:
            x = x.transpose(0, 1)
        time, batch, features = x.shape
        if features != self.input_size:
            raise LayerInputError(
                self._say(
                    "input", f"{self.input_size} features (input_size) last", f"shape {tuple(input.shape)}"
                )
            )
        if time == 0:
            raise LayerInputError(self._say("input", "at least one time step", f"shape {tuple(input.shape)}"))
        if lengths is not None:
            if not batched:
                raise LayerInputError(
                    self._say("lengths", "no lengths without a batch", "some; cut the input instead")
                )
            lengths = self._checked_lengths(lengths, time, batch)
            lengths = None if lengths is None else lengths.to(x.device)
        weights = self.weights()
        states = self._initial(h_0, x, batched, weights[0])

        runs = []
        for layer in range(self.num_layers):
            if layer and self.training and self.dropout:
                x = F.dropout(x, self.dropout)
            outputs = []
            for direction in range(self.directions):
                run = layer * self.directions + direction
                first = states if h_0 is None else tuple(state[run] for state in states)
                output, last = runner(self.cell, x, first, weights[run], lengths, reverse=direction == 1)
                outputs.append(output)
                runs.append(last)
            x = torch.cat(outputs, -1) if len(outputs) > 1 else outputs[0]

        final = _stacked(runs)
        if not batched:
            return x.squeeze(1), pack(tuple(state.squeeze(1) for state in final))
        return (x.transpose(0, 1) if self.batch_first else x), pack(final)

    def step(self, input: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Advance all layers by one time step, for streams.

        Parameters
        ----------
        input : Tensor
            (batch, input_size), or (input_size,) for one stream; ``batch_first`` plays no part.
        state : Tensor or tuple of Tensor, optional
            What the step before returned, in the shapes of ``forward``; zeros by default.

        Returns
        -------
        output : Tensor
            (batch, hidden_size), or (hidden_size,).
        state : Tensor or LSTMState
            To be passed to the next step.

        Raises
        ------
        ConfigurationError
            If bidirectional: the future is not there yet.
        LayerInputError
            If a shape or type does not fit.
        """
        if self.bidirectional:
            raise ConfigurationError(
                f"{self._get_name()}: bidirectional layers read from the end and cannot go step by step; "
                "take bidirectional=False"
            )
        if input.dim() not in (1, 2) or input.shape[-1] != self.input_size:
            raise LayerInputError(
                self._say(
                    "input of a step",
                    f"(batch, {self.input_size}) or ({self.input_size},)",
                    tuple(input.shape),
                )
            )
        batched = input.dim() == 2
        x = input if batched else input.unsqueeze(0)
        weights = self.weights()
        states = self._initial(state, x.unsqueeze(0), batched, weights[0])
        runs = []
        for layer in range(self.num_layers):
            if layer and self.training and self.dropout:
                x = F.dropout(x, self.dropout)
            before = states if state is None else tuple(part[layer] for part in states)
            runs.append(backends.step(self.cell, x, before, weights[layer]))
            x = runs[-1][0]
        final = _stacked(runs)
        if not batched:
            return x.squeeze(0), pack(tuple(state.squeeze(1) for state in final))
        return x, pack(final)

    def stream(self, batch: int | None = None, *, threads: int = 1) -> Stream:
        """Give a stream through this layer's weights as they are now; see :class:`gatewise.nn.Stream`."""
        return Stream(self, batch, threads)

    def weights(self) -> list[Weights]:
        """List the parameters of every direction of every layer, from the bottom up."""
        return [
            self._weights(layer, direction)
            for layer in range(self.num_layers)
            for direction in range(self.directions)
        ]

    def _save_to_state_dict(self, destination: Any, prefix: str, keep_vars: bool) -> None:
        super()._save_to_state_dict(destination, prefix, keep_vars)
        mark(destination, prefix, self.cell.name)

    def __prepare_scriptable__(self) -> NoReturn:
        raise ConfigurationError(
            f"torch.jit.script: {self._get_name()}: it compiles source, and ours is not of its language; "
            f"{self._instead_of_script}"
        )

    def _get_name(self) -> str:
        """Name the layer in messages: by its class, or by its cell where that has none of its own."""
        return self.cell.name if type(self) is Recurrent else type(self).__name__

    def extra_repr(self) -> str:
        """Sizes, and the options that differ from their defaults."""
        defaults = {
            "num_layers": 1,
            "nonlinearity": "tanh",
            "reset_after": False,
            "bias": True,
            "batch_first": False,
            "dropout": 0.0,
            "bidirectional": False,
        }
        options = {name: getattr(self, name, default) for name, default in defaults.items()}
        changed = [f"{name}={value!r}" for name, value in options.items() if value != defaults[name]]
        return ", ".join([str(self.input_size), str(self.hidden_size), *changed])

    def _weights(self, layer: int, direction: int) -> Weights:
        names = parameter_names(layer, direction, self.bias)
        try:
            # What nn.Module does for an attribute, with less in between.
            return Weights(*[self._parameters[name] for name in names])  # type: ignore[arg-type]
        except KeyError:
            # Something computes them: a parametrization, weight_norm.
            return Weights(*[getattr(self, name) for name in names])

    def _initial(self, state: State | None, x: Tensor, batched: bool, weights: Weights) -> States:
        """Check the states that runs start with, of all of them; by default one of zeros serves for each."""
        like = weights.input
        if x.dtype != like.dtype and not torch.is_autocast_enabled(x.device.type):
            raise LayerInputError(
                self._say("input", f"{like.dtype} as the weights have", f"{x.dtype}; convert with .to()")
            )
        batch = x.shape[1]
        if state is None:
            return (x.new_zeros((batch, self.hidden_size)),) * len(self.cell.states)
        shape = (self.num_layers * self.directions, batch, self.hidden_size)
        if batched:
            return unpack(state, self.cell.states, shape, "layers × directions, batch, hidden", x)
        states = unpack(state, self.cell.states, (shape[0], shape[2]), "layers × directions, hidden", x)
        return tuple(tensor.unsqueeze(1) for tensor in states)

    def _checked_lengths(self, lengths: Tensor | Sequence[int], time: int, batch: int) -> Tensor | None:
        """Check lengths; None if all rows are whole, since masks cost more than this look."""
        values = lengths if isinstance(lengths, Tensor) else torch.as_tensor(lengths, device="cpu")
        if values.is_floating_point() or values.is_complex() or values.dtype == torch.bool:
            raise LayerInputError(self._say("lengths", "integers", values.dtype))
        if tuple(values.shape) != (batch,):
            raise LayerInputError(self._say("lengths", f"shape ({batch},), one per row", tuple(values.shape)))
        if torch.compiler.is_compiling():
            return values.long()  # a compiler cannot look; what runs the layer does
        if not batch:
            return None
        shortest, longest = map(int, values.aminmax())
        if shortest < 1 or longest > time:
            row = int(((values < 1) | (values > time)).nonzero()[0])
            raise LayerInputError(
                self._say(f"lengths[{row}]", f"1 to {time}, the steps of the input", int(values[row]))
                + "; leave empty rows out"
            )
        return None if shortest == time else values.long()

    def _say(self, place: str, expected: str, got: object) -> str:
        return f"{self._get_name()}: {place}: expected {expected}, got {got}"


def parameter_names(layer: int, direction: int, bias: bool) -> tuple[str, ...]:
    """Return torch's names of the parameters of one direction of a layer, in the order of ``Weights``."""
    kinds = ("weight_ih", "weight_hh", "bias_ih", "bias_hh") if bias else ("weight_ih", "weight_hh")
    return tuple(f"{kind}_l{layer}{'_reverse' * direction}" for kind in kinds)


def _stacked(runs: list[States]) -> States:
    """Stack states of the same kind; one run needs no copy."""
    if len(runs) == 1:
        return tuple(state.unsqueeze(0) for state in runs[0])
    return tuple(torch.stack(states) for states in zip(*runs, strict=True))
