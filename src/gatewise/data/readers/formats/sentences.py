"""Sentences of tokens with a tag for each, as files write them line by line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from sys import intern

from gatewise.data.sequences import SequenceColumns, SequenceSet
from gatewise.errors import ReadError

__all__ = ["Sentences"]


@dataclass(frozen=True)
class Sentences:
    """Names of the columns of tokens and tags, and both of each sentence; no tags where none were asked for."""

    columns: tuple[str, str]
    tokens: list[list[str]] = field(default_factory=list)
    tags: list[list[str]] = field(default_factory=list)

    def gather(self, path: Path, lines: Iterable[tuple[int, list[str]]], token: int, tag: int | None) -> None:
        """Add the sentences of numbered lines: the cells of each, none where a sentence ends."""
        tokens: list[str] = []
        tags: list[str] = []
        for line, cells in chain(lines, [(0, [])]):
            if cells:
                tokens.append(_text(path, line, cells, token, "token"))
                if tag is not None:
                    tags.append(_text(path, line, cells, tag, "tag"))
            elif tokens:
                self.tokens.append(tokens)
                self.tags.extend([tags] if tags else [])
                tokens, tags = [], []

    def as_set(self, path: Path, columns: SequenceColumns) -> SequenceSet:
        """Return the sentences with their tags."""
        token, tag = self.columns
        # Only columns that the user named are looked for in files of another format, such as a test set.
        named = SequenceColumns(target=columns.target, channels=columns.channels)
        return SequenceSet(
            self.tokens,
            self.tags,
            task="tagging",
            channels=(token,),
            source=str(path),
            notes=(f"columns: token={token}, tag={tag}",),
            columns=None if named == SequenceColumns() else named,
        )


def _text(path: Path, line: int, cells: list[str], column: int, what: str) -> str:
    """Return the text of a cell; an empty one is refused by place."""
    text = cells[column].strip(" ")
    if not text:
        raise ReadError(f"{path}: line {line}: the {what} in column {column + 1} is empty")
    # The same few words come again and again.
    return intern(text)
