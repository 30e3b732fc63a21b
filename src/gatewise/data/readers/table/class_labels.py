"""Names of classes that Hugging Face's data sets keep beside the numbers of a Parquet file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

__all__ = ["with_class_names"]


def with_class_names(table: pa.Table) -> pa.Table:
    """Return a table with the names of classes in the place of their numbers, where the file has them.

    A number without a name, such as -1 for none, is an empty cell.
    """
    for name, feature in _features(table).items():
        if name not in table.column_names:
            continue
        names = _names(feature)
        column = table[name].combine_chunks()
        if names is None:
            continue
        if pa.types.is_integer(column.type):
            found = _named(column, names)
        elif (pa.types.is_list(column.type) or pa.types.is_large_list(column.type)) and pa.types.is_integer(
            column.type.value_type
        ):
            inner = [
                [_name(one, names) for one in cell] if cell is not None else None
                for cell in column.to_pylist()
            ]
            found = pa.array(inner, pa.list_(pa.string()))
        else:
            continue
        table = table.set_column(table.column_names.index(name), name, found)
    return table


def _features(table: pa.Table) -> Mapping[str, Any]:
    saved = (table.schema.metadata or {}).get(b"huggingface")
    try:
        found = json.loads(saved)["info"]["features"] if saved else {}
    except (ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}


def _names(feature: object) -> list[str] | None:
    """The names of a feature of classes, or of a list of such."""
    if isinstance(feature, list) and feature:
        feature = feature[0]
    if isinstance(feature, dict) and "feature" in feature:
        feature = feature["feature"]
    if not isinstance(feature, dict) or feature.get("_type") != "ClassLabel":
        return None
    names = feature.get("names")
    return names if isinstance(names, list) and all(isinstance(one, str) for one in names) else None


def _named(column: pa.Array, names: list[str]) -> pa.Array:
    return pa.array([_name(one, names) for one in column.to_pylist()], pa.string())


def _name(number: int | None, names: list[str]) -> str | None:
    return names[number] if number is not None and 0 <= number < len(names) else None
