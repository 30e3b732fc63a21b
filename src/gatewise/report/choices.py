"""The verdict under every preference and limit that the page lets a reader choose, by the one rule there is.

All of them are made here, by :func:`~gatewise.verdict.recommend.recommend`, as ``gatewise report --prefer`` would make
them; the page shows one or another and decides nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, get_args

from gatewise.report.text import number
from gatewise.verdict.evidence import Candidate, Evidence
from gatewise.verdict.preferences import Prefer, Preferences
from gatewise.verdict.recommend import Recommendation, State, recommend

__all__ = ["Change", "Choices", "Limit", "choices", "plain_option"]

PREFERENCES: tuple[Prefer, ...] = get_args(Prefer)
# In words, as they stand beside the buttons.
COUNTS = {
    "accuracy": "lowest error",
    "latency": "speed of a step",
    "memory": "memory to train",
    "size": "few parameters",
}
# Of more values of a limit every one would double what is computed.
MOST_VALUES = 4


@dataclass(frozen=True)
class Limit:
    """A limit with the values that it may take: those of candidates, and the one that was given.

    Attributes
    ----------
    option : str
        Of the command line, without its dashes.
    label : str
    values : tuple of (value, words)
        ``None`` stands for no limit and comes first.
    """

    option: str
    label: str
    values: tuple[tuple[float | None, str], ...]


@dataclass(frozen=True)
class Change:
    """One thing that, were it asked for instead, changes the choice."""

    option: str
    choice: str
    state: State


@dataclass(frozen=True)
class Choices:
    """Everything a reader may ask for, and the verdict on each.

    Attributes
    ----------
    prefers : tuple of (value, words)
    limits : tuple of Limit
    verdicts : tuple of Recommendation
        The different ones; the first is the page's own.
    places : dict of str to int
        Which of them is that of a preference and of one value of each limit, by their numbers: ``"0 1 0 2"``.
    start : str
        The page's own, as in ``places``.
    changes : tuple of Change
    """

    prefers: tuple[tuple[str, str], ...]
    limits: tuple[Limit, ...]
    verdicts: tuple[Recommendation, ...]
    places: dict[str, int]
    start: str
    changes: tuple[Change, ...]

    @property
    def reasons(self) -> dict[str, int]:
        """Return the different reasons of all verdicts, numbered."""
        texts = dict.fromkeys(reason for verdict in self.verdicts for reason in verdict.reasons)
        return {text: number for number, text in enumerate(texts)}


def choices(evidence: Evidence, shown: Recommendation, given: Preferences) -> Choices | None:
    """Return the verdicts under everything that may be asked for; nothing while a comparison is partial."""
    if evidence.plan.partial or not evidence.cells:
        return None
    limits = tuple(_limits(evidence, given))
    verdicts, places = [shown], {}
    spans = [range(len(PREFERENCES)), *(range(len(limit.values)) for limit in limits)]
    start = " ".join(
        map(
            str,
            [
                PREFERENCES.index(given.prefer),
                *(_place(limit, getattr(given, _field(limit))) for limit in limits),
            ],
        )
    )
    for numbers in product(*spans):
        key = " ".join(map(str, numbers))
        found = shown if key == start else recommend(evidence, _preferences(limits, numbers))
        if found not in verdicts:
            verdicts.append(found)
        places[key] = verdicts.index(found)
    return Choices(
        tuple(COUNTS.items()),
        limits,
        tuple(verdicts),
        places,
        start,
        tuple(_changes(limits, verdicts, places, start)),
    )


def _limits(evidence: Evidence, given: Preferences) -> Iterator[Limit]:
    """Each limit with the values that leave some cell out; none where all are equal."""
    for option, label, unit, of in (
        ("max-parameters", "parameters, at most", "", lambda c: c.structure and c.structure.parameters),
        ("max-step-latency-us", "latency of a step, at most", " µs", lambda c: c.step_latency_us),
        (
            "max-state-bytes",
            "state of a stream, at most",
            " B",
            lambda c: c.structure and c.structure.state_bytes,
        ),
    ):
        found = sorted({value for c in evidence.cells if (value := _value(c, of)) is not None})
        asked = getattr(given, option.replace("-", "_"))
        kept = found[:-1][:MOST_VALUES] + ([asked] if asked is not None and asked not in found[:-1] else [])
        if kept:
            yield Limit(
                option, label, ((None, "no limit"), *((v, f"{number(v)}{unit}") for v in sorted(kept)))
            )


def _value(candidate: Candidate, of: Any) -> float | None:
    value: float | None = of(candidate)
    if not isinstance(value, float) or value <= 0:
        return value
    # To three digits, rounded up, so that what is shown can be given and leaves the candidate in.
    unit = 10.0 ** (math.floor(math.log10(value)) - 2)
    return float(f"{math.ceil(value / unit - 1e-9) * unit:.3g}")


def _field(limit: Limit) -> str:
    return limit.option.replace("-", "_")


def _place(limit: Limit, value: float | None) -> int:
    return next((k for k, (one, _) in enumerate(limit.values) if one == value), 0)


def _preferences(limits: tuple[Limit, ...], numbers: tuple[int, ...]) -> Preferences:
    asked = {_field(limit): limit.values[k][0] for limit, k in zip(limits, numbers[1:], strict=True)}
    options: dict[str, Any] = {"prefer": PREFERENCES[numbers[0]], **asked}
    return Preferences(**options)


def plain_option(value: float) -> str:
    """Return the value of a limit as the command line takes it."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _changes(
    limits: tuple[Limit, ...], verdicts: list[Recommendation], places: dict[str, int], start: str
) -> Iterator[Change]:
    """Yield what would change the choice, one preference or limit at a time."""
    begin = [int(part) for part in start.split()]
    for axis, count in enumerate((len(PREFERENCES), *(len(limit.values) for limit in limits))):
        for number_ in range(count):
            other = verdicts[places[" ".join(map(str, [*begin[:axis], number_, *begin[axis + 1 :]]))]]
            if other.choice != verdicts[0].choice:
                value = PREFERENCES[number_] if axis == 0 else limits[axis - 1].values[number_][0]
                option = "--prefer" if axis == 0 else f"--{limits[axis - 1].option}"
                if value is not None:
                    shown = value if isinstance(value, str) else plain_option(value)
                    yield Change(f"{option} {shown}", other.choice or "none", other.state)
