"""Drawing new text and music from a model, one item after the other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_softmax

from gatewise.data.arrays import Floats
from gatewise.data.vocabulary import OUTSIDE
from gatewise.errors import ConfigurationError

__all__ = ["NextItemPredictor", "check_sampling", "draw"]


class NextItemPredictor(ABC):
    """A model that is fed one item and says what it expects next."""

    kind: str

    @abstractmethod
    def next(self, item: Any) -> Floats:
        """Return the logits of what follows ``item``, shape (size,)."""


def check_sampling(length: object, temperature: object, top_k: object) -> None:
    """Refuse options that cannot work.

    Raises
    ------
    ConfigurationError
    """
    if isinstance(length, bool) or not isinstance(length, int | np.integer) or length < 0:
        raise ConfigurationError(f"expected a whole number from 0, got {length!r}", option="length")
    number = isinstance(temperature, int | float | np.number) and not isinstance(temperature, bool)
    if not number or not 0 <= float(temperature) < np.inf:  # type: ignore[arg-type]  # a number by then
        raise ConfigurationError(f"expected a number from 0, got {temperature!r}", option="temperature")
    whole = isinstance(top_k, int | np.integer) and not isinstance(top_k, bool)
    if top_k is not None and not (whole and top_k >= 1):  # type: ignore[operator]  # a number by then
        raise ConfigurationError(f"expected a whole number from 1 or None, got {top_k!r}", option="top_k")


def draw(
    model: NextItemPredictor,
    prompt: NDArray[Any],
    length: int,
    *,
    temperature: float,
    top_k: int | None,
    random: np.random.Generator,
) -> NDArray[Any]:
    """Draw ``length`` items that follow ``prompt``, whose first item stands before the beginning.

    Parameters
    ----------
    temperature : float
        Logits are divided by it: 1 draws as the model expects, below 1 more surely, 0 takes the most probable.
    top_k : int or None
        Only the ``k`` most probable symbols are drawn; of frames, only the ``k`` most probable keys may sound.
    """
    choose = _symbol if model.kind == "symbols" else _frame
    for item in prompt[:-1]:
        model.next(item)
    item = prompt[-1]
    drawn = []
    for _ in range(length):
        item = choose(model.next(item), temperature, top_k, random)
        drawn.append(item)
    return np.array(drawn, prompt.dtype).reshape(length, *prompt.shape[1:])


def _symbol(logits: Floats, temperature: float, top_k: int | None, random: np.random.Generator) -> int:
    logits = logits.copy()
    logits[OUTSIDE] = -np.inf  # it cannot be written
    if temperature == 0:
        return int(logits.argmax())
    if top_k is not None:
        logits[_all_but_highest(logits, top_k)] = -np.inf
    shares = np.exp(log_softmax((logits - logits.max()) / temperature))
    # The first symbol up to which the shares add up to more than what was drawn.
    return int(np.searchsorted(np.cumsum(shares), random.random() * shares.sum(), side="right"))


def _frame(logits: Floats, temperature: float, top_k: int | None, random: np.random.Generator) -> Floats:
    chances = (logits > 0).astype(float) if temperature == 0 else expit(logits / temperature)
    if top_k is not None:
        chances[_all_but_highest(logits, top_k)] = 0.0
    return (random.random(len(logits)) < chances).astype(float)


def _all_but_highest(logits: Floats, top_k: int) -> NDArray[np.int64]:
    """Return all but the ``top_k`` highest; of those that are equal the first count as higher, as for ``argmax``."""
    return np.argsort(-logits, kind="stable")[top_k:]
