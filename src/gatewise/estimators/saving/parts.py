"""Parts of a fitted estimator as they are saved: one or a few attributes each, to plain values and back.

An estimator lists its parts in the order of their keys; see :mod:`gatewise.estimators.saving.estimator`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

from gatewise.data.inputs.fitting import inputs_from, pack_inputs
from gatewise.estimators.saving.directory import SavedState
from gatewise.estimators.saving.weights import weights_of
from gatewise.models.device import on_cpu

__all__ = [
    "Attribute",
    "FittedInputs",
    "Labels",
    "Logistic",
    "Networks",
    "Part",
    "Record",
    "saves",
]


def saves(*parts: Part | str, arrays: Sequence[str] = ()) -> tuple[Part, ...]:
    """List what a class saves; a name alone is an attribute that is a JSON value, one in ``arrays`` an array."""
    values = [Attribute(part) if isinstance(part, str) else part for part in parts]
    return (*values, *(Attribute(name, array=True) for name in arrays))


class Part(ABC):
    """Attributes of a fitted estimator that are saved together."""

    @abstractmethod
    def pack(self, estimator: Any, saved: SavedState) -> None:
        """Put the attributes into ``saved``."""

    @abstractmethod
    def restore(self, estimator: Any, saved: SavedState) -> None:
        """Set on ``estimator`` what :meth:`pack` has put into ``saved``."""


@dataclass(frozen=True)
class Attribute(Part):
    """One attribute, as a JSON value or an array.

    Its ``key`` is by default its name without the underscore at the end; ``default`` is for models saved before
    there was such a key; ``pack_as`` and ``restore_as`` go to what can be saved, and back.
    """

    name: str
    key: str = ""
    array: bool = False
    default: Any = None
    pack_as: Callable[[Any], Any] | None = None
    restore_as: Callable[[Any], Any] | None = None

    def _place(self, saved: SavedState) -> tuple[dict[str, Any], str]:
        return (saved.arrays if self.array else saved.config), self.key or self.name.rstrip("_")

    def pack(self, estimator: Any, saved: SavedState) -> None:
        values, key = self._place(saved)
        value = getattr(estimator, self.name)
        values[key] = value if self.pack_as is None else self.pack_as(value)

    def restore(self, estimator: Any, saved: SavedState) -> None:
        values, key = self._place(saved)
        value = values[key] if self.default is None else values.get(key, self.default)
        setattr(estimator, self.name, value if self.restore_as is None else self.restore_as(value))


@dataclass(frozen=True)
class Record(Part):
    """One attribute that is a dataclass of arrays, whose names are saved after ``prefix``.

    ``optional``: it may be ``None``, of which nothing is saved.
    """

    name: str
    kind: type[Any]
    prefix: str = ""
    optional: bool = False

    def pack(self, estimator: Any, saved: SavedState) -> None:
        record = getattr(estimator, self.name)
        for name, array in vars(record).items() if record is not None else ():
            saved.arrays[f"{self.prefix}{name}"] = array

    def restore(self, estimator: Any, saved: SavedState) -> None:
        names = {field.name: f"{self.prefix}{field.name}" for field in fields(self.kind)}
        none = self.optional and not any(key in saved.arrays for key in names.values())
        found = None if none else self.kind(**{name: saved.arrays[key] for name, key in names.items()})
        setattr(estimator, self.name, found)


class Logistic(Part):
    """The ``model_`` of a baseline that is scikit-learn's logistic regression on class numbers."""

    def pack(self, estimator: Any, saved: SavedState) -> None:
        model = estimator.model_
        saved.arrays.update({"coefficients": model.coef_, "intercept": model.intercept_})

    def restore(self, estimator: Any, saved: SavedState) -> None:
        estimator.model_ = model = LogisticRegression()
        model.classes_ = np.arange(len(estimator.classes_))
        model.coef_, model.intercept_ = saved.arrays["coefficients"], saved.arrays["intercept"]


class Labels(Part):
    """``classes_``, as text, or as an array where they are numbers."""

    def pack(self, estimator: Any, saved: SavedState) -> None:
        classes = estimator.classes_
        numbers = classes.dtype.kind in "biuf"
        saved.config["classes"] = None if numbers else classes.astype(str).tolist()
        if numbers:
            saved.arrays["classes"] = classes

    def restore(self, estimator: Any, saved: SavedState) -> None:
        names = saved.config["classes"]
        estimator.classes_ = saved.arrays["classes"] if names is None else np.array(names)


class FittedInputs(Part):
    """``inputs_``: how sequences become batches."""

    def pack(self, estimator: Any, saved: SavedState) -> None:
        saved.config["inputs"], arrays = pack_inputs(estimator.inputs_)
        saved.arrays.update(arrays)

    def restore(self, estimator: Any, saved: SavedState) -> None:
        estimator.inputs_ = inputs_from(saved.config["inputs"], saved.arrays)


@dataclass(frozen=True)
class Networks(Part):
    """``networks_``, all of one shape, as ``member.name`` arrays; the estimator's ``_build`` makes one of a shape.

    ``shape_from`` makes the shape from its JSON form; ``counted``: their number is saved, else there is one.
    """

    shape_from: Callable[[dict[str, Any]], Any]
    counted: bool = True

    def pack(self, estimator: Any, saved: SavedState) -> None:
        networks = estimator.networks_
        saved.config["shape"] = networks[0].shape.to_json()
        if self.counted:
            saved.config["members"] = len(networks)
        for member, network in enumerate(networks):
            for name, tensor in network.state_dict().items():
                saved.arrays[f"{member}.{name}"] = tensor.detach().numpy()

    def restore(self, estimator: Any, saved: SavedState) -> None:
        shape = self.shape_from(saved.config["shape"])
        members = saved.config["members"] if self.counted else 1
        weights = weights_of(saved.arrays, members, shape.num_layers, lambda: estimator._build(shape))
        with on_cpu():
            estimator.networks_, estimator.histories_ = [estimator._build(shape) for _ in weights], []
        for network, own in zip(estimator.networks_, weights, strict=True):
            network.load_state_dict({name: torch.from_numpy(array) for name, array in own.items()})
            network.eval()
