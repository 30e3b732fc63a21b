"""Recurrent layers of an existing model, computed by gatewise from one call on.

A layer is swapped by changing its class in place, as ``torch.nn.utils.parametrize`` does: it stays the same
object with the same parameters, buffers, hooks and names, so that optimisers, tied weights, shared layers and
state dicts do not notice. Only its forward pass is another.
"""

from __future__ import annotations

import inspect
import warnings
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import nn
from torch.nn.utils.parametrize import is_parametrized

from gatewise.errors import ConfigurationError
from gatewise.nn.accelerated import KINDS, Accelerated, accelerated
from gatewise.nn.recurrent import Recurrent

__all__ = ["Acceleration", "accelerate", "restore"]

Model = TypeVar("Model", bound=nn.Module)


@dataclass(frozen=True)
class Acceleration:
    """Which recurrent layers of a model gatewise computes, could compute, and cannot, and why.

    Attributes
    ----------
    swapped, ready : tuple of str
        Names of the layers that are swapped, and of those that :func:`accelerate` would swap. A layer that
        stands in several places has the first of its names; the model itself is ``""``.
    left : dict of str to str
        Name to reason, for all other recurrent layers.
    """

    swapped: tuple[str, ...]
    ready: tuple[str, ...]
    left: dict[str, str]

    @classmethod
    def of(cls, model: nn.Module) -> Acceleration:
        """Look at a model without changing it."""
        if not isinstance(model, nn.Module):
            raise ConfigurationError(f"accelerate: expected a torch.nn.Module, got {type(model).__name__}")
        swapped, ready, left = [], [], {}
        for name, layer in model.named_modules():
            if isinstance(layer, Accelerated):
                swapped.append(name)
            elif (reason := _refusal(layer)) is not None:
                left[name] = reason
            elif isinstance(layer, nn.RNNBase):
                ready.append(name)
        return cls(tuple(swapped), tuple(ready), left)

    def __str__(self) -> str:
        lines = [
            *(f"{_place(name)}: swapped" for name in self.swapped),
            *(f"{_place(name)}: ready" for name in self.ready),
            *(f"{_place(name)}: left, {reason}" for name, reason in self.left.items()),
        ]
        return "\n".join(lines) or "no recurrent layer"


def accelerate(model: Model) -> Model:
    """Let gatewise compute every ``torch.nn.RNN``, ``LSTM`` and ``GRU`` of a model, in place.

    The layers stay the objects that they are: parameters, optimisers, tied weights, layers used twice, hooks,
    state dicts, ``isinstance`` and all attributes are as before, and so are calls, with packed sequences and
    without. Results are the same but for rounding (1e-5 in float32); dropout draws the same masks from the
    same seed, but not on packed sequences. On devices and types that our kernels do not know, torch's own
    forward pass runs.

    Parameters
    ----------
    model : torch.nn.Module
        Any model, or a recurrent layer itself. Layers that ``model.modules()`` does not list, because they
        stand in a plain list, are not found.

    Returns
    -------
    torch.nn.Module
        The same object.

    Warns
    -----
    UserWarning
        Once, naming every recurrent layer that is left as it is, and why; or if there is none at all.
        ``gatewise.nn.Acceleration.of(model)`` says the same as a value, before or after.

    Raises
    ------
    ConfigurationError
        If it is not a module.

    See Also
    --------
    gatewise.nn.restore : the way back.

    Examples
    --------
    >>> import gatewise, torch
    >>> model = torch.nn.Sequential(torch.nn.GRU(3, 8, batch_first=True))
    >>> gatewise.accelerate(model)
    Sequential(
      (0): AcceleratedGRU(3, 8, batch_first=True)
    )
    >>> print(gatewise.nn.Acceleration.of(model))
    0: swapped
    """
    found = Acceleration.of(model)
    layers = [model.get_submodule(name) for name in found.ready]
    # All of them, or none: a class may be made, but refuse to be taken.
    before = [type(layer) for layer in layers]
    try:
        for layer in layers:
            layer.__class__ = accelerated(type(layer))
    except BaseException:
        for layer, kind in zip(layers, before, strict=True):
            layer.__class__ = kind
        raise
    if found.left:
        names = "; ".join(f"{_place(name)}: {reason}" for name, reason in found.left.items())
        warnings.warn(f"accelerate left as they are: {names}", stacklevel=2)
    elif not found.ready and not found.swapped:
        warnings.warn(
            f"accelerate found no torch.nn.RNN, LSTM or GRU in {type(model).__name__}", stacklevel=2
        )
    return model


def restore(model: Model) -> Model:
    """Give every accelerated layer its own class back, in place.

    For what looks at exact classes or compiles a layer's source, such as ``quantize_dynamic`` and
    ``torch.jit.script``, and for pickling whole models to be read where gatewise is not installed.

    Parameters
    ----------
    model : torch.nn.Module
        As :func:`accelerate` returned it.

    Returns
    -------
    torch.nn.Module
        The same object.

    Raises
    ------
    ConfigurationError
        If a layer's class was changed once more since; nothing is restored then.
    """
    originals: list[tuple[nn.Module, type[nn.Module]]] = []
    for name, layer in model.named_modules():
        if not isinstance(layer, Accelerated):
            continue
        if "replaces" not in vars(type(layer)):
            raise ConfigurationError(
                f"restore: {_place(name)}: its class was changed after accelerate, to {type(layer).__name__}; "
                "undo that first (parametrizations: torch.nn.utils.parametrize.remove_parametrizations)"
            )
        originals.append((layer, layer.replaces))
    for module, original in originals:
        module.__class__ = original
    return model


def _place(name: str) -> str:
    return name or "the model itself"


_NAMES = tuple(ours.replaces.__name__ for ours in KINDS)
_SCRIPTED = (*_NAMES, "RNNCell", "LSTMCell", "GRUCell")
# Attributes that ours add to torch's. A user's of the same name would change what ours compute.
_ADDED = {
    name
    for ours in (*KINDS, *KINDS[0].__mro__)
    if issubclass(ours, Recurrent)
    for name in vars(ours)
    if not name.startswith(("__", "_abc"))
} - set(dir(nn.RNNBase))


def _refusal(layer: nn.Module) -> str | None:
    """Why a recurrent layer cannot be swapped; None if it can, and for layers of all other kinds."""
    kind = type(layer)
    if isinstance(layer, torch.jit.ScriptModule):
        compiled = getattr(layer, "original_name", None) in _SCRIPTED
        return "TorchScript has compiled it; accelerate the model that it was made from" if compiled else None
    if kind.__module__.startswith("torch.ao.nn.") and kind.__name__ in _NAMES:
        return "it is quantised, and ours compute with floating point"
    if isinstance(layer, nn.RNNCellBase):
        return "it is a single step, whose loop over time stands outside"
    if not isinstance(layer, nn.RNNBase):
        return None
    if layer.proj_size:
        return f"it projects its state (proj_size={layer.proj_size}), which ours do not"
    if is_parametrized(layer):
        return "its weights are parametrized; accelerate first, then parametrize"
    ours = next((ours for ours in KINDS if isinstance(layer, ours.replaces)), None)
    if ours is None:
        return f"{kind.__name__} is neither torch's RNN, nor its LSTM or GRU"
    if "forward" in vars(layer) or not _reaches(kind, ours.replaces):
        return f"{kind.__name__} has a forward pass of its own, which does not call super().forward"
    taken = sorted(name for name in _ADDED if hasattr(layer, name))
    if taken:
        return f"{kind.__name__} has a {taken[0]!r} of its own, and ours would stand in its place"
    try:
        accelerated(kind)
    except TypeError as error:
        return f"no class inherits from {kind.__name__} and ours ({error})"
    return None


def _reaches(kind: type[nn.Module], theirs: type[nn.Module]) -> bool:
    """Whether forward passes of a subclass prepare something and call the one behind, down to that of torch's class.

    Ours stands right before torch's, so that ``super().forward`` finds it.
    """
    between = kind.__mro__[: kind.__mro__.index(theirs)]
    return all(_calls_on(vars(one)["forward"]) for one in between if "forward" in vars(one))


def _calls_on(forward: object) -> bool:
    code = getattr(inspect.unwrap(forward), "__code__", None) if callable(forward) else None
    return code is not None and {"super", "forward"} <= set(code.co_names)
