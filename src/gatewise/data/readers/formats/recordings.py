"""Folders of recordings to labelled paths."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import pyarrow as pa

from gatewise.data.arrays import Array, Texts
from gatewise.data.audio.waveform import AUDIO_ENDINGS, read_header
from gatewise.data.readers.formats.base import Format, TaskGuess
from gatewise.data.readers.formats.name_pattern import NamePattern, guess_pattern
from gatewise.data.readers.options import ReadOptions
from gatewise.data.readers.table.columns import encode, is_text
from gatewise.data.readers.table.delimited import UNNAMED
from gatewise.data.readers.table.frames import Table, load
from gatewise.data.readers.table.roles import LABEL_NAMES, check_names, listing
from gatewise.data.readers.wording import counted
from gatewise.data.sequences import SequenceColumns, SequenceSet
from gatewise.errors import ConfigurationError, ReadError
from gatewise.spelling import spelled

__all__ = ["RECORDINGS", "is_recordings", "list_recordings", "read_recordings"]

METADATA = ("metadata.csv", "metadata.tsv", "metadata.parquet")
FILE_NAMES = ("file_name", "filename", "file", "path", "audio", "id")
GROUP_NAMES = ("group", "speaker", "speaker_id", "client_id")
# Where recordings that a metadata file names without a folder stand (LJSpeech, Common Voice).
SUBFOLDERS = ("", "wavs", "clips", "audio")
# Speech Commands: the word is the folder, the name begins with the speaker.
SPEECH_COMMANDS = NamePattern("{label}/{group}_nohash_{take}")


@dataclass(frozen=True)
class _Found:
    """Recordings, and what is known of each."""

    paths: list[Path]
    labels: Array
    groups: Array | None
    columns: SequenceColumns
    notes: tuple[str, ...]


def is_recordings(source: object) -> bool:
    """Return whether a source is a folder that holds recordings, at any depth, or one recording."""
    if not isinstance(source, str | Path):
        return False
    path = Path(source)
    return _is_audio(path) or (path.is_dir() and any(map(_is_audio, path.rglob("*"))))


def read_recordings(
    source: str | Path, *, target: str | None = None, group: str | None = None, pattern: str | None = None
) -> SequenceSet:
    """Read the names, labels and speakers of a folder of recordings; their sound stays on disk.

    The first of these that applies:

    1. ``pattern``.
    2. ``metadata.csv`` (or ``.tsv``, ``.parquet``) in the folder, with a column ``file_name``, ``path`` or the
       like; names are relative to the folder, or to ``wavs``, ``clips`` or ``audio`` in it, and may lack
       their ending.
    3. Sub-folders: the name of the folder is the label. Speech Commands' ``yes/c50f55b8_nohash_2.wav`` says
       who speaks, too. Folders that begin with ``_`` or ``.`` are left out.
    4. Names such as ``yes_3.wav`` or ``yes_anna_3.wav`` throughout.

    Parameters
    ----------
    source : path
    target, group : str, optional
        Columns of the metadata or fields of the pattern; ``label``, ``class``, … and ``group``, ``speaker``, …
        are recognised.
    pattern : str, optional
        ``"{label}_{group}_{take}.wav"``; see :class:`~gatewise.data.readers.formats.name_pattern.NamePattern`.

    Returns
    -------
    SequenceSet
        ``sequences`` are paths. Labels are text, or ``int64`` where a metadata column holds whole numbers.
        ``notes`` tell where labels come from, and of stereo and of several rates, which are dealt with when
        the sound is read.

    Raises
    ------
    ReadError
        A recording is missing, empty or broken, or labels cannot be told; one line that says what to do.
    ConfigurationError
        The pattern has no fields.
    """
    folder = _folder(source)
    paths, left_out = _recordings(folder)
    metadata = next((folder / name for name in METADATA if (folder / name).is_file()), None)
    if pattern is not None:
        found = _by_pattern(folder, paths, NamePattern(pattern), target, group)
    elif metadata is not None:
        found = _by_table(folder, metadata, target, group)
    else:
        if target or group:
            option = "target" if target else "group"
            raise ReadError(
                f"{folder}: {spelled(option)} names a column of metadata.csv, which is not there, or a field of "
                f"{spelled('pattern')}"
            )
        found = _by_layout(folder, paths)
    skipped = []
    if left_out and not metadata:
        skipped = [f"left out, as their names begin with _ or .: {', '.join(left_out)}"]
    return SequenceSet(
        found.paths,
        found.labels,
        task="classification",
        groups=found.groups,
        ids=_names(folder, found.paths),
        source=str(source),
        notes=(*found.notes, *skipped, *_about_headers(found.paths)),
        columns=found.columns,
    )


def list_recordings(source: str | Path) -> SequenceSet:
    """The recordings of a folder, in the order of their names, or one recording; labels are not looked at."""
    path = Path(source)
    if _is_audio(path):
        return SequenceSet([path], ids=np.array([path.name]), source=str(source))
    folder = _folder(source)
    paths, _ = _recordings(folder)
    return SequenceSet(
        paths, ids=_names(folder, paths), source=str(source), notes=tuple(_about_headers(paths))
    )


def _is_audio(path: Path) -> bool:
    return path.suffix.lower() in AUDIO_ENDINGS and path.is_file()


def _folder(source: str | Path) -> Path:
    folder = Path(source)
    if not folder.exists():
        raise ReadError(f"{folder}: no such folder; check the path")
    if not folder.is_dir():
        raise ReadError(f"{folder}: is a file; expected a folder of recordings")
    return folder


def _recordings(folder: Path) -> tuple[list[Path], list[str]]:
    """All recordings in the order of their names, and the folders that were left out."""
    found = sorted(path for path in folder.rglob("*") if _is_audio(path))
    hidden = {path: _hidden(path.relative_to(folder)) for path in found}
    paths = [path for path in found if not hidden[path]]
    if not paths:
        raise ReadError(
            f"{folder}: holds no recordings; expected files that end in {', '.join(AUDIO_ENDINGS)}"
        )
    return paths, sorted({name for name in hidden.values() if name})


def _hidden(path: Path) -> str:
    """The folder or name that marks a file as not meant: hidden, or as ``_background_noise_``."""
    folders = (part for part in path.parts[:-1] if part[0] in "_.")
    return next(folders, path.name if path.name[0] == "." else "")


def _names(folder: Path, paths: list[Path]) -> Texts:
    return np.array(
        [path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path) for path in paths]
    )


def _by_pattern(
    folder: Path, paths: list[Path], pattern: NamePattern, target: str | None, group: str | None
) -> _Found:
    fields = pattern.fields
    for option, name in (("target", target), ("group", group)):
        if name and name not in fields:
            near = difflib.get_close_matches(name, fields, 1)
            raise ConfigurationError(
                f"{spelled(option, name)}: pattern {pattern.text!r} has no such field; "
                + (f"did you mean {near[0]!r}?" if near else f"its fields are {', '.join(fields)}")
            )
    label = target or next((name for name in LABEL_NAMES if name in fields), None)
    if label is None:
        raise ConfigurationError(
            f"pattern {pattern.text!r}: cannot tell which field is the label; call it {{label}} or name it with "
            f"{spelled('target')}; its fields are {', '.join(fields)}"
        )
    whose = group or next((name for name in GROUP_NAMES if name in fields and name != label), None)
    rows = [pattern.match(PurePosixPath(path.relative_to(folder).as_posix())) for path in paths]
    missed = [path for path, row in zip(paths, rows, strict=True) if row is None]
    if missed:
        raise ReadError(
            f"{folder}: {missed[0].relative_to(folder).as_posix()!r} does not fit the pattern {pattern.text!r}"
            f"{f', nor do {len(missed) - 1:,} more' if len(missed) > 1 else ''}; change {spelled('pattern')} or move it"
        )
    known = [row for row in rows if row is not None]
    return _Found(
        paths,
        np.array([row[label] for row in known]),
        np.array([row[whose] for row in known]) if whose else None,
        SequenceColumns(target=label, group=whose),
        (f"labels from names: {pattern.text}" + (f", {{{whose}}} is the group" if whose else ""),),
    )


def _by_layout(folder: Path, paths: list[Path]) -> _Found:
    parts = [PurePosixPath(path.relative_to(folder).as_posix()) for path in paths]
    depths = {len(path.parts) for path in parts}
    if depths == {2}:
        if all(SPEECH_COMMANDS.match(path) for path in parts):
            return _by_pattern(folder, paths, SPEECH_COMMANDS, None, None)
        labels = np.array([path.parts[0] for path in parts])
        return _Found(paths, labels, None, SequenceColumns(), ("labels from sub-folders",))
    guessed = guess_pattern([path.stem for path in parts]) if depths == {1} else None
    if guessed is not None:
        return _by_pattern(folder, paths, guessed, None, None)
    example = parts[0].as_posix()
    where = (
        "recordings stand in folders of different depth"
        if len(depths) > 1
        else "recordings stand two folders deep or more"
        if depths != {1}
        else "there is neither metadata.csv nor a sub-folder for each label"
    )
    raise ReadError(
        f"{folder}: cannot tell the labels: {where}; say what names mean with {spelled('pattern')}, such as "
        f"{'{label}_{group}_{take}.wav' if depths == {1} else '{group}/{label}/*'} (the first is {example!r})"
    )


def _by_table(folder: Path, path: Path, target: str | None, group: str | None) -> _Found:
    table = load(path, (target, group, *FILE_NAMES, *GROUP_NAMES))
    check_names(table, "target", target)
    check_names(table, "group", group)
    file = next((name for name in FILE_NAMES if name in table.names and name not in (target, group)), None)
    if file is None:
        # A first line with a number in it is read as a row like those below it.
        first = str(table.arrow.column(0)[0]) if table.names[0] == UNNAMED else table.names[0]
        if _resolved(folder, first) is not None:
            raise table.error(
                f"the first line already names a recording ({first!r}); add a line of column names before it, "
                "such as file_name and label"
            )
        raise table.error(
            f"cannot tell the column of the recordings; call it {' or '.join(FILE_NAMES[:4])}; {listing(table)}"
        )
    label = target or _label(table, file, group)
    whose = group or next((name for name in GROUP_NAMES if name in table.names and name != label), None)
    names = encode(table, file)
    given = names.values[names.number]
    resolved = {name: _resolved(folder, name) for name in names.values.tolist()}
    paths = []
    for row, name in enumerate(given.tolist()):
        there = resolved[name]
        if there is None:
            raise table.error(f"column {file!r}: there is no recording {name!r} in {folder}", row)
        paths.append(there)
    twice = next((name for name, count in Counter(given.tolist()).items() if count > 1), None)
    if twice is not None:
        row = np.flatnonzero(given == twice)[1]
        raise table.error(f"column {file!r}: {twice!r} was named before; expected one row for each", int(row))
    parts = SequenceColumns(file, None, label, (), whose)
    unnamed = len(set(_recordings(folder)[0]) - set(paths))
    about = [f"{counted(unnamed, 'recording')} not named in {path.name} left out"] if unnamed else []
    told = f"labels from {path.name}: {file} is the recording, {label} the label"
    return _Found(
        paths,
        _column(table, label),
        _column(table, whose) if whose else None,
        parts,
        (*table.notes, told + (f", {whose} the group" if whose else ""), *about),
    )


def _label(table: Table, file: str, group: str | None) -> str:
    free = [name for name in table.names if name not in (file, group, *GROUP_NAMES)]
    usual = [name for name in LABEL_NAMES if name in free]
    texts = [name for name in free if is_text(table.arrow[name].type)]
    if usual or len(texts) == 1 or len(free) == 1:
        return [*usual, *texts, *free][0]
    raise table.error(
        f"cannot tell the column of the label; name it with {spelled('target')}; {listing(table)}"
    )


def _column(table: Table, name: str) -> Array:
    """Text, or whole numbers; an empty cell is refused."""
    codes = encode(table, name)
    values = codes.values[codes.number]
    return values.astype(np.int64) if pa.types.is_integer(table.arrow[name].type) else values


def _resolved(folder: Path, name: str) -> Path | None:
    """The recording that a metadata file means."""
    for place in SUBFOLDERS:
        path = folder / place / name
        if path.is_file():
            return path
        for ending in AUDIO_ENDINGS:
            longer = path.with_name(path.name + ending)
            if longer.is_file():
                return longer
    return None


def _about_headers(paths: Sequence[Path]) -> list[str]:
    """Notes on several rates and channels; a broken recording is refused here, before any training."""
    headers = [read_header(path) for path in paths]
    rates = Counter(header.rate for header in headers)
    stereo = sum(header.channels > 1 for header in headers)
    notes = []
    if len(rates) > 1:
        listed = ", ".join(f"{count:,} at {rate:,} Hz" for rate, count in sorted(rates.items()))
        notes.append(f"recordings of {len(rates)} rates ({listed}); all are brought to one before training")
    if stereo:
        notes.append(f"{counted(stereo, 'recording')} of several channels, averaged to one")
    return notes


def _labelled(path: Path, options: ReadOptions) -> SequenceSet:
    target = options.columns.target or None
    return read_recordings(path, target=target, group=options.group, pattern=options.pattern)


RECORDINGS = Format(
    holds="one label for each sequence",
    readers={"classification": _labelled, None: lambda path, _: list_recordings(path)},
    guess=lambda *_: TaskGuess("classification", "it holds recordings"),
    recognises=lambda path: is_recordings(path) or (path.is_dir() and (path / METADATA[0]).is_file()),
    folder="recordings (.wav, .flac)",
    has_pattern=True,
)
