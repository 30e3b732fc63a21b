"""A text, and where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

__all__ = ["Corpus"]


@dataclass(frozen=True)
class Corpus:
    """A text to learn from.

    Attributes
    ----------
    text : str
    source : str
        Where it came from, for messages and reports.
    notes : tuple of str
        Sentences on what a reader has seen or changed.
    """

    task: ClassVar[Literal["language"]] = "language"

    text: str
    source: str = "text"
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.text)
