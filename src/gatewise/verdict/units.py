"""The test units: what errors are measured on, which of them depend on each other, and what an interval is about."""

from __future__ import annotations

from collections.abc import Sequence

from gatewise.verdict.value import Value

__all__ = ["FEWEST_UNITS", "Units"]

# Below as many independent units an interval is not worth its name: its variance is a guess of a guess.
FEWEST_UNITS = 6


class Units(Value):
    """The test units of a comparison, the same for every candidate, fold by fold.

    Attributes
    ----------
    noun : str
        What one independent unit is, in the plural: "test windows", "series", "test sequences", "groups".
    about : str
        What the intervals speak of: "new windows of this series", "new series", "new groups".
    groups : tuple of tuple of int
        For each unit of each fold the number of what it belongs to: a series, a speaker, or itself. Units of
        one group depend on each other, groups do not. One number everywhere where nothing was drawn at random.
    names : tuple of str
        Of the groups.
    times : tuple of tuple of int, or None
        For each unit of each fold its place in time, counted through all folds; what happens at a time happens
        to all groups. ``None`` where units have no order.
    another : str
        What a user has to give for one more of them, where that is not plain: "60 more rows of history".
    overlap : int
        How many places in time one unit reaches over: more than one where test windows overlap.
    """

    noun: str = "test units"
    about: str = "new test units"
    groups: tuple[tuple[int, ...], ...] = ()
    names: tuple[str, ...] = ()
    times: tuple[tuple[int, ...], ...] | None = None
    another: str = ""
    overlap: int = 1

    def of_folds(self, count: int) -> Units:
        """Return the units of the first ``count`` folds."""
        times = None if self.times is None else self.times[:count]
        return self.model_copy(update={"groups": self.groups[:count], "times": times})

    def of_first_fold(self, places: Sequence[int] | None = None) -> Units:
        """Return the units of the first fold, or those at some places of it."""
        places = range(len(self.groups[0])) if places is None else places
        groups = tuple(self.groups[0][place] for place in places)
        times = None if self.times is None else (tuple(self.times[0][place] for place in places),)
        return self.model_copy(update={"groups": (groups,), "times": times})

    def more(self, count: int) -> str:
        """Return so many more of them in words: "18 more test windows (each takes 60 more rows of history)"."""
        number, noun = self.counted(count).split(" ", 1)
        return f"{number} more {noun}" + (f" (each takes {self.another})" if self.another else "")

    def counted(self, count: int) -> str:
        """Return so many of them in words: "1 test window without overlap", "12 series"."""
        head, sign, rest = self.noun.partition(" without")
        if count == 1 and not head.endswith("series"):
            words = head.split(" of ")
            head = " of ".join(
                [words[0].removesuffix("es" if words[0].endswith("ches") else "s"), *words[1:]]
            )
        return f"{count:,} {head}{sign}{rest}"

    @property
    def group_count(self) -> int:
        """Return how many different groups were tested."""
        return len({group for fold in self.groups for group in fold})

    @property
    def time_count(self) -> int:
        """Return how many stretches of time without overlap were tested; 0 where units have no order."""
        if self.times is None:
            return 0
        return -(-len({time for fold in self.times for time in fold}) // self.overlap)

    @property
    def independent(self) -> int:
        """Return how many independent units there are: the groups, or the stretches of time of a single one."""
        return self.group_count if self.group_count > 1 else max(1, self.time_count)

    @property
    def few(self) -> bool:
        """Return whether they are too few for any interval; never where it is not known which there were."""
        return bool(self.groups) and self.independent < FEWEST_UNITS
