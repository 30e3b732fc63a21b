"""From what the user gave to what the first layer reads, as a page can compute it again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gatewise.data.inputs.values import ValueInputs
from gatewise.data.inputs.words import WordInputs
from gatewise.estimators.forecast.logarithms import as_windows_are
from gatewise.estimators.forecast.network import SequenceForecaster
from gatewise.estimators.language.network import LanguageModel
from gatewise.estimators.tracing import Shown
from gatewise.inspection.page.packing import doubles, floats

__all__ = ["Reader", "reader_of"]

MOST_ALTERNATIVES = 64


@dataclass(frozen=True)
class Reader:
    """How the input of the first layer is made.

    Attributes
    ----------
    spec : dict
        As JSON: ``kind`` and what belongs to it.
    rows : Tensor or None, shape (rows, width)
        That the first layer reads, where these are some fixed ones: ``spec["index"]`` says which at each step.
    held : str
        Why the input cannot be changed in the page, as its table of words calls it; empty if it can.
    """

    spec: dict[str, Any]
    rows: Tensor | None = None
    held: str = ""
    size: int = field(default=0)


def reader_of(model: Any, network: Any, shown: Shown, first: int) -> Reader:
    """Return how a network reads a sequence, of which the page shows the steps from ``first`` on."""
    if isinstance(model, SequenceForecaster):
        return _window(model, network, shown)
    if isinstance(model, LanguageModel):
        if model.vocabulary_.kind == "frames":
            return _frames(shown, first)
        return _symbols(model, network, shown, first)
    if isinstance(model.inputs_, WordInputs):
        return _words(model, network, shown, first)
    if isinstance(model.inputs_, ValueInputs):
        return _patches(model.inputs_, shown, first)
    with torch.no_grad():
        rows = network.tokens(shown.batch)[0, first:]
    held = "recording" if model.kind_ == "audio" else "convolved"
    return Reader({"kind": "table", "index": list(range(len(rows))), "labels": []}, rows, held)


def _symbols(model: LanguageModel, network: Any, shown: Shown, first: int) -> Reader:
    """Rows of an embedding; the most frequent symbols have the lowest numbers."""
    read = shown.batch.values[0, first:].numpy()
    few = model.vocabulary_.size <= 4 * MOST_ALTERNATIVES
    known = np.arange(model.vocabulary_.size if few else MOST_ALTERNATIVES)
    used = np.union1d(read, known)
    symbols = model.symbols()
    spec = {
        "kind": "table",
        "index": np.searchsorted(used, read).tolist(),
        "labels": [symbols[number] if number else "" for number in used],
        "choices": len(used),
    }
    return Reader(spec, network.reader.weight.detach()[torch.from_numpy(used)])


def _words(model: Any, network: Any, shown: Shown, first: int) -> Reader:
    """Distinct words of the text, and the most frequent ones of training to put in their place."""
    tokens: list[str] = shown.given[first:]  # type: ignore[assignment]  # words
    labels = list(dict.fromkeys([*tokens, *model.inputs_.vocabularies["words"][:MOST_ALTERNATIVES]]))
    batch = model.inputs_.collate([np.concatenate(_encoded(model.inputs_, labels))])
    with torch.no_grad():
        rows = network.tokens(batch)[0]
    numbers = {label: number for number, label in enumerate(labels)}
    spec = {
        "kind": "table",
        "index": [numbers[token] for token in tokens],
        "labels": labels,
        "choices": len(labels),
    }
    return Reader(spec, rows)


def _encoded(inputs: WordInputs, labels: list[str]) -> list[Any]:
    # One by one: a text of more words than are read would lose its middle.
    rows = [inputs.encode([label]) for label in labels]
    width = max(row.shape[1] for row in rows)
    return [np.pad(row, ((0, 0), (0, width - row.shape[1]))) for row in rows]


def _patches(inputs: ValueInputs, shown: Shown, first: int) -> Reader:
    begin = first * inputs.patch
    lead = inputs.patch if begin and inputs.differences else 0
    given = np.asarray(shown.given, np.float32)
    spec = {
        "kind": "patches",
        "values": doubles(given[begin - lead :]),
        "lead": lead,
        "patch": inputs.patch,
        "differences": inputs.differences,
        "mean": inputs.scaler.mean.tolist(),
        # A constant column is divided by infinity, for which JSON has no number.
        "inverse": (1 / inputs.scaler.deviation).tolist(),
        "shift": 0,
    }
    return Reader(spec)


def _frames(shown: Shown, first: int) -> Reader:
    given = np.asarray(shown.given, np.float32)
    keys = given.shape[1]
    lead = 1 if first else 0
    spec = {
        "kind": "patches", "values": doubles(given[first - lead :]), "lead": lead, "patch": 1, "differences": False,
        "mean": [0.0] * keys, "inverse": [1.0] * keys, "shift": 1,
    }  # fmt: skip
    return Reader(spec)


def _window(model: SequenceForecaster, network: Any, shown: Shown) -> Reader:
    """Segments of a scaled window less the effects of known columns; all other columns are held."""
    batch, shape = shown.batch, network.shape
    width = 1 + shape.channels
    weight = network.embed.weight.detach()
    with torch.no_grad():
        zero = replace(batch, values=torch.zeros_like(batch.values))
        others = torch.cat([zero.values[:, :, None], batch.channels], dim=2)
        held = network.embed(others.reshape(1, shape.context // shape.segment, -1))
        if network.embed_static is not None:
            held = held + network.embed_static(batch.static)[:, None]
        before, ahead = _in_unit(batch, network.effects, shape.context, shape.horizon)
    preparation = model.preparation_
    spec = {
        "kind": "window",
        "raw": doubles(batch.raw[0]),
        "own": int(batch.own[0]),
        "segment": shape.segment,
        "seasonal": doubles(batch.seasonal[0]),
        "least_unit": preparation.least_unit,
        "spread": float(batch.spread[0, 0]),
        "move": float((preparation.moves or (1.0,))[0]),
        # The least that a value which is put in counts as, where it is a logarithm that is read.
        "log_floor": float(np.exp(as_windows_are(np.zeros((1, 1)), batch)[0, 0]))
        if batch.logs[0, 0]
        else None,
        "weight": floats(weight[:, ::width]),
        "held": floats(held[0]),
        "effects": [floats(one) for one in before],
        "ahead": [floats(one) for one in ahead],
    }
    return Reader(spec)


def _in_unit(batch: Any, effects: Any, context: int, horizon: int) -> tuple[list[Tensor], list[Tensor]]:
    """Return effects as ``a + unit · b``: for the window a and b, and for the horizon."""
    if effects is None:
        return [torch.zeros(context, device="cpu")] * 2, [torch.zeros(horizon, device="cpu")] * 2
    none, one = (effects(replace(batch, unit=torch.full_like(batch.unit, unit))) for unit in (0.0, 1.0))
    pairs = [[a[0], b[0] - a[0]] for a, b in zip(none, one, strict=True)]
    return pairs[0], pairs[1]
