"""Tables that name recordings, with their labels and who speaks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from gatewise.data.arrays import Array
from gatewise.data.audio.waveform import AUDIO_ENDINGS
from gatewise.data.readers.formats.recording_files import about_headers, names_in
from gatewise.data.readers.table.columns import encode, is_text
from gatewise.data.readers.table.delimited import UNNAMED
from gatewise.data.readers.table.frames import Table
from gatewise.data.readers.table.roles import LABEL_NAMES, check_names, listing
from gatewise.data.sequences import SequenceColumns, SequenceSet
from gatewise.errors import ReadError
from gatewise.spelling import spelled

__all__ = [
    "FILE_NAMES",
    "GROUP_NAMES",
    "find_recording",
    "parts_of",
    "read_named_recordings",
    "recognise_recordings",
    "recordings_of",
]

FILE_NAMES = (
    "file_name", "filename", "file", "path", "audio", "id", "fname", "slice_file_name", "wav", "filepath", "file_path",
)  # fmt: skip
GROUP_NAMES = ("group", "speaker", "speaker_id", "client_id")
LABELS = (*LABEL_NAMES, "emotion")
# What was said is no class.
TRANSCRIPTS = ("transcription", "transcript", "sentence", "text", "normalized_text")
# Where recordings that a metadata file names without a folder stand (LJSpeech, Common Voice).
SUBFOLDERS = ("", "wavs", "clips", "audio")
HEAD = 100


def recognise_recordings(table: Table, given: SequenceColumns) -> SequenceColumns | None:
    """The columns of a table with the name of a recording in each row; ``None`` of other tables."""
    if given.time or given.axes:
        return None
    found = [name for name in table.names if _names_recordings(table, name)]
    named = [name for name in (given.id, *given.channels) if name in found]
    others = [name for name in found if name not in (given.target, given.group)]
    file = next(iter([*named, *(name for name in FILE_NAMES if name in others), *others]), "")
    if not file or (given.channels and file not in given.channels):
        return None
    label = given.target or _label(table, file, given.group)
    return SequenceColumns(file, None, label, (), given.group or _group(table, label))


def read_named_recordings(table: Table, parts: SequenceColumns) -> SequenceSet:
    """Read a table that :func:`recognise_recordings` knows; names are relative to its folder, or to the working one."""
    path = Path(table.name)
    found = recordings_of(table, parts, [path.parent, Path()] if path.is_file() else [Path()])
    about = about_headers(list(found.sequences))  # type: ignore[arg-type]  # these are paths
    return replace(found, source=table.name, notes=(*found.notes, *about))


def recordings_of(
    table: Table, parts: SequenceColumns, folders: list[Path], index: dict[str, Path] | None = None
) -> SequenceSet:
    """The recordings that a table names, with their labels and groups; no target leaves the labels out.

    Parameters
    ----------
    table : Table
    parts : SequenceColumns
        The id is the column of the names.
    folders : list of Path
        To which names may be relative.
    index : dict of str to Path, optional
        Recordings by their names alone, where no other has the same.

    Raises
    ------
    ReadError
        A recording is not there, or is named twice.
    """
    file, label, whose = parts.id, parts.target, parts.group
    check_names(table, "target", label)
    check_names(table, "group", whose)
    names = encode(table, file)
    given = names.values[names.number]
    known = {name: find_recording(folders, name, index or {}) for name in names.values.tolist()}
    paths = []
    for row, name in enumerate(given.tolist()):
        there = known[name]
        if there is None:
            raise table.error(f"column {file!r}: there is no recording {name!r} in {folders[0]}", row)
        paths.append(there)
    twice = next((name for name, count in Counter(given.tolist()).items() if count > 1), None)
    if twice is not None:
        row = np.flatnonzero(given == twice)[1]
        raise table.error(f"column {file!r}: {twice!r} was named before; expected one row for each", int(row))
    told = f"labels from {Path(table.name).name}: {file} is the recording" + (
        f", {label} the label" if label else ""
    )
    return SequenceSet(
        paths,
        _column(table, label) if label else None,
        task="classification" if label else None,
        groups=_column(table, whose) if whose else None,
        ids=names_in(folders[0], paths),
        notes=(*table.notes, told + (f", {whose} the group" if whose else "")),
        columns=parts,
    )


def parts_of(
    table: Table, folders: list[Path], target: str | None, group: str | None, index: dict[str, Path]
) -> SequenceColumns:
    """The columns of a table that is known to name recordings, perhaps without their endings."""
    check_names(table, "target", target)
    check_names(table, "group", group)
    free = [name for name in table.names if name not in (target, group)]
    file = next((name for name in FILE_NAMES if name in free), None) or next(
        (name for name in free if _names_recordings(table, name)), None
    )
    if file is None:
        # A first line with a number in it is read as a row like those below it.
        first = str(table.arrow.column(0)[0]) if table.names[0] == UNNAMED else table.names[0]
        if find_recording(folders, first, index) is not None:
            raise table.error(
                f"the first line already names a recording ({first!r}); add a line of column names before it, "
                "such as file_name and label"
            )
        raise table.error(
            f"cannot tell the column of the recordings; call it {' or '.join(FILE_NAMES[:4])}; {listing(table)}"
        )
    label = target or _label(table, file, group)
    if not label:
        raise no_label(table)
    return SequenceColumns(file, None, label, (), group or _group(table, label))


def no_label(table: Table) -> ReadError:
    """The refusal of a table whose label cannot be told."""
    return table.error(
        f"cannot tell the column of the label; name it with {spelled('target')}; {listing(table)}"
    )


def find_recording(folders: list[Path], name: str, index: dict[str, Path]) -> Path | None:
    """The recording that a table means, or nothing."""
    for folder in folders:
        for place in SUBFOLDERS:
            path = folder / place / name
            if _is_file(path):
                return path
            for ending in AUDIO_ENDINGS:
                longer = path.with_name(path.name + ending) if path.name else path
                if _is_file(longer):
                    return longer
    return index.get(Path(name).name)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        # A cell may hold anything: a text too long for a name, or a zero byte.
        return False


def _names_recordings(table: Table, name: str) -> bool:
    column = table.arrow[name]
    if not is_text(column.type):
        return False
    cells = column.slice(0, HEAD).cast(pa.string()).drop_null().to_pylist()
    return bool(cells) and all(cell.lower().endswith(AUDIO_ENDINGS) for cell in cells)


def _label(table: Table, file: str, group: str | None) -> str:
    other = (file, group, *GROUP_NAMES, *TRANSCRIPTS)
    free = [name for name in table.names if name not in other]
    usual = [name for name in LABELS if name in free]
    texts = [name for name in free if is_text(table.arrow[name].type)]
    return [*usual, *texts, *free][0] if usual or len(texts) == 1 or len(free) == 1 else ""


def _group(table: Table, label: str) -> str | None:
    return next((name for name in GROUP_NAMES if name in table.names and name != label), None)


def _column(table: Table, name: str) -> Array:
    """Text, or whole numbers; an empty cell is refused."""
    codes = encode(table, name)
    values = codes.values[codes.number]
    return values.astype(np.int64) if pa.types.is_integer(table.arrow[name].type) else values
