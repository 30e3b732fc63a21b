"""What a model answers after a step, as records: named values, one record or one for each row of a forecast."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

from gatewise.estimators.classification.base import Classifier
from gatewise.estimators.language.base import LanguageEstimator
from gatewise.estimators.streams import ModelStream
from gatewise.estimators.tagging.base import Tagger
from gatewise.graphs.graph import Array

__all__ = ["Answers"]

Record = dict[str, Any]


class Answers:
    """Writes what a stream answers to standard output, each line at once, as CSV or as lines of JSON.

    Parameters
    ----------
    estimator : estimator
    stream : ModelStream
    as_json : bool
        Lines of JSON in the place of CSV, of which the first line names the columns.
    """

    def __init__(self, estimator: Any, stream: ModelStream, *, as_json: bool) -> None:
        self._records = _records_of(estimator, stream)
        self._write = self._write_json if as_json else self._write_csv
        self._named = False

    def write(self, line: int, text: str, answer: Array) -> None:
        """Write the answer to what stood in a line."""
        begin: Record = {"line": line} | ({"text": text} if text else {})
        self._write([begin | one for one in self._records(answer)])
        sys.stdout.flush()

    def _write_csv(self, records: Sequence[Record]) -> None:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        if not self._named:
            writer.writerow(records[0])
            self._named = True
        writer.writerows(one.values() for one in records)

    def _write_json(self, records: Sequence[Record]) -> None:
        for one in records:
            sys.stdout.write(json.dumps(one, ensure_ascii=False) + "\n")


def _records_of(estimator: Any, stream: ModelStream) -> Callable[[Array], list[Record]]:
    names = stream.names
    if isinstance(estimator, Classifier | Tagger):
        classes = estimator.classes_.tolist()
        return lambda answer: [{"label": classes[int(answer.argmax())]} | _named(names, answer, prefix="p-")]
    if isinstance(estimator, LanguageEstimator) and estimator.level != "frame":
        return lambda answer: [_next(names, answer)]
    if stream.graph.outputs[0].name == "forecast":
        return lambda answer: [{"step": k + 1} | _named(names, row) for k, row in enumerate(answer)]
    return lambda answer: [_named(names, answer)]


def _named(names: Sequence[str], answer: Array, prefix: str = "") -> Record:
    return {f"{prefix}{name}": _rounded(one) for name, one in zip(names, answer, strict=True)}


def _next(names: Sequence[str], answer: Array) -> Record:
    place = int(answer.argmax())
    return {"next": names[place], "probability": _rounded(answer[place])}


def _rounded(number: Any) -> float:
    # As few digits as tell it from its neighbours, of the type that it has.
    return float(str(number))
