"""What a fitted model answers, as a table, and such a table as a file."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from gatewise.cli.output import in_folder
from gatewise.errors import ConfigurationError
from gatewise.estimators.classification.base import Classifier
from gatewise.estimators.regression.base import Regressor
from gatewise.estimators.tagging.base import Tagger
from gatewise.writing import whole

__all__ = ["answers", "write_csv", "write_table"]


def answers(estimator: Any, data: str | None, columns: dict[str, Any]) -> pa.Table:
    """One row for each sequence, or for each of its steps.

    Raises
    ------
    ConfigurationError
        No data were named, or the model is one of language.
    """
    if not isinstance(estimator, Classifier | Regressor | Tagger):
        raise ConfigurationError(
            f"model: a {type(estimator).__name__} has nothing to predict; let it write with gatewise generate"
        )
    if data is None:
        raise ConfigurationError(
            f"data: a {type(estimator).__name__} needs sequences; name a file after the model"
        )
    found = estimator.read(data, **columns)
    names = np.arange(len(found)) if found.ids is None else found.ids
    if isinstance(estimator, Classifier):
        return _classes(estimator, found.sequences, names)
    predicted = estimator.predict(found.sequences)
    if isinstance(estimator, Regressor) and not estimator.per_step_:
        values = np.asarray(predicted, np.float64).reshape(len(found), -1)
        targets = zip(estimator.target_names_ or ("value",), values.T, strict=True)
        return pa.table({"id": pa.array(names)} | {name: pa.array(one) for name, one in targets})
    return _steps(predicted, found.sequences, names, "label" if isinstance(estimator, Tagger) else "value")


def _classes(estimator: Classifier, sequences: Sequence[Any], names: Any) -> pa.Table:
    """Number or name, class, and the probability of each class."""
    probabilities = estimator.predict_proba(sequences)
    table = {"id": pa.array(names), "label": pa.array(estimator.classes_[probabilities.argmax(1)])}
    table |= {f"p-{name}": pa.array(probabilities[:, k]) for k, name in enumerate(estimator.classes_)}
    return pa.table(table)


def _steps(predicted: Any, sequences: Sequence[Any], names: Any, answer: str) -> pa.Table:
    """One row for each step, with the token where there is one."""
    lengths = [len(steps) for steps in predicted]
    table = {"id": pa.array(np.repeat(names, lengths))}
    table["step"] = pa.array(np.concatenate([np.arange(length) for length in lengths]))
    if isinstance(sequences[0], list):
        table["token"] = pa.array([token for sequence in sequences for token in sequence])
    table[answer] = pa.array([value for steps in predicted for value in steps])
    return pa.table(table)


def write_csv(table: pa.Table, to: Path | IO[bytes]) -> None:
    """As CSV, with times to the second where they have no parts of one."""
    for place, column in enumerate(table.columns):
        if pa.types.is_timestamp(column.type):
            whole_seconds = pa.timestamp("s", column.type.tz)
            with suppress(pa.ArrowInvalid):
                table = table.set_column(place, table.field(place).name, column.cast(whole_seconds))
    pyarrow.csv.write_csv(table, to)


def write_table(table: pa.Table, path: Path) -> None:
    """As CSV or Parquet, by the name of the file; all of it or nothing."""
    with whole(in_folder(path)) as part:
        if path.suffix.lower() == ".csv":
            write_csv(table, part)
        else:
            pyarrow.parquet.write_table(table, part)
