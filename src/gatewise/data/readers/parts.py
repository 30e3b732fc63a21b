"""Training, validation and test parts of data that lie beside each other, told by their names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from gatewise.data.audio.waveform import AUDIO_ENDINGS
from gatewise.errors import ReadError

__all__ = ["OTHER_PARTS", "TRAIN", "part_beside", "parts_of_data", "training_file"]

TRAIN = ("train", "training", "training_set", "trainset")
OTHER_PARTS = (
    "test", "testing", "dev", "valid", "validation", "val", "eval", "test_set", "testset", "unsup", "unlabeled",
    "unlabelled",
)  # fmt: skip
# Of one data set in several formats, the first of these is taken.
ENDINGS = (
    ".ts", ".conllu", ".conll", ".parquet", ".jsonl", ".json", ".npz", ".npy", ".csv", ".tsv", ".arff", ".txt",
)  # fmt: skip
WORD = re.compile(r"(?<![a-z])(train|training)(?![a-z])", re.IGNORECASE)
OTHER = re.compile(rf"(?<![a-z])({'|'.join((*OTHER_PARTS, 'testa', 'testb'))})(?![a-z])", re.IGNORECASE)
# Such as eng.train, whose test set is eng.testa.
BESIDE = ("test", "testa", "dev", "valid", "validation", "val")


def training_file(path: Path) -> Path:
    """The file of a folder with the training part, where the others lie beside it; any other path as it is.

    Raises
    ------
    ReadError
        The training part is in several files.
    """
    try:
        if not path.is_dir():
            return path
    except OSError:
        shown = f"{str(path)[:40]!r}…"
        raise ReadError(f"{shown}: is too long to be a path; a text is given in a list of texts") from None
    folder = path / "data" if (path / "data").is_dir() else path
    files = [one for one in sorted(folder.iterdir()) if one.is_file() and one.suffix.lower() in ENDINGS]
    train = [one for one in files if WORD.search(one.stem) and not one.stem.lower().startswith("y")]
    others = [one for one in files if one not in train]
    if not train or not (any(map(_is_other, others)) or not others):
        return path
    if any(one.suffix.lower() in AUDIO_ENDINGS for one in path.rglob("*")):
        return path
    ending = next(ending for ending in ENDINGS if any(one.suffix.lower() == ending for one in train))
    chosen = [one for one in train if one.suffix.lower() == ending]
    if len(chosen) > 1:
        raise ReadError(
            f"{path}: holds {len(chosen)} files of a training part ({', '.join(one.name for one in chosen[:3])}"
            f"{', …' if len(chosen) > 3 else ''}); name one of them, such as {chosen[0]}"
        )
    return chosen[0]


def part_beside(path: Path) -> Path | None:
    """The file beside a training part that is named as its test or validation part."""
    for word in WORD.findall(path.name):
        for part in BESIDE:
            like = part.upper() if word.isupper() else part.title() if word.istitle() else part
            place = path.with_name(path.name.replace(word, like))
            if place != path and place.is_file():
                return place
    return None


def parts_of_data(names: Iterable[str]) -> list[str]:
    """The names of parts, training first, where all are some and one of them is for training; else none."""
    known = sorted({*names}, key=lambda name: (name.lower() not in TRAIN, name))
    all_parts = all(name.lower() in (*TRAIN, *OTHER_PARTS) for name in known)
    return known if known and all_parts and known[0].lower() in TRAIN else []


def _is_other(file: Path) -> bool:
    """Return whether a file is another part of the data, by a word in its name."""
    return bool(OTHER.search(file.stem))
