"""Networks are made and trained on the CPU, whatever device torch takes by default."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch

__all__ = ["on_cpu"]


def on_cpu() -> AbstractContextManager[object]:
    """Make tensors that name no device on the CPU, those of torch's layers and optimisers too, within a ``with``.

    Where that is so anyhow, it does nothing: torch looks at every call then.
    """
    return nullcontext() if torch.get_default_device().type == "cpu" else torch.device("cpu")
