"""Where a text is hard to predict: the stretch that surprised a model most, symbol by symbol, and kinds of symbols."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

from gatewise.comparison.details.common import FIRST, Answers, by_parts, rounded
from gatewise.verdict.evidence import Details, Shape, WorstAnswer

__all__ = ["surprise", "text_details"]

SYMBOLS = 300
KINDS = ("lower-case letters", "capitals", "digits", "spaces and line breaks", "all else")


def surprise(estimator: Any, text: str) -> dict[str, NDArray[Any]]:
    """Each of the first symbols of a text, and minus the logarithm of its probability."""
    alphabet, model = estimator.vocabulary_, estimator._predictor()
    items = alphabet.encode(text)[:SYMBOLS]
    nats, before = [], alphabet.beginning()[-1]
    for item in items:
        nats.append(-float(log_softmax(np.asarray(model.next(before), np.float64))[int(item)]))
        before = item
    shown = [alphabet.decode(items[k : k + 1]) for k in range(len(items))]
    return {"symbols": np.array(shown), "nats": np.array(nats, np.float32)}


def text_details(answers: Answers, leaders: tuple[str, ...], stretches: int, per: str) -> Details:
    """Make details of ``{"symbols": …, "nats": …, "stretch": number, "probe": …}`` of each fold."""
    first = {name: by_fold[0] for name, by_fold in answers.items()}
    probe = {name: one["probe"] for name, one in first.items()}
    symbols = next(iter(first.values()))["probe symbols"]
    kind = np.array([_kind(str(one)) for one in symbols], np.int64)
    shortest = min(map(len, probe.values()))
    by = by_parts(
        "kind of symbol",
        KINDS,
        kind[:shortest],
        {name: one[:shortest].astype(np.float64) for name, one in probe.items()},
        counted="symbols",
    )
    return Details(
        tested=shortest,
        counted="symbols",
        unit=f"nats per {per}",
        by=(by[0],) if by else (),
        worst={
            name: (
                WorstAnswer(
                    title=f"stretch {int(first[name]['stretch'][0]) + 1} of {stretches}, its beginning",
                    error=rounded([float(first[name]["nats"].mean())])[0],
                    shape=Shape(
                        tokens=tuple(map(str, first[name]["symbols"])),
                        surprise=rounded(first[name]["nats"], 2),
                        steps=len(first[name]["nats"]),
                    ),
                ),
            )
            for name in leaders
        },
        methods={
            "by": f"nats of each symbol of the first stretch of the test text, {FIRST}",
            "worst": f"the stretch of the test text with the largest error, read from its start, {FIRST}",
        },
    )


def _kind(symbol: str) -> int:
    if symbol.isspace():
        return 3
    if symbol.isdigit():
        return 2
    if symbol.isalpha():
        return 1 if symbol[:1].isupper() else 0
    return 4
