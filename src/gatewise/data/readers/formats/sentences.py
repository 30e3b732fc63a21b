"""Sentences of tokens with a tag for each, as files write them line by line."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from sys import intern

from gatewise.data.sequences import SequenceColumns, SequenceSet
from gatewise.errors import ReadError

__all__ = ["Sentences", "cell_of"]


@dataclass(frozen=True)
class Sentences:
    """Names of the columns of tokens and tags, and both of each sentence; no tags where none were asked for."""

    columns: tuple[str, str]
    tokens: list[list[str]] = field(default_factory=list)
    tags: list[list[str]] = field(default_factory=list)

    def close(self, tokens: list[str], tags: list[str]) -> tuple[list[str], list[str]]:
        """Add a sentence, unless it is empty, and return the lists for the next one."""
        if not tokens:
            return tokens, tags
        self.tokens.append(tokens)
        if tags:
            self.tags.append(tags)
        return [], []

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


def cell_of(path: Path, line: int, cells: list[str], column: int, what: str) -> str:
    """Return the text of a cell; an empty one is refused by place."""
    text = cells[column].strip(" ")
    if not text:
        raise ReadError(f"{path}: line {line}: the {what} in column {column + 1} is empty")
    # The same few words come again and again.
    return intern(text)
