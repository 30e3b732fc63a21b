"""Texts cut into the words that a tagger labels."""

from __future__ import annotations

import re

from gatewise.data.tokens import UNSPACED

__all__ = ["places_of_words", "words_of"]

WORD = re.compile(rf"[{UNSPACED}]|[^\s{UNSPACED}]+")


def words_of(text: str) -> list[str]:
    """The words between white space; of scripts that write none between words, each character."""
    return [match[0] for match in WORD.finditer(text)]


def places_of_words(text: str) -> list[tuple[int, int]]:
    """Where each word begins, and ends before."""
    return [match.span() for match in WORD.finditer(text)]
