"""Which of many somebody has asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from benchmarks.errors import BenchmarkError

__all__ = ["named"]


class Named(Protocol):
    """What has a name."""

    @property
    def name(self) -> str: ...


One = TypeVar("One", bound=Named)


def named(everything: Iterable[One], names: Sequence[str]) -> list[One]:
    """Those with these names, in their own order; all of them where none is given.

    Raises
    ------
    BenchmarkError
        There is none of a name; the message lists those that exist.
    """
    known = {one.name: one for one in everything}
    for name in names:
        if name not in known:
            raise BenchmarkError(f"--only: no data set {name!r}; expected some of {', '.join(known)}")
    return [one for one in known.values() if not names or one.name in names]
