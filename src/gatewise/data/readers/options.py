"""Options of the functions that read sequences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict, get_args

from gatewise.data.readers.axes import Axes, check_axes
from gatewise.data.readers.table.files import Writing
from gatewise.data.readers.table.frames import Source
from gatewise.data.readers.table.roles import Names, as_names
from gatewise.data.readers.table.rows import Duplicates
from gatewise.data.reading import Aggregate
from gatewise.data.sequences import SequenceColumns
from gatewise.errors import ConfigurationError

Rare = Literal["keep", "drop"]

__all__ = ["LabelledOptions", "Rare", "ReadOptions", "SeriesOptions", "TableOptions", "UnlabelledOptions"]


class SeriesOptions(TypedDict, total=False):
    """Options of the reader of series, as :func:`~gatewise.data.readers.read_series` says what they mean."""

    id: Names | None
    time: Names | None
    target: Names | None
    past: Names
    known: Names
    static: Names
    static_data: Source | None
    every: str | None
    aggregate: Aggregate | None
    impute: Literal["previous"] | None
    duplicates: Duplicates
    decimal: Literal[".", ","] | None
    encoding: str | None
    date_format: str | None
    day_first: bool | None
    timezone: str | None
    calendar: Names
    holidays: str | None


class TableOptions(TypedDict, total=False):
    """Options of all readers of sequences.

    Parameters
    ----------
    id : str, optional
        Column that tells sequences apart; ``unique_id``, ``item_id``, ``sequence_id``, … are recognised.
    time : str, optional
        Column that orders the rows of a sequence; without one they are in order already.
    target : str or sequence of str, optional
        Column of what is to be learned; ``label``, ``class``, ``target``, ``y``, … or the only text column left. For
        one label or number for each sequence it is constant within a sequence; several columns are several numbers for
        each. In CoNLL files a number, counted from
        1, or a name in the first line, the last column by default; in CoNLL-U ``upos`` by default, or ``xpos``,
        ``lemma``, ``deprel``, ….
    channels : str or sequence of str, optional
        Columns of the values; all other number columns by default. Or the one column of the texts or tokens;
        ``text``, ``sentence``, ``review``, ``token``, … are recognised, or that with the longest values.
    group : str, optional
        Column that says to whom a sequence belongs, constant within it.
    impute : "previous", optional
        Fill NaN and infinity with the value before; otherwise they are refused by place.
    decimal : {".", ","}, optional
        What stands before decimals in numbers that are text; the other one then stands between thousands.
    categorical : str or sequence of str, optional
        Channels whose whole numbers are codes of things and no amounts, or ``"none"``; by default those are looked for.
    encoding : str, optional
        Of a text file, such as ``"cp1252"``; UTF-8 by default, or what its first bytes say.
    axes : {"n t c", "n c t", "n t", "n c"}, optional
        What the axes of an array are: sequences (n), steps of time (t) and channels (c); of a table ``"n t"``: each row
        is a sequence whose steps are its number columns.
    duplicates : {"error", "first", "last", "mean"}, default "error"
        What to do with rows of equal id and time in a table with one row for each step.
    """

    id: str | None
    time: str | None
    target: Names | None
    channels: Names
    group: str | None
    impute: Literal["previous"] | None
    decimal: Literal[".", ","] | None
    encoding: str | None
    categorical: Names | Sequence[int] | None
    axes: Axes | None
    duplicates: Duplicates


class LabelledOptions(TableOptions, total=False):
    """Those of sequences to be classified.

    Parameters
    ----------
    pattern : str, optional
        The fields in the names of recordings, such as ``"{label}_{group}_{take}.wav"``.
    rare : {"keep", "drop"}, default "keep"
        Leave out the sequences of classes that occur once, which cannot be both learned and tested; and, of a test set,
        those of classes that were not learned.
    """

    pattern: str | None
    rare: Rare


class UnlabelledOptions(TableOptions, total=False):
    """Those of sequences whose labels are not known, or not to be looked at; ``target`` need not be there.

    Parameters
    ----------
    tokens : bool
        For a tagger: texts are split into tokens at white space. CoNLL files and columns of lists are tokens always.
    """

    tokens: bool


@dataclass(frozen=True)
class ReadOptions:
    """All options, as a format gets them."""

    id: str | None = None
    time: str | None = None
    target: Names | None = None
    channels: Names = ()
    group: str | None = None
    impute: Literal["previous"] | None = None
    pattern: str | None = None
    tokens: bool = False
    decimal: Literal[".", ","] | None = None
    encoding: str | None = None
    categorical: Names | Sequence[int] | None = None
    axes: Axes | None = None
    duplicates: Duplicates = "error"
    rare: Rare = "keep"

    def __post_init__(self) -> None:
        check_axes(self.axes)
        for name, kind in (("duplicates", Duplicates), ("rare", Rare)):
            *others, last = get_args(kind)
            value = getattr(self, name)
            if value not in (*others, last):
                raise ConfigurationError(
                    f"expected {', '.join(others)} or {last}, got {value!r}", option=name
                )
        if self.impute not in (None, "previous"):
            raise ConfigurationError(f"expected previous, or nothing, got {self.impute!r}", option="impute")

    @property
    def writing(self) -> Writing:
        """Return how the user says that a table is written."""
        return Writing(self.decimal or "", self.encoding or "")

    @property
    def targets(self) -> tuple[str, ...]:
        """Return the names given as target; only series and sequences with numbers may have several."""
        return as_names(self.target or ())

    @property
    def codes(self) -> tuple[str | int, ...] | None:
        """Return the channels that are said to be codes; ``None`` where nobody has said."""
        if self.categorical is None:
            return None
        given: tuple[str | int, ...] = (
            (self.categorical,) if isinstance(self.categorical, str) else tuple(self.categorical)
        )
        return () if given == ("none",) else given

    @property
    def columns(self) -> SequenceColumns:
        """Return the columns that were named."""
        target = self.targets[0] if len(self.targets) == 1 else ""
        return SequenceColumns(
            self.id or "",
            self.time,
            target,
            as_names(self.channels),
            self.group,
            self.decimal or "",
            self.axes or "",
            targets=self.targets if len(self.targets) > 1 else (),
        )

    def refuse_for_steps(self) -> None:
        """Refuse axes for a table with one row for each step, whose columns say what they are."""
        if self.axes not in (None, "n c"):
            self.refuse("axes", what="a table with one row for each step")

    def refuse(self, *names: str, what: str) -> None:
        """Refuse options that mean nothing for ``what``, such as ``"a CoNLL file"``."""
        for name in names:
            if getattr(self, name):
                raise ConfigurationError(f"has no meaning for {what}; leave it out", option=name)
