"""Comparisons on the data sets of the table, kept in a folder so that none is run twice."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.candidates import progress
from benchmarks.verdicts.cases import Case
from gatewise.comparison.compare import prepare
from gatewise.comparison.config import ComparisonConfig
from gatewise.comparison.results import Comparison
from gatewise.data.corpus import Corpus
from gatewise.data.readers.task import Found
from gatewise.data.sequences import SequenceSet
from gatewise.verdict.evidence import Evidence

__all__ = ["FOLDER", "compared", "config_of", "content_of", "key_of"]

# Ignored by git, as what `gatewise compare` writes.
FOLDER = Path(__file__).parent.parent.parent / "gatewise-output" / "verdicts"
TRIALS = 2


def compared(case: Case, config: ComparisonConfig, folder: Path = FOLDER) -> Evidence:
    """The evidence on one data set: read where it is there already, else measured and written."""
    path = folder / f"{case.name}-{key_of(case, config)}.json"
    if path.is_file():
        return Comparison.from_json(path).evidence
    prepared = prepare(
        case.data(),
        cells=case.cells,
        config=config.model_copy(update={"hidden_size": case.hidden_size}),
        estimator=case.estimator,
        **case.options,
    )
    sizes = {**prepared.plan.sizes, **case.sizes}
    comparison = replace(prepared, plan=replace(prepared.plan, sizes=sizes)).run()
    folder.mkdir(parents=True, exist_ok=True)
    # Whole or not at all: a run may be stopped at any time.
    unfinished = path.with_suffix(".part")
    comparison.to_json(unfinished)
    unfinished.replace(path)
    evidence = comparison.evidence
    progress(f"{case.name}, {evidence.plan.seconds:.0f} s: {comparison.recommend().sentence}")
    return evidence


def config_of(seeds: int, workers: int) -> ComparisonConfig:
    """What all of them are compared with."""
    return ComparisonConfig(seeds=max(2, seeds), trials=TRIALS, curves=False, workers=workers)


def key_of(case: Case, config: ComparisonConfig) -> str:
    """Eight digits that change with the data and with what is done with them, not with who does it."""
    cells = dict(case.cells) if isinstance(case.cells, Mapping) else case.cells
    asked = [one.model_dump(exclude_defaults=True, exclude={"workers"}) for one in (config, case.estimator)]
    settings = repr((*asked, dict(case.options), case.hidden_size, cells, dict(case.sizes)))
    return hashlib.sha256(settings.encode() + content_of(case.data())).hexdigest()[:8]


def content_of(data: pa.Table | Found) -> bytes:
    """All that can be learned from, as bytes; two data sets have the same ones only if they are the same."""
    if isinstance(data, pa.Table):
        return repr(data.to_pydict()).encode()
    if isinstance(data, SequenceSet):
        steps = [
            one.tobytes() if isinstance(one, np.ndarray) else repr(one).encode() for one in data.sequences
        ]
        rest = [list(one) for one in (data.target, data.groups) if one is not None]
        return b"|".join([*steps, repr(rest).encode()])
    if isinstance(data, Corpus):
        return data.text.encode()
    raise TypeError(f"expected a table, sequences or a text, got {type(data).__name__}")
