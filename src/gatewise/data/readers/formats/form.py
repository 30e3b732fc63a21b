"""What kind of thing a source is, before anything of it is read."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Literal, TypeAlias

from gatewise.data.readers.formats.recordings import is_recordings
from gatewise.data.readers.table.frames import Source
from gatewise.data.readers.table.textfile import ending_of
from gatewise.data.samples.registry import PREFIX
from gatewise.errors import ReadError

__all__ = ["CONLL", "TEXT", "Form", "form_of", "path_of", "text_files"]

Form: TypeAlias = Literal["sample", "ts", "conll", "conllu", "snips", "recordings", "text", "table"]

# Lines by which the form of a file is told.
HEAD = 1000
CONLL = (".conll", ".bio", ".iob", ".iob2")
TEXT = (".txt", ".md")
FORMS: dict[str, Form] = {
    ".ts": "ts",
    ".conllu": "conllu",
    **dict.fromkeys(CONLL, "conll"),
    **dict.fromkeys(TEXT, "text"),
}


def form_of(source: Source) -> Form:
    """The form of a source, by its name, or by what a folder holds.

    Raises
    ------
    ReadError
        A folder holds nothing that can be read, or several parts of which one must be named.
    """
    if not isinstance(source, str | Path):
        return "table"
    if isinstance(source, str) and source.startswith(PREFIX):
        return "sample"
    path = Path(source)
    if not path.is_dir():
        if is_recordings(source):
            return "recordings"
        return "conll" if _is_conll_tsv(path) else FORMS.get(ending_of(path), "table")
    if (path / "seq.in").is_file():
        return "snips"
    parts = sorted(one.name for one in path.iterdir() if (one / "seq.in").is_file())
    if parts:
        raise ReadError(
            f"{path}: holds {len(parts)} data set{'s' * (len(parts) > 1)} ({', '.join(parts)}); name one of them, "
            f"such as {path / ('train' if 'train' in parts else parts[0])}"
        )
    if is_recordings(source) or (path / "metadata.csv").is_file():
        return "recordings"
    if text_files(path):
        return "text"
    raise ReadError(
        f"{path}: holds nothing that can be read; expected recordings (.wav, .flac), texts (.txt, .md), or seq.in "
        "and seq.out"
    )


def _is_conll_tsv(path: Path) -> bool:
    """Whether a ``.tsv`` file is no table: blank lines part its rows, and each of these ends in a word."""
    if ending_of(path) != ".tsv" or path.suffix == ".gz" or not path.is_file():
        return False
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        lines = [line.rstrip("\n") for line in islice(file, HEAD)]
    blank = sum(not line.strip() for line in lines[:-1])
    last = [line.rpartition("\t")[2] for line in lines if line.strip()]
    return blank > 1 and not any(cell[:1].isdigit() for cell in last)


def path_of(source: Source) -> Path:
    """The path of a source whose form is that of a file or folder."""
    return Path(str(source))


def text_files(folder: Path) -> list[Path]:
    """The text files of a folder, those of its sub-folders too, in the order of their names."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and ending_of(path) in TEXT)
