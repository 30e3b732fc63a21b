"""The columns of series by part: named by the user, or found in a layout that is known; else an error says how."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import numpy as np

from gatewise.data.readers.table.columns import is_list, is_number, is_text
from gatewise.data.readers.table.frames import ID_NAMES, Table
from gatewise.data.readers.table.times import is_time
from gatewise.data.series import Columns
from gatewise.spelling import spelled

__all__ = [
    "LABEL_NAMES",
    "SEQUENCE_NAMES",
    "TIME_NAMES",
    "Names",
    "as_names",
    "check_names",
    "listing",
    "recognise",
    "sequence_id",
    "usual_names",
]

Names = str | Sequence[str]
# Values by which a column is judged.
HEAD = 1000
# Columns that a message names, and how many of these are the last ones.
MOST_SHOWN, LAST_SHOWN = 20, 2

# (id, time, target) of Nixtla, AutoGluon and pytorch-forecasting; the time of the last counts rows.
LAYOUTS = (
    ("unique_id", "ds", "y"),
    ("item_id", "timestamp", "target"),
    *(
        (group, "time_idx", target)
        for group in ("group", "group_id", "series")
        for target in ("value", "target")
    ),
)
TIME_NAMES = ("ds", "timestamp", "time_idx", "time", "date", "datetime")
TARGET_NAMES = ("y", "target", "value")
SEQUENCE_NAMES = (
    *ID_NAMES, "sequence_id", "sentence_id", "case_id", "id", "Sentence #", "sentence_idx", "sent_id",
)  # fmt: skip
LABEL_NAMES = ("label", "class", "category", "target", "y")


def as_names(names: Names) -> tuple[str, ...]:
    """One name or several, as a tuple."""
    return (names,) if isinstance(names, str) else tuple(names)


def recognise(table: Table, given: Columns, *, count_rows: bool = False) -> Columns:
    """Complete the columns that the user named by those that the table's layout or types make plain.

    Parameters
    ----------
    table : Table
    given : Columns
        The columns that the user named; ``target=("all",)`` stands for every number column that plays no other part.
    count_rows : bool
        Rows are counted, so a table without a time column is fine.

    Raises
    ------
    ReadError
        A named column does not exist or plays two parts, or the target or time cannot be told.
    """
    usual = table.columns
    given = Columns(
        given.id or usual.id,
        given.time or usual.time,
        given.target or usual.target,
        given.past,
        given.known,
        given.static or usual.static,
    )
    everything = given.target == ("all",) and "all" not in table.names
    check_names(table, "target", *(() if everything else given.target))
    for role in ("past", "known", "static"):
        check_names(table, role, *getattr(given, role))
    check_names(table, "id", *given.id)
    check_names(table, "time", given.time)
    _check_once(table, given, () if everything else given.target)

    taken = {*given.target, *given.past, *given.known, *given.static}
    free = [name for name in table.names if name not in taken]
    layout = next((layout for layout in LAYOUTS if set(layout) <= set(table.names)), (None, None, None))
    group = given.id or _ids(_first(free, (layout[0], *ID_NAMES), besides=(given.time,)))
    free = [name for name in free if name not in group]
    time = given.time or _first(free, (layout[1],)) or _time(table, free, count_rows)
    free = [name for name in free if name != time]
    numeric = [name for name in free if is_number(table.arrow[name].type)]
    target = tuple(numeric) if everything else given.target or _target(table, free, numeric, layout[2])
    if not target:
        raise table.error(f"no number column is left to be the target; {listing(table)}")
    return Columns(group, time, target, given.past, given.known, given.static)


def check_names(table: Table, role: str, *names: str | None) -> None:
    """Refuse a name that is not a column, with the nearest one that is; an empty one names none."""
    for name in names:
        if name and name not in table.names:
            near = difflib.get_close_matches(name, table.names, 1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise table.error(f"has no column {name!r} for {spelled(role)}; {hint}{listing(table)}")


def usual_names(names: Sequence[str], usual: Sequence[str]) -> list[str]:
    """Those of ``names`` that are usual, in small or capital letters, the most usual first."""
    spelled = {name.lower(): name for name in reversed(names)}
    return [spelled[name] for name in usual if name in spelled]


def sequence_id(names: Sequence[str]) -> str:
    """The column that tells sequences apart: a usual name, or the only one that ends in ``_id``; else nothing."""
    endings = [name for name in names if name.endswith("_id")]
    return next((name for name in SEQUENCE_NAMES if name in names), endings[0] if len(endings) == 1 else "")


def listing(table: Table) -> str:
    """All columns with what they hold: ``"columns are ds (time), y (number)"``; of many the first and the last."""
    names = table.names
    # A name may go over several lines, a message may not.
    each = [f"{' '.join(name.split())} ({_holds(table, name)})" for name in names if name in _shown(names)]
    if len(each) < len(names):
        each[-LAST_SHOWN:-LAST_SHOWN] = [f"… {len(names) - len(each):,} more"]
    return f"columns are {', '.join(each)}"


def _shown(names: Sequence[str]) -> set[str]:
    several = len(names) > MOST_SHOWN
    return {*names[: MOST_SHOWN - LAST_SHOWN], *names[-LAST_SHOWN:]} if several else {*names}


def _holds(table: Table, name: str) -> str:
    column = table.arrow[name]
    if is_time(column, name):
        return "time"
    kinds = {"number": is_number, "text": is_text, "lists": is_list}
    return next((name for name, holds in kinds.items() if holds(column.type)), str(column.type))


def _check_once(table: Table, given: Columns, target: tuple[str, ...]) -> None:
    parts: dict[str, str] = {}
    named = {
        "id": given.id, "time": (given.time,), "target": target,
        "past": given.past, "known": given.known, "static": given.static,
    }  # fmt: skip
    for role, names in named.items():
        for name in names:
            if name is None:
                continue
            if name in parts:
                raise table.error(
                    f"column {name!r} is given as {spelled(parts[name])} and as {spelled(role)}; give it one part"
                )
            parts[name] = role


def _ids(name: str | None) -> tuple[str, ...]:
    return () if name is None else (name,)


def _first(free: list[str], names: Sequence[str | None], besides: tuple[str | None, ...] = ()) -> str | None:
    return next((name for name in names if name in free and name not in besides), None)


def _time(table: Table, free: list[str], count_rows: bool) -> str | None:
    temporal = [name for name in free if is_time(table.arrow[name], name)]
    # Whole numbers that look like dates are some only where nothing else is.
    whole = [name for name in temporal if is_number(table.arrow[name].type)]
    temporal = [name for name in temporal if name not in whole]
    if len(temporal) == 1:
        return temporal[0]
    named = _first(free, TIME_NAMES)
    if named:
        return named
    if not temporal and len(whole) == 1:
        return whole[0]
    if count_rows:
        return None
    which = f"{len(temporal)} columns hold times" if temporal else "no column holds times"
    raise table.error(
        f"cannot tell the time column ({which}); name it with {spelled('time')} (and {spelled('id')}, "
        f"{spelled('target')} where they apply), or count the rows with {spelled('every', 'row')}; {listing(table)}"
    ).suggesting(**({"time": temporal[0]} if temporal else {"every": "row"}))


def _target(table: Table, free: list[str], numeric: list[str], usual: str | None) -> tuple[str, ...]:
    # A usual name, or the only column left, is taken even if it holds text: the error then names the place.
    alone = numeric or free
    name = _first(free, (usual,)) or (alone[0] if len(alone) == 1 else _first(free, TARGET_NAMES))
    if name:
        return (name,)
    which = f"{len(numeric)} columns hold numbers" if numeric else "no free column holds numbers"
    several = (
        f" (several as {spelled('target', numeric[:2])}, or {spelled('target', 'all')})" if numeric else ""
    )
    raise table.error(
        f"cannot tell the target column ({which}); name it with {spelled('target')}{several}, "
        f"and {spelled('id')} and {spelled('time')} where they apply; {listing(table)}"
    ).suggesting(**({"target": _likely(table, numeric)} if numeric else {}))


def _likely(table: Table, numeric: list[str]) -> str:
    """The column that is most likely measured: the first with fractions, else the last; parts of dates are whole."""
    for name in numeric:
        values = np.asarray(table.arrow[name].drop_null().slice(0, HEAD), np.float64)
        if (values % 1 != 0).any():
            return name
    return numeric[-1]
