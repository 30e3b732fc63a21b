"""The base of all estimators: what scikit-learn asks for, and saving by a list of parts."""

from __future__ import annotations

from abc import ABC
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import BaseModel
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from gatewise.data.hashes import Hashes
from gatewise.errors import ConfigurationError, ExportError, SavedModelError, StreamError
from gatewise.estimators.config import given_or_default
from gatewise.estimators.config_parameters import parameters_of, with_parameters
from gatewise.estimators.saving.directory import SavedState, save
from gatewise.estimators.saving.fingerprint import Fingerprint, FittedOn
from gatewise.estimators.saving.parts import Part
from gatewise.estimators.streams import ModelStream
from gatewise.graphs.graph import Graph
from gatewise.nn import Cell
from gatewise.nn.cells.registry import known_as

__all__ = ["SavedEstimator"]


class SavedEstimator(BaseEstimator, ABC):  # type: ignore[misc]  # scikit-learn publishes no types
    """Base of all estimators; a subclass lists in ``parts`` what is saved of it besides its parameters.

    Attributes
    ----------
    parts : tuple of Part
        Of the class itself; those of its bases come before them.
    config_type : class
        Of its ``config``.
    card_line : str
        What the model does, in a line of its card.
    fingerprint_ : Fingerprint or None
        By which :meth:`evaluate` knows data again that were fitted; ``None`` of models saved before there was one.
    commands : tuple of str
        That its card names; ``{path}`` stands for its directory.
    """

    parts: ClassVar[tuple[Part, ...]] = (FittedOn(),)
    fingerprint_: Fingerprint | None
    # Of those whose constructor takes one.
    config: Any
    config_type: ClassVar[type[BaseModel]]
    card_line: ClassVar[str] = ""
    commands: ClassVar[tuple[str, ...]] = ("gatewise predict {path} DATA", "gatewise evaluate {path} DATA")

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters, ``deep`` with the fields of the configuration as ``config__num_layers`` and so on."""
        found: dict[str, Any] = super().get_params(deep=deep)
        if deep and isinstance(found.get("config", False), self.config_type | None):
            found |= parameters_of(self._config(), "config")
        return found

    def set_params(self, **parameters: Any) -> Self:
        """Set parameters, and fields of the configuration by the names of :meth:`get_params`."""
        own = {name: value for name, value in parameters.items() if not name.startswith("config__")}
        super().set_params(**own)
        fields = {
            name.removeprefix("config__"): value for name, value in parameters.items() if name not in own
        }
        if fields and "config" not in super().get_params(deep=False):
            raise ConfigurationError(f"{type(self).__name__} has no configuration", option=next(iter(fields)))
        if fields:
            self.config = with_parameters(self._config(), fields)
        return self

    def _config(self) -> BaseModel:
        return given_or_default(self.config, self.config_type)

    def save(self, path: str | Path) -> Path:
        """Write the fitted model to the directory ``path``; see :mod:`gatewise.estimators.saving.directory`."""
        self._check_fitted()
        return save(self, path)

    def step_graph(self) -> Graph:
        """Write down one step of the fitted model: an observation and states in, an answer and states out.

        Raises
        ------
        StreamError
            The model needs whole sequences; the message says why, and what answers step by step.
        """
        raise StreamError(f"a {type(self).__name__} has no steps; it answers whole sequences")

    def whole_graph(self) -> Graph:
        """Write down what the fitted model answers for whole sequences.

        Raises
        ------
        ExportError
            There is no written form of it.
        """
        raise ExportError(f"a {type(self).__name__} has no written form; serve it, or call predict")

    @property
    def reads_rows(self) -> bool:
        """Whether one step reads a row of any finite numbers, so that nobody else has to look at it."""
        return False

    def open_stream(self, batch: int | None = None) -> ModelStream:
        """Open a stream, or ``batch`` of them side by side: an answer after every observation.

        Raises
        ------
        StreamError
            The model needs whole sequences; the message says why, and what answers step by step.
        """
        return ModelStream(self, batch)

    def _warn_of_seen(self, hashes: Iterable[Hashes], noun: str) -> None:
        """Warn where some of what is evaluated on was fitted; ``noun`` says what there is a hash of."""
        if (fitted := getattr(self, "fingerprint_", None)) is not None:
            fitted.warn_of(hashes, noun)

    def _check_fitted(self) -> None:
        check_is_fitted(self)

    def _card(self) -> list[str]:
        """Return the lines of the model card after its title."""
        return [f"- {self.card_line}"]

    def _commands(self) -> tuple[str, ...]:
        """Return the commands that this model answers."""
        return self.commands

    @classmethod
    def _all_parts(cls) -> list[Part]:
        return [part for kind in reversed(cls.__mro__) for part in vars(kind).get("parts", ())]

    def _to_saved(self) -> SavedState:
        saved = SavedState({"parameters": pack_parameters(self)}, {}, [])
        for part in self._all_parts():
            part.pack(self, saved)
        return replace(saved, card=self._card(), commands=self._commands())

    @classmethod
    def _from_saved(cls, saved: SavedState) -> Self:
        estimator = cls(**parameters_from(saved.config["parameters"], config=cls.config_type))
        for part in cls._all_parts():
            part.restore(estimator, saved)
        return estimator


def pack_parameters(estimator: BaseEstimator) -> dict[str, Any]:
    """Return constructor arguments as JSON values; callbacks are not saved."""
    return {
        name: value.model_dump(mode="json") if isinstance(value, BaseModel) else _plain(value)
        for name, value in estimator.get_params(deep=False).items()
        if name != "progress"
    }


def _plain(value: Any) -> Any:
    """Return numbers of numpy, such as a search over a grid sets, as Python's own, and cells by their names."""
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        # The keys of JSON objects are text; classes may be numbers.
        return {"pairs": [[_plain(key), _plain(item)] for key, item in value.items()]}
    if isinstance(value, np.random.RandomState | np.random.Generator):
        # Where it stands is nobody's to repeat.
        return None
    if isinstance(value, Cell):
        if (known_as(value.name) or value) != value:
            raise SavedModelError(
                f"cell {value}: another one is registered by this name and would be loaded; rename yours"
            )
        return value.name
    return value.item() if isinstance(value, np.generic) else value


def parameters_from(saved: dict[str, Any], *, config: type[BaseModel]) -> dict[str, Any]:
    """Return constructor arguments from their JSON form."""
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in saved.items()}
    if "cell" in values and known_as(str(values["cell"])) is None:
        raise SavedModelError(
            f"its cell {values['cell']!r} is not known here; register it with gatewise.nn.register_cell before loading"
        )
    for name, value in values.items():
        if isinstance(value, dict):
            values[name] = config.model_validate(value) if name == "config" else dict(value["pairs"])
    return values
