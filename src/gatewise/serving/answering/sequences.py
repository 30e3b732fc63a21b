"""Classifiers, regressors and taggers: sequences of numbers, texts and recordings."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.estimators.classification.base import Classifier
from gatewise.estimators.regression.base import Regressor
from gatewise.estimators.sequence_estimator import SequenceEstimator
from gatewise.estimators.tagging.base import Tagger
from gatewise.estimators.tracing import Traced
from gatewise.serving.answering.base import Answering, answering, label_array, label_type, padded
from gatewise.serving.config import ServingConfig
from gatewise.serving.fields import Described
from gatewise.serving.refusal import Refusal
from gatewise.serving.traces import as_json

__all__ = ["SequenceAnswering"]

Array = NDArray[Any]
LENGTHS = Described("lengths", "INT64", (-1,), optional=True)


def _inputs(model: SequenceEstimator) -> tuple[Described, ...]:
    """What a model of each kind of sequences takes."""
    gaps = bool(model.impute_)
    if model.kind_ == "text" and model.reads_tokens:
        return Described("words", "BYTES", (-1, -1)), LENGTHS
    if model.kind_ == "text":
        return (Described("text", "BYTES", (-1,)),)
    if model.kind_ == "audio":
        return Described("samples", "FP32", (-1, -1)), LENGTHS, Described("rate", "INT64", (1,))
    if model.is_flat_:
        return (Described("sequence", "FP32", (-1, model.n_features_in_), gaps=gaps),)
    names = tuple(getattr(model, "channels_", ()))
    return Described("sequence", "FP32", (-1, -1, model.n_features_in_), names, gaps=gaps), LENGTHS


class SequenceAnswering(Answering):
    """An estimator of whole sequences; a subclass says what it answers."""

    def __init__(self, model: Any, config: ServingConfig) -> None:
        self.model, self._most = model, config.max_length
        self.inputs = _inputs(model)
        self.outputs = self._outputs()

    @abstractmethod
    def _outputs(self) -> tuple[Described, ...]:
        """What is answered."""

    @abstractmethod
    def _predicted(self, sequences: Any) -> dict[str, Array]:
        """The answers for what ``predict`` takes."""

    def answer(self, given: Mapping[str, Array], parameters: Mapping[str, Any]) -> dict[str, Array]:  # noqa: ARG002 - there are none
        """Return the answers for sequences; those to more steps than a row has are 0, or an empty text."""
        return self._predicted(self.sequences(given))

    def sequences(self, given: Mapping[str, Array]) -> Any:
        """Return what ``predict`` takes, within the limits."""
        rows = given[self.inputs[0].name]
        if not len(rows):
            raise Refusal(400, f"inputs: {self.inputs[0].name}: expected at least one sequence, got none")
        if self.inputs[0].datatype == "BYTES" and rows.ndim == 1:
            self._check_length(max(map(len, rows)))
            return rows.tolist()
        self._check_length(rows.shape[1])
        if len(self.inputs) == 1 or (
            "lengths" not in given and rows.dtype.kind == "f" and "rate" not in given
        ):
            return rows
        cut = [row[:length] for row, length in zip(rows, self._lengths(given, rows), strict=True)]
        if "rate" in given:
            return [(one, int(given["rate"][0])) for one in cut]
        return [one.tolist() if rows.dtype.kind == "O" else one for one in cut]

    def trace(self, given: Mapping[str, Array]) -> dict[str, Any]:
        """Return what the first network did with the first sequence: states and gates of its units."""
        if not isinstance(self.model, Traced):
            raise Refusal(400, f"a {type(self.model).__name__} has no gates")
        return as_json(self.model.trace(self.sequences(given)[:1])[0])

    def _lengths(self, given: Mapping[str, Array], rows: Array) -> Array:
        lengths = given.get("lengths", np.full(len(rows), rows.shape[1]))
        if len(lengths) != len(rows) or (lengths < 0).any() or (lengths > rows.shape[1]).any():
            raise Refusal(
                400, f"inputs: lengths: expected one for each of {len(rows)} sequences, 0 to {rows.shape[1]}"
            )
        return lengths

    def _check_length(self, length: int) -> None:
        if length > self._most:
            raise Refusal(413, f"inputs: expected sequences of at most {self._most} steps, got {length}")


class ClassifierAnswering(SequenceAnswering):
    """The probability of each class, and the most probable one."""

    def _outputs(self) -> tuple[Described, ...]:
        classes = self.model.classes_
        names = tuple(map(str, classes))
        return (
            Described("probabilities", "FP64", (-1, len(classes)), names),
            Described("label", label_type(classes), (-1,)),
        )

    def _predicted(self, sequences: Any) -> dict[str, Array]:
        probabilities = np.asarray(self.model.predict_proba(sequences), np.float64)
        labels = label_array(self.model.classes_[probabilities.argmax(axis=1)])
        return {"probabilities": probabilities, "label": labels}


class RegressorAnswering(SequenceAnswering):
    """A value for each sequence, several, or one for each step."""

    def _outputs(self) -> tuple[Described, ...]:
        names = tuple(self.model.target_names_)
        if self.model.per_step_:
            return (Described("value", "FP64", (-1, -1)),)
        return (Described("value", "FP64", (-1, len(names)) if names else (-1,), names),)

    def _predicted(self, sequences: Any) -> dict[str, Array]:
        found = self.model.predict(sequences)
        if self.model.per_step_:
            found = padded(list(found), 0.0, np.float64)
        return {"value": np.asarray(found, np.float64)}


class TaggerAnswering(SequenceAnswering):
    """A label for each step."""

    def _outputs(self) -> tuple[Described, ...]:
        return (Described("label", label_type(self.model.classes_), (-1, -1)),)

    def _predicted(self, sequences: Any) -> dict[str, Array]:
        whole = self.outputs[0].datatype == "INT64"
        rows = [
            np.asarray(row) if whole else np.array(list(map(str, row)), object)
            for row in self.model.predict(sequences)
        ]
        return {"label": padded(rows, 0 if whole else "", np.int64 if whole else object)}


answering.register(Classifier, ClassifierAnswering)
answering.register(Regressor, RegressorAnswering)
answering.register(Tagger, TaggerAnswering)
