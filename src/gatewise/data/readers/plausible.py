"""Whether what was read can be what its owner meant: one look before anything is trained."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from gatewise.data.corpus import Corpus
from gatewise.data.readers.options import ReadOptions
from gatewise.data.readers.parts import OTHER_PARTS, TRAIN
from gatewise.data.readers.wording import counted
from gatewise.data.sequences import SequenceSet
from gatewise.errors import ReadError
from gatewise.spelling import spelled, spelled_task

__all__ = ["check_prose", "no_labels", "plausible"]

PLACES = (
    "audio", "audios", "clips", "wav", "wavs", "sound", "sounds", "recordings", "data", "files", "dataset", "raw",
    "speech", "mp3", "flac",
)  # fmt: skip
PEOPLE = re.compile(
    r"(actor|speaker|spk|subject|subj|user|patient|participant|person)[ _-]?\w*\d+", re.IGNORECASE
)
# So many sequences tell whether there are too many classes, and so many characters whether a text is prose.
FEWEST_SEQUENCES, FEWEST_CHARACTERS = 10, 100
FEWEST_OF_ONE_STEP = 4
# Characters that are looked at, and how many of them are digits, marks or spaces where numbers are written.
HEAD, MOST_OF_NUMBERS = 100_000, 0.97
NUMBERS = re.compile(r"[\d\s.,;:|eE+-]")
FEWEST_DIGITS = 0.3
# More classes than this part of the sequences are no classes.
MOST_CLASSES = 0.5
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
SHOWN = 3


def plausible(found: SequenceSet, options: ReadOptions) -> SequenceSet:
    """Return sequences that were read, with a note where labels look alike; refuse what cannot be meant.

    Raises
    ------
    ReadError
        What was found, what was expected, and the option that decides.
    """
    _check_steps(found, options)
    if found.task == "classification":
        if not options.target and not options.pattern:
            _check_labels(found)
        found = _without_rare(found) if options.rare == "drop" else found
        return replace(found, notes=(*found.notes, *_alike(found)))
    if found.task == "tagging" and found.kind == "tokens" and not options.channels:
        _check_words(found)
    return found


def check_prose(text: Corpus) -> None:
    """Refuse numbers that would be learned as a language, where nobody asked for it."""
    head = text.text[:HEAD]
    written = len(NUMBERS.findall(head)) / max(len(head), 1)
    digits = sum(character.isdigit() for character in head)
    if len(head) >= FEWEST_CHARACTERS and written >= MOST_OF_NUMBERS and digits >= FEWEST_DIGITS * len(head):
        raise ReadError(
            f"{text.source}: holds numbers, no prose, and no table, as its lines have no equal columns; expected a "
            f"table (.csv, or .npz for arrays); to learn their digits as a text, use {spelled_task('language')}"
        )


def no_labels(names: Iterable[str]) -> str:
    """Name those names that say a part of data, a place or a person, where all of them do; else nothing."""
    shown = sorted({*names})
    small = {name.lower() for name in shown}
    about = (
        ("parts of data", small <= {*TRAIN, *OTHER_PARTS}),
        ("places", small <= {*PLACES}),
        ("people", all(PEOPLE.fullmatch(name) for name in shown)),
    )
    kind = next((kind for kind, holds in about if holds and shown), "")
    more = ", …" if len(shown) > SHOWN else ""
    return f"{', '.join(shown[:SHOWN])}{more}: {kind}" if kind else ""


def _check_steps(found: SequenceSet, options: ReadOptions) -> None:
    """Refuse sequences of one step: their time runs along something else."""
    if (
        found.kind != "values"
        or len(found) < FEWEST_OF_ONE_STEP
        or options.axes == "n c"
        or (found.lengths > 1).any()
    ):
        return
    columns = found.columns
    channels = ", ".join(found.channels[:SHOWN]) + (", …" if len(found.channels) > SHOWN else "")
    message = (
        f"{found.source}: found {counted(len(found), 'sequence')} of 1 step each "
        f"({counted(len(found.channels), 'channel')}: {channels}); expected several steps; "
    )
    if columns is None or not columns.id or len(found.channels) == 1:
        raise ReadError(
            f"{message}name the column that is the same in all rows of a sequence with {spelled('id')}, or keep them "
            f"with {spelled('axes', 'n c')}"
        )
    raise ReadError(
        f"{message}if time runs along each row, say {spelled('axes', 'n t')}; if {columns.id!r} does not name "
        f"sequences of several rows, name another with {spelled('id')}; or keep them with {spelled('axes', 'n c')}"
    ).suggesting(axes="n t")


def _check_labels(found: SequenceSet) -> None:
    classes = [str(one) for one in np.unique(found.target)]
    wrong = no_labels(classes)
    name = found.columns.target if found.columns else ""
    if wrong and found.kind in ("audio", "text"):
        how = spelled("target", name) if name else spelled("pattern", "{label}/*")
        raise ReadError(
            f"{found.source}: labels are called {wrong}; expected classes; name one of these parts as the data, or the "
            f"labels with {spelled('target')}; to learn them all the same, say {how}"
        )
    if len(found) >= FEWEST_SEQUENCES and len(classes) > MOST_CLASSES * len(found):
        keep = f", or this one again to keep it ({spelled('target', name)})" if name else ""
        raise ReadError(
            f"{found.source}: found {len(classes):,} classes for {counted(len(found), 'sequence')}"
            f"{f' in column {name!r}' if name else ''}; expected several sequences of each class; name the column "
            f"of the label with {spelled('target')}{keep}"
        )


def _check_words(found: SequenceSet) -> None:
    words = [word for sequence in found.sequences[:HEAD] for word in sequence]  # type: ignore[union-attr]  # lists of words
    if len(words) >= FEWEST_SEQUENCES and all(NUMBER.fullmatch(str(word)) for word in words):
        shown = ", ".join(map(str, words[:SHOWN]))
        column = found.channels[0] if found.channels else "1"
        raise ReadError(
            f"{found.source}: all tokens are numbers ({shown}, …); expected words; name their column with "
            f"{spelled('channels')}, such as {spelled('channels', '2')}, or this one again to keep it "
            f"({spelled('channels', column)})"
        )


def _without_rare(found: SequenceSet) -> SequenceSet:
    classes, codes, counts = np.unique(found.target, return_inverse=True, return_counts=True)
    kept = np.flatnonzero(counts[codes] > 1)
    if len(kept) == len(found):
        return found
    if not len(kept):
        raise ReadError(f"{found.source}: every class occurs once; expected several sequences of each")
    rare = ", ".join(str(one) for one in classes[counts < 2][:SHOWN])
    more = ", …" if (counts < 2).sum() > SHOWN else ""
    note = f"{counted(len(found) - len(kept), 'sequence')} of classes that occur once left out ({rare}{more})"
    return replace(found.take(kept), notes=(*found.notes, note))


def _alike(found: SequenceSet) -> list[str]:
    """A note on labels that differ in capital letters or spaces at their ends alone."""
    if found.target.dtype.kind != "U":
        return []
    spellings: dict[str, list[str]] = {}
    for one in np.unique(found.target):
        spellings.setdefault(" ".join(str(one).lower().split()), []).append(str(one))
    alike = next((several for several in spellings.values() if len(several) > 1), None)
    count = Counter(len(several) > 1 for several in spellings.values())[True]
    if alike is None:
        return []
    more = f", and {count - 1} more" if count > 1 else ""
    return [
        f"labels {' and '.join(map(repr, alike))} differ in spelling alone{more}; they are classes of their own"
    ]
