"""The words of a comparison as plain values, to be kept with what it has measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gatewise.comparison.config import ComparisonConfig
from gatewise.comparison.options import ColumnOptions, EstimatorOptions
from gatewise.comparison.tasks.base import Task
from gatewise.data.readers.table.frames import kind_of_frame
from gatewise.data.readers.task import Found
from gatewise.nn import Cell
from gatewise.verdict.request import Request

__all__ = ["request_of"]


def request_of(
    task: Task,
    found: Found,
    test: Found | None,
    cells: Mapping[str, str | Cell],
    config: ComparisonConfig,
    random_state: int,
    given: Mapping[str, Any],
) -> Request:
    """What was asked for.

    Parameters
    ----------
    task : Task
        With the configuration of its estimator.
    found, test : what was read
    given : dict
        Options of the estimator and of the columns that were given.
    """
    columns = (*EstimatorOptions.__optional_keys__, *ColumnOptions.__optional_keys__)
    options = {
        "task": task.name,
        "cells": dict(cells),
        "random_state": random_state,
        "horizon": given.get("horizon"),
        **dict(config),
        **{name: given.get(name) for name in sorted(columns)},
    }
    return Request(
        data=found.source,
        test=None if test is None else test.source,
        options={name: _plain(value) for name, value in options.items()},
        estimator=task.config.model_dump(mode="json"),
    )


def _plain(value: Any) -> Any:
    """A value as JSON has it; cells by their names."""
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, np.generic):
        return value.item()
    if (kind := kind_of_frame(value)) is not None:
        return f"{kind} frame"
    return value if value is None or isinstance(value, bool | int | float) else str(value)
