"""State dicts of torch: in its own files, in safetensors, and in folders of saved models of this package."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import Tensor

from gatewise.errors import ReadError
from gatewise.nn.cells.base import Weights
from gatewise.nn.cells.registry import CELLS, known_as
from gatewise.nn.foreign.files import check_zip, opened_as
from gatewise.nn.foreign.found import Found, Readings, Unsaid, shown
from gatewise.nn.marks import cell_of
from gatewise.nn.recurrent import Recurrent, parameter_names

__all__ = ["as_state_dict", "read_safetensors", "read_saved_model", "read_torch"]

NAME = re.compile(
    r"(?:(?P<module>.*)\.)?(?P<part>weight_ih|weight_hh|bias_ih|bias_hh|weight_hr)(?P<rest>_l\d+(?:_reverse)?)?",
    re.S,
)
LARGEST_CONFIG = 64 << 20
# In metadata of safetensors: the cell of each layer, where we wrote it.
MARKS = "cells"
DEEPEST = 8


def read_torch(path: Path, unsaid: Unsaid) -> Readings:
    """Read what ``torch.save`` wrote, as far as it is tensors and plain values: nothing in it is run."""
    with opened_as(path, "a state dict that torch.save wrote"):
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                check_zip(path, archive)
        content = torch.load(path, map_location="cpu", weights_only=True)
    modules: dict[tuple[str, str], dict[str, Tensor]] = {}
    marks: dict[tuple[str, str], str | None] = {}
    for outside, inside in _mappings(content, ""):
        metadata = getattr(inside, "_metadata", None) or {}
        for module, tensors in _modules(inside).items():
            modules[outside, module] = tensors
            own = metadata.get(module) if isinstance(metadata, Mapping) else None
            marks[outside, module] = cell_of(own) if isinstance(own, dict) else None
    # A state dict inside of a checkpoint is the one that is meant, where no other has such a layer.
    doubles = [module for _, module in modules]
    readings: Readings = {}
    for (outside, module), tensors in modules.items():
        name = module if doubles.count(module) == 1 else f"{outside}.{module}".strip(".")
        readings[name] = _reading(path, name, tensors, partial(_cell_name, unsaid, marks[outside, module]))
    return readings


def read_safetensors(path: Path, unsaid: Unsaid) -> Readings:
    """Read a file of safetensors."""
    return _safetensors(path, partial(_cell_name, unsaid, None))


def read_saved_model(path: Path, unsaid: Unsaid) -> Readings:
    """Read the folder of a saved model of this package, whose configuration says the cell."""
    with opened_as(path, "the folder of a saved model, with config.json and model.safetensors"):
        file = path / "config.json"
        if file.stat().st_size > LARGEST_CONFIG:
            raise ReadError(f"{file}: expected at most {LARGEST_CONFIG:,} bytes")
        config = json.loads(file.read_text(encoding="utf-8"))
        name = str(config["parameters"].get("cell"))
    return _safetensors(path / "model.safetensors", partial(_cell_name, unsaid, name))


def _safetensors(path: Path, cell_name: Callable[[int], str | None]) -> Readings:
    with opened_as(path, "a file of safetensors"), safe_open(path, "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys() if NAME.fullmatch(name)}  # noqa: SIM118
        marks = dict(json.loads((file.metadata() or {}).get(MARKS, "{}")))
    return {
        name: _reading(
            path, name, own, partial(_cell_name, Unsaid(), str(marks[name])) if name in marks else cell_name
        )
        for name, own in _modules(tensors).items()
    }


def as_state_dict(layers: Mapping[str, Recurrent]) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Return the weights of layers by the names of ``torch.nn``, and metadata for safetensors that say their cells."""
    weights = {
        f"{name}.{own}".strip("."): tensor.detach().contiguous()
        for name, layer in layers.items()
        for own, tensor in layer.named_parameters()
    }
    return weights, {MARKS: json.dumps({name: layer.cell.name for name, layer in layers.items()})}


def _mappings(value: Any, name: str, depth: int = 0) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the mappings in a checkpoint, by their names in it."""
    if isinstance(value, Mapping) and depth < DEEPEST:
        yield name, value
        for key, inside in value.items():
            yield from _mappings(inside, f"{name}.{key}".strip("."), depth + 1)


def _modules(tensors: Mapping[str, Any]) -> dict[str, dict[str, Tensor]]:
    """Group what looks like weights of recurrent layers by its module."""
    modules: dict[str, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        matched = NAME.fullmatch(name) if isinstance(name, str) and isinstance(tensor, Tensor) else None
        if matched:
            # A single step, such as LSTMCell, is a layer of it.
            rest = matched["rest"] or "_l0"
            modules.setdefault(matched["module"] or "", {})[f"{matched['part']}{rest}"] = tensor
    return modules


def _cell_name(unsaid: Unsaid, mark: str | None, blocks: int) -> str | None:
    return mark if mark is not None else unsaid.cell_name(blocks)


def _reading(
    path: Path, name: str, tensors: dict[str, Tensor], cell_name: Callable[[int], str | None]
) -> Found | ReadError:
    where = f"{path}: {shown(name)}"
    try:
        return _found(where, name, dict(tensors), cell_name)
    except ReadError as error:
        return error


def _found(
    where: str, name: str, tensors: dict[str, Tensor], cell_name: Callable[[int], str | None]
) -> Found:
    for own, tensor in tensors.items():
        if own.startswith("weight_hr"):
            raise ReadError(f"{where}: {own}: expected no projection of the state, found one (proj_size)")
        if type(tensor) is not Tensor or tensor.layout != torch.strided or tensor.device.type != "cpu":
            raise ReadError(
                f"{where}: {own}: expected a plain tensor, found {type(tensor).__name__} of another kind"
            )
        # Views may repeat what little is stored.
        if tensor.numel() * tensor.element_size() > tensor.untyped_storage().nbytes():
            raise ReadError(f"{where}: {own}: expected {tensor.numel():,} numbers, found fewer in the file")
    directions = 2 if any(own.endswith("_reverse") for own in tensors) else 1
    layers: list[tuple[Weights, ...]] = []
    while any(own in tensors for own in parameter_names(len(layers), 0, True)):
        layers.append(tuple(_weights(where, tensors, len(layers), one) for one in range(directions)))
    if tensors or not layers:
        raise ReadError(
            f"{where}: expected layers from weight_ih_l0 on without a gap, found {next(iter(tensors))}"
        )
    hidden = layers[0][0].hidden
    units = hidden.shape[-1] if hidden.dim() == 2 else 0
    blocks = hidden.shape[0] // units if units and hidden.shape[0] % units == 0 else 0
    known = cell_name(blocks)
    cell = None if known is None else known_as(known)
    if cell is None:
        raise ReadError(
            f"{where}: weight_hh_l0: expected 4, 3 or 1 rows for each of its columns, as an LSTM, a GRU or an RNN has, "
            f"found shape {tuple(hidden.shape)}"
            if known is None
            else f"{where}: expected a cell of {', '.join(CELLS)}, found {known}; register_cell makes it known"
        )
    count = f", {len(layers)} layers" if len(layers) > 1 else ""
    return Found(cell, tuple(layers), f"state dict, {shown(name)}{count}")


def _weights(where: str, tensors: dict[str, Tensor], layer: int, direction: int) -> Weights:
    """Take the weights of one direction of a layer out of the dict."""
    names = parameter_names(layer, direction, True)
    taken = [tensors.pop(own, None) for own in names]
    for own, tensor in zip(names[:2], taken[:2], strict=True):
        if tensor is None:
            raise ReadError(
                f"{where}: expected {own} beside the others, found none; weight_norm and parametrizations are to be "
                "removed before a model is saved"
            )
    return Weights(*taken)  # type: ignore[arg-type]
