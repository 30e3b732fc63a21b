"""Language models written down."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from torch import Tensor

from gatewise.data.vocabulary import Alphabet
from gatewise.estimators.graphs.networks import linear, stepped
from gatewise.graphs.build import Builder, Value
from gatewise.graphs.graph import Array, Dimension, Field, Graph
from gatewise.graphs.recurrent import over_time
from gatewise.graphs.running import Runner
from gatewise.models.language import LanguageNetwork

__all__ = ["language_steps", "language_whole"]

SYMBOL, FRAME = "symbol", "frame"


def language_steps(
    name: str, network: LanguageNetwork, alphabet: Alphabet, symbols: tuple[str, ...]
) -> Graph:
    """Write down what follows an item, beside the states; a stream begins as a document does."""
    builder = Builder(name)
    item = _item(builder, network, ("batch",))
    output = stepped(builder, network.cell, _read(builder, network, item), "", None, None)
    _answer(builder, network, output, symbols, ("batch",))
    graph = builder.graph(_about(alphabet))
    begun = _begun(graph, alphabet)
    return replace(graph, states=tuple(replace(one, initial=begun[one.name]) for one in graph.states))


def language_whole(
    name: str, network: LanguageNetwork, alphabet: Alphabet, symbols: tuple[str, ...]
) -> Graph:
    """Write down what follows each item of whole documents."""
    begun = {one.name: one.initial for one in language_steps(name, network, alphabet, symbols).states}
    builder = Builder(name)
    item = _item(builder, network, ("batch", "time"))
    lengths = builder.input("lengths", "int64", ("batch",))
    none = (lengths * np.int64(0)).as_type("float32").widened(1)
    states = [
        [none + begun[f"{state}_{number}"] for state in network.cell.cell.states]
        for number in range(network.cell.num_layers)
    ]
    output, _ = over_time(builder, network.cell, _read(builder, network, item), lengths, states)
    _answer(builder, network, output, symbols, ("batch", "time"))
    return builder.graph(_about(alphabet))


def _item(builder: Builder, network: LanguageNetwork, axes: tuple[Dimension, ...]) -> Value:
    if network.shape.kind == "frames":
        return builder.input(FRAME, "float32", (*axes, network.shape.size))
    return builder.input(SYMBOL, "int64", axes)


def _read(builder: Builder, network: LanguageNetwork, item: Value) -> Value:
    if network.shape.kind == "frames":
        return item
    table: Tensor = network.reader.weight  # type: ignore[assignment]  # an embedding, of symbols
    return builder("Gather", table.detach().numpy(), item, axis=0)


def _answer(
    builder: Builder,
    network: LanguageNetwork,
    output: Value,
    symbols: tuple[str, ...],
    axes: tuple[Dimension, ...],
) -> None:
    logits = linear(output, network.head)
    frames = network.shape.kind == "frames"
    found = builder("Sigmoid", logits) if frames else builder("Softmax", logits, axis=-1)
    builder.output(found, Field("probabilities", "float32", (*axes, network.shape.size), symbols))


def _begun(graph: Graph, alphabet: Alphabet) -> dict[str, Array]:
    """Return the states after the item that stands before every document."""
    runner = Runner(graph)
    field = graph.inputs[0]
    _, states = runner.step({field.name: np.asarray(alphabet.beginning(), field.dtype)}, runner.initial(1))
    return {name: array[0] for name, array in states.items()}


def _about(alphabet: Alphabet) -> dict[str, object]:
    return {
        "outside": f"cutting texts into {alphabet.unit}s, and numbering them",
        "alphabet": alphabet.to_json(),
    }
