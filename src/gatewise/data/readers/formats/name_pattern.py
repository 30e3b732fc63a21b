"""Labels and groups that stand in the names of files: ``{label}_{group}_{take}.wav``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from gatewise.errors import ConfigurationError

__all__ = ["NamePattern", "guess_pattern"]

FIELD = re.compile(r"\{(\w+)\}|(\*)")


@dataclass(frozen=True)
class NamePattern:
    """Fields in the names of files.

    ``{name}`` stands for a field, as short as the rest allows, and ``*`` for anything, both within one folder;
    everything else for itself. A pattern without ``/`` is about the name of the file alone; its ending may be
    left out.

    Attributes
    ----------
    text : str
        ``"{label}_{group}_{take}.wav"``, ``"{group}/{label}/*"``.

    Raises
    ------
    ConfigurationError
        There is no field, or one of them twice.
    """

    text: str

    def __post_init__(self) -> None:
        if not self.fields:
            raise ConfigurationError(
                f"pattern {self.text!r}: expected fields in braces, such as {{label}}_{{group}}_{{take}}.wav"
            )
        twice = next((name for name, count in Counter(self.fields).items() if count > 1), None)
        if twice:
            raise ConfigurationError(f"pattern {self.text!r}: the field {{{twice}}} stands there twice")

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields, in order."""
        return tuple(match[1] for match in FIELD.finditer(self.text) if match[1])

    def match(self, path: PurePosixPath) -> dict[str, str] | None:
        """The fields of a path that is relative to its folder; ``None`` where it does not fit."""
        names = (str(path), str(path.with_suffix(""))) if "/" in self.text else (path.name, path.stem)
        found = next((match for name in names if (match := self._expression.fullmatch(name))), None)
        return found and found.groupdict()

    @property
    def _expression(self) -> re.Pattern[str]:
        parts, end = [], 0
        for match in FIELD.finditer(self.text):
            parts += [re.escape(self.text[end : match.start()])]
            parts += [f"(?P<{match[1]}>[^/]+?)" if match[1] else "[^/]*"]
            end = match.end()
        return re.compile("".join([*parts, re.escape(self.text[end:])]))


def guess_pattern(stems: Sequence[str]) -> NamePattern | None:
    """The pattern that all names share, where there is no doubt: the label first, then whose, a number last.

    ``yes_3`` and ``yes_anna_3`` (or with ``-``) are recognised, where every label, and everyone, appears more
    than once, and there are two of each at least.
    """
    for separator in "_-":
        split = [stem.split(separator) for stem in stems]
        if len({len(parts) for parts in split}) != 1 or len(split[0]) not in (2, 3):
            continue
        *named, takes = zip(*split, strict=True)
        counts = [Counter(column) for column in named]
        repeated = all(len(count) > 1 and min(count.values()) > 1 for count in counts)
        if repeated and all(take.isdigit() for take in takes):
            return NamePattern(separator.join([*("{label}", "{group}")[: len(named)], "{take}"]))
    return None
