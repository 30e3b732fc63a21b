"""Gradient-boosted trees, as baselines of several tasks fit them: LightGBM's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch  # noqa: F401 - before LightGBM, so that both run on the OpenMP that torch brings
from numpy.typing import NDArray

if TYPE_CHECKING:
    import lightgbm

__all__ = ["boosted"]

# One thread: as fast in a comparison's worker as alone, and on a busy machine four times as fast as two that wait for
# each other.
ALWAYS = {"num_threads": 1, "deterministic": True, "force_col_wise": True, "verbosity": -1}

Table = tuple[NDArray[np.float32], NDArray[np.floating]]


def boosted(
    columns: NDArray[np.float32],
    target: NDArray[np.floating],
    *,
    rounds: int,
    held_out: Table | None = None,
    patience: int = 50,
    seed: int | None = None,
    **parameters: Any,
) -> lightgbm.Booster:
    """Fit gradient-boosted trees.

    Parameters
    ----------
    columns : float32 array, shape (rows, columns)
    target : array, shape (rows,)
    rounds : int
        Trees; with ``held_out`` columns and target as many of them as answer those best, looked for until
        ``patience`` more have not helped.
    seed : int, optional
        Of what is drawn; ``None``: 0.
    **parameters
        LightGBM's own.

    References
    ----------
    Ke et al. 2017, "LightGBM: a highly efficient gradient boosting decision tree".
    """
    # Not above: it brings pandas along, which takes longer than all else to be imported.
    import lightgbm

    settings = ALWAYS | {"seed": (seed or 0) % 2**31} | parameters
    training = lightgbm.Dataset(columns, target, params=settings)
    watched: list[lightgbm.Dataset] = []
    callbacks: list[Any] = []
    if held_out is not None:
        watched.append(lightgbm.Dataset(*held_out, reference=training, params=settings))
        callbacks.append(lightgbm.early_stopping(patience, verbose=False))
    return lightgbm.train(settings, training, rounds, valid_sets=watched, callbacks=callbacks)
