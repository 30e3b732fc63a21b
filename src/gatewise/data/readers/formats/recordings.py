"""Folders of recordings to labelled paths."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import numpy as np

from gatewise.data.arrays import Array
from gatewise.data.readers.formats.base import Format, TaskGuess
from gatewise.data.readers.formats.name_pattern import NamePattern, guess_pattern
from gatewise.data.readers.formats.named_recordings import (
    FILE_NAMES,
    GROUP_NAMES,
    find_recording,
    parts_of,
    recordings_of,
)
from gatewise.data.readers.formats.recording_files import about_headers, is_audio, names_in, recordings_in
from gatewise.data.readers.options import ReadOptions
from gatewise.data.readers.parts import parts_of_data
from gatewise.data.readers.plausible import no_labels
from gatewise.data.readers.table.frames import load
from gatewise.data.readers.table.roles import LABEL_NAMES
from gatewise.data.readers.table.textfile import ending_of
from gatewise.data.readers.wording import counted
from gatewise.data.sequences import SequenceColumns, SequenceSet
from gatewise.errors import ConfigurationError, ReadError
from gatewise.spelling import spelled

__all__ = ["RECORDINGS", "is_recordings", "list_recordings", "read_recordings"]

METADATA = ("metadata.csv", "metadata.tsv", "metadata.jsonl", "metadata.parquet")
# Of other names, those that name recordings are such, too; so many are looked into.
TABLES = (".csv", ".tsv", ".jsonl", ".parquet")
MOST_TABLES = 20
# Speech Commands: the word is the folder, the name begins with the speaker.
SPEECH_COMMANDS = NamePattern("{label}/{group}_nohash_{take}")
# RAVDESS: seven numbers, of which the third is the emotion and the last the actor.
RAVDESS = NamePattern("{modality}-{channel}-{label}-{intensity}-{statement}-{take}-{group}.wav")
EMOTIONS = dict(
    zip(
        (f"0{number}" for number in range(1, 9)),
        ("neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised"),
        strict=True,
    )
)


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
    return is_audio(path) or (path.is_dir() and any(map(is_audio, path.rglob("*"))))


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
    paths, left_out = recordings_in(folder)
    usual = any((folder / name).is_file() for name in METADATA)
    splits = [] if pattern is not None or usual else _splits(folder, paths)
    metadata, others = (None, []) if pattern is not None or splits else _metadata(folder, paths)
    if splits:
        part = read_recordings(folder / splits[0], target=target, group=group)
        return replace(part, notes=(f"{splits[0]} of {', '.join(splits)}, as each is a part", *part.notes))
    if pattern is not None:
        found = _by_pattern(folder, paths, NamePattern(pattern), target, group)
    elif metadata is not None:
        found = _by_table(folder, metadata, paths, target, group)
    else:
        if target or group:
            option = "target" if target else "group"
            raise ReadError(
                f"{folder}: {spelled(option)} names a column of metadata.csv, which is not there, or a field of "
                f"{spelled('pattern')}"
            )
        found = _by_layout(folder, paths)
    skipped = [f"other tables name recordings, too: {', '.join(others)}"] if others else []
    if left_out and not metadata:
        skipped += [f"left out, as their names begin with _ or .: {', '.join(left_out)}"]
    return SequenceSet(
        found.paths,
        found.labels,
        task="classification",
        groups=found.groups,
        ids=names_in(folder, found.paths),
        source=str(source),
        notes=(*found.notes, *skipped, *about_headers(found.paths)),
        columns=found.columns,
    )


def list_recordings(source: str | Path) -> SequenceSet:
    """The recordings of a folder, in the order of their names, or one recording; labels are not looked at."""
    path = Path(source)
    if is_audio(path):
        return SequenceSet([path], ids=np.array([path.name]), source=str(source))
    folder = _folder(source)
    paths, _ = recordings_in(folder)
    return SequenceSet(
        paths, ids=names_in(folder, paths), source=str(source), notes=tuple(about_headers(paths))
    )


def _folder(source: str | Path) -> Path:
    folder = Path(source)
    if not folder.exists():
        raise ReadError(f"{folder}: no such folder; check the path")
    if not folder.is_dir():
        raise ReadError(f"{folder}: is a file; expected a folder of recordings")
    return folder


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


def _splits(folder: Path, paths: list[Path]) -> list[str]:
    """The sub-folders of a folder that are its training, validation and test parts, the training part first."""
    parts = {path.relative_to(folder).parts[0] for path in paths}
    return parts_of_data(parts) if all((folder / part).is_dir() for part in parts) else []


def _by_layout(folder: Path, paths: list[Path]) -> _Found:
    parts = [PurePosixPath(path.relative_to(folder).as_posix()) for path in paths]
    depths = {len(path.parts) for path in parts}
    rows = [RAVDESS.match(PurePosixPath(path.name)) for path in parts]
    if all(row is not None and all(len(one) == 2 and one.isdigit() for one in row.values()) for row in rows):
        found = _by_pattern(folder, paths, RAVDESS, None, None)
        emotions = np.array([EMOTIONS.get(label, label) for label in found.labels.tolist()])
        return replace(found, labels=emotions)
    if depths == {2} and not no_labels({path.parts[0] for path in parts}):
        if all(SPEECH_COMMANDS.match(path) for path in parts):
            return _by_pattern(folder, paths, SPEECH_COMMANDS, None, None)
        labels = np.array([path.parts[0] for path in parts])
        return _Found(paths, labels, None, SequenceColumns(), ("labels from sub-folders",))
    guessed = (
        guess_pattern([path.stem for path in parts])
        if len({path.parts[:-1] for path in parts}) == 1
        else None
    )
    if guessed is not None:
        return _by_pattern(folder, paths, guessed, None, None)
    example = parts[0].as_posix()
    wrong = no_labels({path.parts[0] for path in parts}) if depths == {2} else ""
    where = (
        f"sub-folders are called {wrong}"
        if wrong
        else "recordings stand in folders of different depth"
        if len(depths) > 1
        else "recordings stand two folders deep or more"
        if depths != {1}
        else "there is neither metadata.csv nor a sub-folder for each label"
    )
    raise ReadError(
        f"{folder}: cannot tell the labels: {where}; say what names mean with {spelled('pattern')}, such as "
        f"{_example(depths, bool(wrong))} (the first is {example!r})"
    )


def _example(depths: set[int], wrong: bool) -> str:
    if wrong:
        return "'*/{label}_{take}.wav'"
    return "{label}_{group}_{take}.wav" if depths == {1} else "{group}/{label}/*"


def _by_table(folder: Path, path: Path, paths: list[Path], target: str | None, group: str | None) -> _Found:
    table = load(path, (target, group, *FILE_NAMES, *GROUP_NAMES))
    index = _alone(paths)
    folders = [folder] if path.parent == folder else [path.parent, folder]
    parts = parts_of(table, folders, target, group, index)
    found = recordings_of(table, parts, folders, index)
    unnamed = len(set(paths) - set(found.sequences))
    about = [f"{counted(unnamed, 'recording')} not named in {path.name} left out"] if unnamed else []
    return _Found(
        list(found.sequences),  # type: ignore[arg-type]  # these are paths
        np.asarray(found.target),
        found.groups,
        parts,
        (*found.notes, *about),
    )


def _alone(paths: list[Path]) -> dict[str, Path]:
    """Recordings by the names of their files, where no other has the same."""
    counts = Counter(path.name for path in paths)
    return {path.name: path for path in paths if counts[path.name] == 1}


def _metadata(folder: Path, paths: list[Path]) -> tuple[Path | None, list[str]]:
    """The table that names the recordings of a folder, and others that do, too.

    It is called metadata, or stands in the folder or one below it and has the name of one of them in its first row.
    """
    usual = next((folder / name for name in METADATA if (folder / name).is_file()), None)
    if usual is not None:
        return usual, []
    tables = [
        path
        for path in sorted([*folder.glob("*"), *folder.glob("*/*")])
        if ending_of(path) in TABLES and path.is_file()
    ][:MOST_TABLES]
    index = _alone(paths)
    naming = [path for path in tables if _names_one(path, folder, index)]
    naming.sort(key=lambda path: not path.stem.lower().startswith("train"))
    return (naming[0] if naming else None), [path.name for path in naming[1:]]


def _names_one(path: Path, folder: Path, index: dict[str, Path]) -> bool:
    """Return whether some cell in the first row of a table is the name of a recording."""
    try:
        table = load(path, (*FILE_NAMES, *GROUP_NAMES))
    except ReadError:
        return False
    cells = [column.slice(0, 1).to_pylist() for column in table.arrow.columns]
    return any(
        isinstance(cell, str) and find_recording([path.parent, folder], cell, index) is not None
        for first in cells
        for cell in first
    )


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
