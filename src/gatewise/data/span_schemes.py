"""Schemes by which labels of steps mark spans, and the one that labels follow."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["OPENS", "Scheme"]

# Begin, inside, outside; end and single of IOBES, or last and unit of BILOU; M and W are inside and single of BMEWO.
MARKS = "BIESLUMW"
SAME = {"M": "I", "W": "S"}
OPENS = frozenset("BSU")
NAMES = (
    re.compile(rf"(?P<mark>[{MARKS}])[-_](?P<kind>.+)", re.DOTALL | re.IGNORECASE),
    re.compile(rf"(?P<kind>.+)[-_](?P<mark>[{MARKS}])", re.DOTALL | re.IGNORECASE),
)
# Without types, marks alone are letters like any others: these stand there together.
BARE = re.compile(rf"[{MARKS}]", re.IGNORECASE)
CONTINUES = frozenset("IE")


@dataclass(frozen=True)
class Scheme:
    """What each label says: a mark, one of ``BIESLUO``, and the type of its span.

    Attributes
    ----------
    parts : dict of str to (str, str)
        ``{"B-PER": ("B", "PER"), "O": ("O", "")}``; ``M`` is written ``I``, and ``W`` is ``S``.
    """

    parts: dict[str, tuple[str, str]]

    @classmethod
    def of(cls, labels: Iterable[object]) -> Scheme | None:
        """Return the scheme of a set of labels: ``B-PER``, ``B_PER``, ``PER-B`` or ``B``; ``None`` of other labels.

        They mark spans if one of them begins one, or if all of them are inside one or outside (``I-PER``, ``O``).
        """
        names = {str(label) for label in labels}
        inside = {name for name in names if name not in ("O", "o")}
        for found in (*(_split(inside, pattern) for pattern in NAMES), _bare(inside)):
            if found is None:
                continue
            marks = {mark for mark, _ in found.values()}
            if marks & OPENS or (marks == {"I"} and inside < names):
                return cls(found | dict.fromkeys(names - inside, ("O", "")))
        return None

    def plain(self, labels: Iterable[str]) -> list[str]:
        """Return labels as ``B-PER``, ``I-PER``, …, ``O``."""
        return [
            f"{mark}-{kind}" if mark != "O" else mark for mark, kind in map(self.parts.__getitem__, labels)
        ]


def _split(names: set[str], pattern: re.Pattern[str]) -> dict[str, tuple[str, str]] | None:
    matches = {name: pattern.fullmatch(name) for name in names}
    found = {name: (_mark(match["mark"]), match["kind"]) for name, match in matches.items() if match}
    return found if found and len(found) == len(names) else None


def _bare(names: set[str]) -> dict[str, tuple[str, str]] | None:
    if not names or not all(BARE.fullmatch(name) for name in names):
        return None
    found = {name: (_mark(name), "") for name in names}
    marks = {mark for mark, _ in found.values()}
    return found if "B" in marks and marks & CONTINUES else None


def _mark(letter: str) -> str:
    mark = letter.upper()
    return SAME.get(mark, mark)
