"""How much memory one update of a network holds at its peak."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from gatewise.inspection.cost import parameter_count

__all__ = ["peak_training_bytes"]

BYTES = 4
MOMENTS = 2


class _LiveStorages(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch leaves it untyped
    """Follows the storage of every tensor that an operator returns, from its birth to its release."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        self.held: int = 0
        self.peak: int = 0
        self._alive: dict[int, weakref.ref[torch.UntypedStorage]] = {}

    def __torch_dispatch__(
        self,
        func: Any,
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        given = {id(leaf.untyped_storage()) for leaf in tree_leaves(args) if isinstance(leaf, Tensor)}
        result = func(*args, **(kwargs or {}))
        for leaf in tree_leaves(result):
            if isinstance(leaf, Tensor) and id(leaf.untyped_storage()) not in given:
                self._follow(leaf.untyped_storage())
        return result

    def _follow(self, storage: torch.UntypedStorage) -> None:
        key, size = id(storage), storage.nbytes()
        if key in self._alive:
            return

        def release(_: object) -> None:
            self._alive.pop(key, None)
            self.held -= size

        self._alive[key] = weakref.ref(storage, release)
        self.held += size
        self.peak = max(self.peak, self.held)


def peak_training_bytes(network: nn.Module, loss_of: Callable[[nn.Module], Tensor]) -> int:
    """Measure the most bytes held at once in one update: weights, AdamW's moments, gradients and activations.

    What operators return during one forward and backward pass is followed until it is released; weights and
    moments, which are there all the time, are added. Scratch space inside an operator is not seen.
    """
    training = network.training
    network.train()
    network.zero_grad(set_to_none=True)
    with _LiveStorages() as live:
        loss_of(network).backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    network.zero_grad(set_to_none=True)
    network.train(training)
    peak: int = live.peak
    return peak + BYTES * (1 + MOMENTS) * parameter_count(network)
