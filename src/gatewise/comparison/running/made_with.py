"""What decides the numbers of a comparison, written so that two of them can be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import joblib
from pydantic import BaseModel

from gatewise.comparison.config import ComparisonConfig
from gatewise.comparison.jobs.machine import machine
from gatewise.comparison.tasks.base import Task
from gatewise.data.readers.task import Found
from gatewise.nn import Cell
from gatewise.verdict.preferences import Preferences

__all__ = ["definition", "made_with"]

# They change who computes and what is made of the numbers, not the numbers.
FREE = {"workers", "save", "refit_all", *Preferences.model_fields}
# Of the prototype: every training sets its own.
REPLACED = {"cell", "hidden_size", "random_state", "config"}


def made_with(
    task: Task,
    found: Sequence[Found | None],
    cells: dict[str, str | Cell],
    config: ComparisonConfig,
    random_state: int,
) -> dict[str, Any]:
    """Names and values of all that decides a comparison's numbers.

    Parameters
    ----------
    task : Task
    found : data, and the test set of its own or ``None``
        As digests: where they were read from, and what the reader noted, does not count.
    cells : dict of candidate name to cell
    config : ComparisonConfig
        But for ``workers``, the preferences and what is saved, which change no measurement.
    random_state : int
    """
    here, prototype = machine(1), task.prototype.get_params(deep=False)
    # Times are measured too, so a comparison has one machine.
    versions = {name: here.versions[name] for name in ("gatewise", "torch", "numpy")}
    data, test = (None if one is None else _digest(one) for one in found)
    return {
        **versions,
        "processor": here.processor,
        "task": task.name,
        "data": data,
        "test": test,
        "cells": {name: definition(cell) for name, cell in cells.items()},
        "random_state": random_state,
        **{name: getattr(config, name) for name in ComparisonConfig.model_fields if name not in FREE},
        **{name: value for name, value in prototype.items() if name not in REPLACED},
        **_settings(task.config),
    }


def _settings(config: BaseModel) -> dict[str, Any]:
    return {f"estimator.{name}": value for name, value in config.model_dump(mode="json").items()}


def _digest(found: Found) -> str:
    """Of the data; recordings that are read while training count by name, size and time of their last change."""
    paths = [one for one in getattr(found, "sequences", ())[:] if isinstance(one, Path)]
    files = [(path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
    digest: str = joblib.hash((replace(found, source="", notes=()), files))
    return digest


def definition(cell: str | Cell) -> str:
    """A cell of the package by its name; another one by name and a digest of all that defines it."""
    if isinstance(cell, str):
        return cell
    return f"{cell.name} {joblib.hash([_meaning(getattr(cell, one.name)) for one in fields(cell)])}"


def _meaning(value: Any) -> Any:
    """What a value stands for in any process; a function is its code, wherever it is written."""
    if isinstance(value, FunctionType):
        enclosed = [cell.cell_contents for cell in value.__closure__ or ()]
        parts = (value.__code__, value.__defaults__, value.__kwdefaults__, *enclosed)
        return [_meaning(part) for part in parts if part is not value]
    if isinstance(value, CodeType):
        return [value.co_code, value.co_names, [_meaning(constant) for constant in value.co_consts]]
    if isinstance(value, partial):
        return [_meaning(part) for part in (value.func, *value.args, *sorted(value.keywords.items()))]
    if isinstance(value, frozenset):
        return sorted(map(repr, value))
    if isinstance(value, list | tuple):
        return [_meaning(part) for part in value]
    return value
