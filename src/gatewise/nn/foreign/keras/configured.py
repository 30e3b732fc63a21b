"""What the configuration of a Keras model says of its recurrent layers, by name and by the group of their weights."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["LayerConfig", "layer_configs"]

DEEPEST = 32
CELLS = ("SimpleRNN", "LSTM", "GRU")
FUNCTION = ("activation", "recurrent_activation", "reset_after", "go_backwards")


@dataclass(frozen=True)
class LayerConfig:
    """One layer.

    Attributes
    ----------
    name : str
    groups : tuple of str
        Where files of Keras 3 have it.
    kind : str
        ``SimpleRNN``, ``LSTM``, ``GRU``, or another one.
    options : mapping
    outside : mapping
        Options of the Bidirectional around it; empty without.
    """

    name: str
    groups: tuple[str, ...]
    kind: str
    options: Mapping[str, Any]
    outside: Mapping[str, Any]

    @property
    def function(self) -> tuple[object, ...]:
        """What the function depends on, besides the weights."""
        return (
            self.kind,
            *(str(self.options.get(one)) for one in FUNCTION),
            str(self.outside.get("merge_mode")),
        )


def layer_configs(model: Any, groups: tuple[str, ...] = (), depth: int = 0) -> Iterator[LayerConfig]:
    """Yield the layers of a model that may hold a recurrent cell, those of models in it too.

    A Bidirectional is yielded by its own name, with what its forward layer is.
    """
    layers = _options(model).get("layers")
    if depth > DEEPEST or not isinstance(layers, list):
        return
    counts: dict[str, int] = {}
    for layer in layers:
        # Keras names groups by classes and numbers them, since names of layers are not the same in two models.
        key = _snake_case(str(layer.get("class_name"))) if isinstance(layer, dict) else ""
        number = counts.get(key, 0)
        counts[key] = number + 1
        yield from _one(layer, (*groups, "layers", f"{key}_{number}" if number else key), depth + 1)


def _one(layer: Any, groups: tuple[str, ...], depth: int) -> Iterator[LayerConfig]:
    options = _options(layer)
    kind, name = str(layer.get("class_name")) if isinstance(layer, dict) else "", str(options.get("name"))
    inner = options.get("layer")
    if kind == "Bidirectional" and isinstance(inner, dict):
        own = _cell_of(inner)
        yield LayerConfig(name, groups, own[0], own[1], options)
    elif isinstance(inner, dict) and depth <= DEEPEST:
        yield from _one(inner, (*groups, "layer"), depth + 1)
    elif "units" in options or "cell" in options:
        yield LayerConfig(name, groups, *_cell_of(layer), {})
    yield from layer_configs(layer, groups, depth)


def _cell_of(layer: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Return the kind and options of a layer; ``RNN(LSTMCell(…))`` is an LSTM."""
    kind, options = str(layer.get("class_name")), _options(layer)
    cell = options.get("cell")
    if kind == "RNN" and isinstance(cell, dict):
        name = str(cell.get("class_name"))
        short = name.removesuffix("Cell")
        return (short if short in CELLS else name), {**options, **_options(cell), "name": options.get("name")}
    return kind, options


def _options(layer: Any) -> Mapping[str, Any]:
    options = layer.get("config") if isinstance(layer, dict) else None
    # The first Keras had a list of layers for a Sequential.
    if isinstance(options, list):
        return {"layers": options}
    return options if isinstance(options, dict) else {}


def _snake_case(name: str) -> str:
    """Return the name of a class as Keras writes it in groups."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()
