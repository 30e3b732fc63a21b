"""Boosted trees as plain arrays, so that they are saved and loaded without code that a file brings along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor

from gatewise.data.arrays import Floats
from gatewise.estimators.saving.directory import SavedState
from gatewise.estimators.saving.parts import Part

__all__ = ["BoostedTrees", "Trees"]

# Rows that go down a tree at once: what they read stays in the cache.
BLOCK = 4096


@dataclass(frozen=True)
class Trees:
    """The trees of scikit-learn's histogram gradient boosting, on finite columns without categories.

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

    @classmethod
    def of(cls, model: HistGradientBoostingRegressor) -> Self:
        """Copy the trees of a fitted model, which scikit-learn shows nowhere else than in private attributes."""
        trees = [tree.nodes for (tree,) in model._predictors]
        roots = np.cumsum([0, *(len(nodes) for nodes in trees)])[:-1].astype(np.int64)
        every = np.concatenate(trees)
        first = np.repeat(roots, [len(nodes) for nodes in trees])
        leaf, itself = every["is_leaf"].astype(bool), np.arange(len(every))
        return cls(
            roots=roots,
            features=np.where(leaf, 0, every["feature_idx"]).astype(np.int64),
            left=np.where(leaf, itself, first + every["left"]),
            right=np.where(leaf, itself, first + every["right"]),
            thresholds=np.where(leaf, 0.0, every["num_threshold"]),
            values=every["value"].astype(np.float64),
            start=np.reshape(model._baseline_prediction, 1).astype(np.float64),
        )

    def predict(self, columns: NDArray[np.float32]) -> Floats:
        """Return the answer for each row, the same bits as scikit-learn's."""
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


class BoostedTrees(Part):
    """``model_``: boosted trees, scikit-learn's where it was fitted and :class:`Trees` where it was loaded."""

    def pack(self, estimator: Any, saved: SavedState) -> None:
        model = estimator.model_
        trees = model if isinstance(model, Trees) else Trees.of(model)
        saved.arrays.update({f"trees.{name}": array for name, array in vars(trees).items()})

    def restore(self, estimator: Any, saved: SavedState) -> None:
        names = Trees.__dataclass_fields__
        estimator.model_ = Trees(**{name: saved.arrays[f"trees.{name}"] for name in names})
