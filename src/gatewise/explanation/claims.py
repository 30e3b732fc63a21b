"""What is said of RNN, LSTM and GRU and what was measured of it: the numbers behind ``docs/claims.md``.

They are a copy of what ``python -m benchmarks claims --write`` keeps; that command writes both.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

__all__ = [
    "CANNOT_BE_TOLD",
    "DOES_NOT_HOLD",
    "HOLDS",
    "PAGE",
    "Claim",
    "Claims",
    "Measurement",
    "claims_of",
    "judged",
    "known_claims",
    "together",
]

HOLDS, DOES_NOT_HOLD, CANNOT_BE_TOLD = "holds", "does not hold", "cannot be told"
PAGE = "docs/claims.md"
_NUMBER = r"-?\d+(?:\.\d+)?"
_FOUND = re.compile(
    rf"(?P<mean>{_NUMBER})(?: \((?P<low>{_NUMBER}) to (?P<high>{_NUMBER})\))?(?: (?P<unit>\S+))?"
)
_ASKED = re.compile(
    rf"between (?P<above>{_NUMBER}) and (?P<below>{_NUMBER})|above (?P<only_above>{_NUMBER})"
    rf"|below (?P<only_below>{_NUMBER})"
)


@dataclass(frozen=True)
class Measurement:
    """One number that bears on a statement, with the words in which the page gives it.

    Attributes
    ----------
    what : str
    found : str
        ``"-0.54 (-1.40 to 0.32) points"``.
    asked_for : str
        ``"between -1 and 1"``.
    verdict : str
        ``"holds"``, ``"does not hold"`` or ``"cannot be told"``.
    mean, low, high : float
        Of ``found``; all the same where it was counted.
    unit : str
    above, below : float or None
        Of ``asked_for``.
    """

    what: str
    found: str
    asked_for: str
    verdict: str
    mean: float
    low: float
    high: float
    unit: str
    above: float | None
    below: float | None

    @property
    def counted(self) -> bool:
        """Whether it has no interval."""
        return "(" not in self.found


@dataclass(frozen=True)
class Claim:
    """A statement, what was measured of it, and the verdict that all of its measurements give together."""

    statement: str
    verdict: str
    measurements: tuple[Measurement, ...]


@dataclass(frozen=True)
class Claims:
    """All of them, with the day on which they were measured."""

    date: str
    claims: tuple[Claim, ...]

    def named(self, beginning: str) -> Claim:
        """Return the claim whose statement begins so."""
        return next(one for one in self.claims if one.statement.startswith(beginning))

    def of(self, cell: str) -> tuple[Claim, ...]:
        """Return what bears on a cell: measurements that name it, or whose statement alone does.

        Examples
        --------
        >>> from gatewise.explanation.claims import known_claims
        >>> [claim.statement for claim in known_claims().of("RNN")]
        ["The RNN's gradient vanishes with distance", 'The RNN is enough for short dependencies, and not for long ones']
        >>> known_claims().of("MGU")
        ()
        """
        parts = (
            replace(
                one,
                measurements=tuple(
                    m for m in one.measurements if cell in (_named(m.what) or _named(one.statement))
                ),
            )
            for one in self.claims
        )
        return tuple(part for part in parts if part.measurements)


@cache
def known_claims() -> Claims:
    """Read what was measured when this version of the package was made."""
    stored = json.loads(files("gatewise.explanation").joinpath("claims.json").read_text(encoding="utf-8"))
    return Claims(stored["date"], claims_of(stored["rows"]))


def judged(low: float, high: float, above: float = -math.inf, below: float = math.inf) -> str:
    """Return whether an interval lies in the region above one bound and below another, outside it, or neither."""
    if above < low and high < below:
        return HOLDS
    return DOES_NOT_HOLD if high <= above or low >= below else CANNOT_BE_TOLD


def together(verdicts: Iterable[str]) -> str:
    """Return the verdict of several: all of them hold, or one does not, or it cannot be told."""
    found = set(verdicts)
    if DOES_NOT_HOLD in found:
        return DOES_NOT_HOLD
    return HOLDS if found == {HOLDS} else CANNOT_BE_TOLD


def claims_of(rows: Sequence[Mapping[str, str]]) -> tuple[Claim, ...]:
    """Read the rows of a stored result, in their order."""
    found: dict[str, list[Measurement]] = {}
    for row in rows:
        found.setdefault(row["claim"], []).append(_measurement(row))
    return tuple(
        Claim(statement, together(one.verdict for one in measurements), tuple(measurements))
        for statement, measurements in found.items()
    )


def _measurement(row: Mapping[str, str]) -> Measurement:
    found, asked = _FOUND.fullmatch(row["found"]), _ASKED.fullmatch(row["asked for"])
    if found is None or asked is None:
        raise ValueError(
            f"{row['measurement']}: not as the benchmark writes it: {row['found']!r}, {row['asked for']!r}"
        )
    mean = float(found["mean"])
    above, below = asked["above"] or asked["only_above"], asked["below"] or asked["only_below"]
    return Measurement(
        row["measurement"],
        row["found"],
        row["asked for"],
        row["holds or not"],
        mean=mean,
        low=mean if found["low"] is None else float(found["low"]),
        high=mean if found["high"] is None else float(found["high"]),
        unit=found["unit"] or "",
        above=None if above is None else float(above),
        below=None if below is None else float(below),
    )


def _named(text: str) -> set[str]:
    return set(re.findall(r"\b(?:RNN|LSTM|GRU)\b", text))
