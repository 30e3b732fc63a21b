"""Recordings on disk: which files are some, what they are called, and what their headers say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gatewise.data.arrays import Texts
from gatewise.data.audio.waveform import AUDIO_ENDINGS, read_header
from gatewise.data.readers.wording import counted
from gatewise.errors import ReadError

__all__ = ["about_headers", "is_audio", "names_in", "recordings_in"]


def is_audio(path: Path) -> bool:
    """Return whether a path is a recording by its ending."""
    return path.suffix.lower() in AUDIO_ENDINGS and path.is_file()


def recordings_in(folder: Path) -> tuple[list[Path], list[str]]:
    """All recordings in the order of their names, and the folders that were left out."""
    found = sorted(path for path in folder.rglob("*") if is_audio(path))
    hidden = {path: _hidden(path.relative_to(folder)) for path in found}
    paths = [path for path in found if not hidden[path]]
    if not paths:
        raise ReadError(
            f"{folder}: holds no recordings; expected files that end in {', '.join(AUDIO_ENDINGS)}"
        )
    return paths, sorted({name for name in hidden.values() if name})


def names_in(folder: Path, paths: Sequence[Path]) -> Texts:
    """Return paths as they are called within a folder."""
    return np.array(
        [path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path) for path in paths]
    )


def about_headers(paths: Sequence[Path]) -> list[str]:
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


def _hidden(path: Path) -> str:
    """The folder or name that marks a file as not meant: hidden, or as ``_background_noise_``."""
    folders = (part for part in path.parts[:-1] if part[0] in "_.")
    return next(folders, path.name if path.name[0] == "." else "")
