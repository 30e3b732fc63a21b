"""Stored weights and what the configuration says, put together as layers; other functions are refused by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gatewise.errors import ReadError
from gatewise.nn.cells.base import Weights
from gatewise.nn.cells.registry import cell_named
from gatewise.nn.foreign.found import Found, Readings, Unsaid
from gatewise.nn.foreign.keras.configured import CELLS, LayerConfig
from gatewise.nn.foreign.keras.stored import Array, Stored

__all__ = ["layers_found"]

# Places of our blocks among Keras's, by the number of blocks: its LSTM has i f c o as ours, its GRU z r h.
ORDERS = {1: (0,), 3: (1, 0, 2), 4: (0, 1, 2, 3)}
BLOCKS = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}
# Beginnings of the names of what a Bidirectional holds.
DIRECTIONS = ("forward", "backward")


def layers_found(
    path: Path, cells: Sequence[Stored], configs: Sequence[LayerConfig], unsaid: Unsaid
) -> Readings:
    """Read all layers; both directions of a Bidirectional are one."""
    readings: Readings = {}
    for group, name, parts in _layers(cells):
        own = name if name not in readings else "/".join(group)
        where = f"{path}: {own}"
        try:
            config = _config(where, group, name, configs)
            own = config.name if config is not None and config.name not in readings else own
            readings[own] = _found(where, own, parts, config, unsaid)
        except ReadError as error:
            readings[own] = error
    # Groups stand in the order of their names, layers of a model in that of their making.
    order = {config.name: number for number, config in reversed(list(enumerate(configs)))}
    return dict(sorted(readings.items(), key=lambda one: order.get(one[0], len(order))))


def _layers(cells: Sequence[Stored]) -> Iterator[tuple[tuple[str, ...], str, list[Stored]]]:
    """Yield the group, the name and the weights of each layer, forward first."""
    taken: set[int] = set()
    for number, cell in enumerate(cells):
        if number in taken:
            continue
        place = max((at for at, part in enumerate(cell.path) if part.startswith(DIRECTIONS)), default=0)
        group = cell.path[:place]
        both = [at for at, one in enumerate(cells) if place and _is_direction(one, group)]
        if sorted(cells[at].path[place].startswith(DIRECTIONS[1]) for at in both) == [False, True]:
            taken.update(both)
            both.sort(key=lambda at: cells[at].path[place].startswith(DIRECTIONS[1]))
            yield group, cell.around or group[-1], [cells[at] for at in both]
        else:
            yield cell.path, cell.label or _name(cell.path), [cell]


def _is_direction(cell: Stored, group: tuple[str, ...]) -> bool:
    """Whether a cell is in a group as the forward or backward layer of a Bidirectional is."""
    place = len(group)
    return cell.path[:place] == group and len(cell.path) > place and cell.path[place].startswith(DIRECTIONS)


def _name(path: tuple[str, ...]) -> str:
    """Return the name of a layer from the groups: the last, or the one before it where that names its cell."""
    names = list(path)
    while len(names) > 1 and names[-1].rstrip("_0123456789").endswith(("_cell", "_cells")):
        names.pop()
    return names[-1] if names else ""


def _config(
    where: str, group: tuple[str, ...], name: str, configs: Sequence[LayerConfig]
) -> LayerConfig | None:
    """Return what is said of the layer in a group, or else of the one of that name."""
    named = [one for one in configs if one.name == name]
    here = [one for one in configs if one.groups == group and (one in named or not named)]
    found = here or named
    if any(one.function != found[0].function for one in found):
        raise ReadError(f"{where}: expected one layer of this name, found several that differ")
    return found[0] if found else None


def _found(
    where: str, name: str, parts: Sequence[Stored], config: LayerConfig | None, unsaid: Unsaid
) -> Found:
    kernel = parts[0].recurrent_kernel
    units = kernel.shape[0]
    blocks = kernel.shape[1] // units if units and kernel.shape[1] % units == 0 else 0
    if config is not None and config.kind not in CELLS:
        raise ReadError(f"{where}: expected {', '.join(CELLS)}, found a layer of another kind, {config.kind}")
    if blocks not in ORDERS or (config is not None and BLOCKS[config.kind] != blocks):
        expected = config.kind if config is not None else "1, 3 or 4 blocks"
        raise ReadError(f"{where}: recurrent_kernel: expected the shape of {expected}, found {kernel.shape}")
    cell_name = _cell_name(where, blocks, parts[0], config, unsaid)
    weights = tuple(_weights(where, one, blocks) for one in parts)
    kind = (
        config.kind if config is not None else next(one for one, count in BLOCKS.items() if count == blocks)
    )
    return Found(
        cell_named(cell_name),
        (weights,),
        f"{'Bidirectional ' * (len(parts) == 2)}{kind} layer {name}",
        batch_first=True,
        notes=tuple(_notes(config, cell_name)),
    )


def _cell_name(where: str, blocks: int, part: Stored, config: LayerConfig | None, unsaid: Unsaid) -> str:
    said = {} if config is None else config.options
    candidates = ("tanh", "relu") if blocks == 1 else ("tanh",)
    activation = str(said.get("activation", "tanh" if blocks > 1 else unsaid.nonlinearity))
    if activation not in candidates:
        raise ReadError(
            f"{where}: activation: expected {' or '.join(candidates)}, found {activation}, which ours do not have"
        )
    if blocks == 1:
        return "RNN" if activation == "tanh" else "RNN-relu"
    gates = str(said.get("recurrent_activation", "sigmoid"))
    if gates != "sigmoid":
        raise ReadError(
            f"{where}: recurrent_activation: expected sigmoid, found {gates}, which ours do not have"
        )
    if blocks == 4:
        return "LSTM"
    # Two rows of biases are of a GRU that resets after the product.
    by_shape = unsaid.reset_after if part.bias is None else part.bias.ndim == 2
    after = bool(said.get("reset_after", by_shape))
    if part.bias is not None and after != (part.bias.ndim == 2):
        raise ReadError(
            f"{where}: bias: expected {'two rows' if after else 'one row'} as reset_after={after} has, found shape "
            f"{part.bias.shape}"
        )
    return "GRU-after" if after else "GRU"


def _weights(where: str, part: Stored, blocks: int) -> Weights:
    order = ORDERS[blocks]
    if part.kernel.shape[1] % blocks or part.recurrent_kernel.shape[1] % blocks:
        raise ReadError(
            f"{where}: expected {blocks} blocks, found kernels of shapes {part.kernel.shape}, "
            f"{part.recurrent_kernel.shape}"
        )
    biases: list[Tensor | None] = [None, None]
    if part.bias is not None:
        rows = np.atleast_2d(part.bias)
        if rows.ndim != 2 or len(rows) > 2 or rows.shape[1] != part.kernel.shape[1]:
            raise ReadError(
                f"{where}: bias: expected a number for each column of the kernel, {part.kernel.shape}, "
                f"found shape {part.bias.shape}"
            )
        biases = [_ours(row, order) for row in rows]
        biases += [None] * (2 - len(biases))
    return Weights(_ours(part.kernel.T, order), _ours(part.recurrent_kernel.T, order), *biases)


def _ours(array: Array, order: tuple[int, ...]) -> Tensor:
    blocks = np.split(array, len(order))
    return torch.from_numpy(np.ascontiguousarray(np.concatenate([blocks[place] for place in order])))


def _notes(config: LayerConfig | None, cell_name: str) -> Iterator[str]:
    if config is None:
        taken = {"RNN": "tanh", "RNN-relu": "relu"}.get(cell_name, "tanh, sigmoid for gates")
        yield f"the file does not say its activations; taken as {taken}"
        return
    said: Mapping[str, Any] = config.outside or config.options
    if said.get("go_backwards"):
        yield "it reads from the end (go_backwards): turn time around before it"
    merge = said.get("merge_mode", "concat")
    if merge != "concat":
        yield f"it puts its directions together by {merge} (merge_mode): ours stand side by side"
