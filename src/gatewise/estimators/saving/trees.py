"""Boosted trees: LightGBM's, saved as its own text, and those that version 0.1.0 saved as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.data.arrays import Floats
from gatewise.estimators.saving.directory import SavedState
from gatewise.estimators.saving.parts import Part

__all__ = ["BoostedTrees", "Trees"]

TEXT = "trees.text"
# Rows that go down a tree at once: what they read stays in the cache.
BLOCK = 4096


class BoostedTrees(Part):
    """``model_``: a LightGBM model or a list of them, or :class:`Trees` where version 0.1.0 has saved them."""

    def pack(self, estimator: Any, saved: SavedState) -> None:
        model = estimator.model_
        if isinstance(model, Trees):
            saved.arrays.update({f"trees.{name}": array for name, array in vars(model).items()})
        elif isinstance(model, list):
            saved.arrays.update({f"{TEXT}.{number}": _as_text(one) for number, one in enumerate(model)})
        else:
            saved.arrays[TEXT] = _as_text(model)

    def restore(self, estimator: Any, saved: SavedState) -> None:
        several = sum(name.startswith(f"{TEXT}.") for name in saved.arrays)
        if several:
            estimator.model_ = [_from_text(saved.arrays[f"{TEXT}.{number}"]) for number in range(several)]
        elif TEXT in saved.arrays:
            estimator.model_ = _from_text(saved.arrays[TEXT])
        else:
            names = Trees.__dataclass_fields__
            estimator.model_ = Trees(**{name: saved.arrays[f"trees.{name}"] for name in names})


def _as_text(model: Any) -> NDArray[np.uint8]:
    return np.frombuffer(model.model_to_string().encode(), np.uint8)


def _from_text(text: NDArray[Any]) -> Any:
    # Not above: it brings pandas along, which takes longer than all else to be imported.
    import lightgbm

    return lightgbm.Booster(model_str=text.tobytes().decode())


@dataclass(frozen=True)
class Trees:
    """The trees of scikit-learn's histogram gradient boosting, which version 0.1.0 fitted.

    Nodes of all trees lie behind each other; a leaf is its own child.

    Attributes
    ----------
    roots : int64 array, shape (trees,)
        The first node of each tree.
    features, left, right : int64 arrays, shape (nodes,)
        The column that decides, and where to go up to the threshold and beyond.
    thresholds, values : float64 arrays, shape (nodes,)
    start : float64 array, shape (1,)
        What the trees' answers are added to.
    """

    roots: NDArray[np.int64]
    features: NDArray[np.int64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    thresholds: Floats
    values: Floats
    start: Floats

    def predict(self, columns: NDArray[np.float32]) -> Floats:
        """Return the answer for each row."""
        answers = np.full(len(columns), self.start[0])
        for begin in range(0, len(columns), BLOCK):
            block = np.asarray(columns[begin : begin + BLOCK], np.float64)
            rows = np.arange(len(block))
            for root in self.roots:
                node, before = np.full(len(block), root), None
                while before is None or (node != before).any():
                    below = block[rows, self.features[node]] <= self.thresholds[node]
                    node, before = np.where(below, self.left[node], self.right[node]), node
                answers[begin : begin + BLOCK] += self.values[node]
        return answers
