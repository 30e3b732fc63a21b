"""Tagging with a conditional random field that is linear in what is seen at each word."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pycrfsuite
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from gatewise.data.arrays import Floats
from gatewise.errors import ConfigurationError
from gatewise.estimators.saving.directory import SavedState
from gatewise.estimators.saving.parts import Attribute, Part, Record, saves
from gatewise.estimators.sequence_arguments import Sequences
from gatewise.estimators.tagging.base import Codes, Tagger
from gatewise.estimators.tagging.decoding import LabelGrammar, best_paths
from gatewise.estimators.tagging.features import numbered, word_features

__all__ = ["CRFTagger"]


class Weights(Part):
    """``weights_``, of which few are not zero."""

    def pack(self, estimator: Any, saved: SavedState) -> None:
        weights = estimator.weights_
        names = ("data", "indices", "indptr")
        saved.arrays.update({f"weights.{name}": getattr(weights, name) for name in names})

    def restore(self, estimator: Any, saved: SavedState) -> None:
        arrays = tuple(saved.arrays[f"weights.{name}"] for name in ("data", "indices", "indptr"))
        shape = (len(estimator.number_of_), len(estimator.classes_))
        estimator.weights_ = csr_matrix(arrays, shape=shape)


class CRFTagger(Tagger):
    """A linear-chain conditional random field (CRFsuite) on a word, its affixes and shape, and its neighbours.

    Equations, for words ``x`` and labels ``y``, with what is seen at step ``t`` as ``f(x, t)`` of ones and zeros::

        P(y | x) ∝ exp(Σ_t (W f(x, t))[y_t] + T[y_(t−1), y_t])

    ``W`` and ``T`` have the largest likelihood of the training labels less ``c1 Σ|w| + c2 Σw²`` (L-BFGS with
    orthant-wise steps, no chance in it). The answer is the ``y`` of the highest probability; where labels mark spans
    (``B-city I-city O``), of those that keep to the marks.

    Parameters
    ----------
    c1, c2 : float, default 0.1
        Penalties of absolute and of squared weights; the first leaves most weights at zero.
    max_iterations : int, default 50
        Of L-BFGS; as many again change next to nothing and take as long.

    Attributes
    ----------
    number_of_ : dict of str to int
        What was seen in training and has a weight.
    weights_ : sparse float64 array, shape (len(number_of_), labels)
    transitions_ : float64 array, shape (labels, labels)
    grammar_ : LabelGrammar or None
        Which label may follow which, where labels mark spans.

    References
    ----------
    Lafferty, McCallum & Pereira 2001, "Conditional random fields"; Okazaki 2007, "CRFsuite".
    """

    card_line = "A conditional random field over words, their affixes, shapes and neighbours."
    parts = saves(
        Attribute("number_of_", key="features", pack_as=list, restore_as=numbered),
        Weights(),
        Record("grammar_", LabelGrammar, prefix="grammar.", optional=True),
        arrays=("transitions_",),
    )

    def __init__(self, *, c1: float = 0.1, c2: float = 0.1, max_iterations: int = 50) -> None:
        self.c1 = c1
        self.c2 = c2
        self.max_iterations = max_iterations

    def _fit(self, sequences: Sequences, codes: Codes) -> None:
        for name in ("c1", "c2"):
            if getattr(self, name) < 0:
                raise ConfigurationError(f"expected a number from 0, got {getattr(self, name)}", option=name)
        number_of: dict[str, int] = {}
        # CRFsuite knows features and labels by their numbers, so that it does not matter what words hold.
        trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
        trainer.set_params({"c1": self.c1, "c2": self.c2, "max_iterations": self.max_iterations})
        for words, labels in zip(sequences, codes, strict=True):
            seen = [
                [str(number_of.setdefault(name, len(number_of))) for name in names]
                for names in word_features(words)
            ]
            trainer.append(seen, [str(label) for label in labels])
        self.grammar_ = LabelGrammar.of(self.classes_, codes)
        self._take(_fitted(trainer), list(number_of))

    def _take(self, info: Any, names: list[str]) -> None:
        """Set the weights from what CRFsuite tells of its model, without features that have none."""
        count = len(self.classes_)
        entries = sorted((int(name), int(label), w) for (name, label), w in info.state_features.items())
        kept = sorted({number for number, _, _ in entries})
        place = {number: row for row, number in enumerate(kept)}
        self.number_of_ = numbered([names[number] for number in kept])
        rows, labels = [place[number] for number, _, _ in entries], [label for _, label, _ in entries]
        values = np.array([w for _, _, w in entries], np.float64)
        self.weights_ = csr_matrix((values, (rows, labels)), shape=(len(kept), count))
        self.transitions_ = np.zeros((count, count))
        for (before, after), w in info.transitions.items():
            self.transitions_[int(before), int(after)] = w

    def _codes(self, sequences: Sequences) -> Codes:
        return best_paths([self._scores(words) for words in sequences], self.transitions_, self.grammar_)

    def _scores(self, words: list[str]) -> Floats:
        known = [
            [self.number_of_[name] for name in names if name in self.number_of_]
            for names in word_features(words)
        ]
        ends = np.cumsum([0, *map(len, known)])
        columns = np.array([number for numbers in known for number in numbers], np.int64)
        seen = csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(words), len(self.number_of_)))
        scores: NDArray[np.float64] = (seen @ self.weights_).toarray()
        return scores


def _fitted(trainer: Any) -> Any:
    """Train, and return what CRFsuite tells of the model; it writes to a file and reads from one."""
    with tempfile.TemporaryDirectory(prefix="gatewise-") as folder:
        path = str(Path(folder) / "model.crfsuite")
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        with tagger.open(path):
            return tagger.info()
