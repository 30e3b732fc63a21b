"""Sessions in a folder while no server runs: written whole or not at all, and read once.

One pair of files for each version of a model that has sessions: ``NAME.VERSION.safetensors`` with their states and last
answers, ``NAME.VERSION.json`` with who they are. What was read is removed: states that a server has gone on from are
not those to begin from again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from gatewise.errors import ConfigurationError, SavedModelError
from gatewise.estimators.streams import fingerprint
from gatewise.serving.models import Served
from gatewise.serving.sessions import Session, rows_of
from gatewise.serving.stepping import Stepping
from gatewise.writing import new_folder

__all__ = ["FOLDER", "forget", "restore", "store"]

Array = NDArray[Any]
FOLDER = "sessions"
FORMAT = 1


def store(models: Sequence[tuple[Served, Stepping]], folder: Path) -> None:
    """Write all open sessions.

    Raises
    ------
    ConfigurationError
        The folder cannot be written; nothing of it was changed.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with new_folder(folder / FOLDER) as new:
            for served, stepping in models:
                if len(stepping.sessions):
                    _store(stepping, new / f"{served.name}.{served.version}")
    except OSError as error:
        raise ConfigurationError(
            f"{folder}: cannot be written ({error.strerror or error}); sessions are lost",
            option="state_folder",
        ) from None


def _store(stepping: Stepping, path: Path) -> None:
    sessions = list(stepping.sessions.open.values())
    arrays = {f"state {name}": one for name, one in stepping.sessions.pool.read(rows_of(sessions)).items()}
    kept = []
    for place, session in enumerate(sessions):
        answer = session.answer if isinstance(session.answer, dict) else {}
        arrays |= {f"answer {place} {name}": np.ascontiguousarray(one) for name, one in answer.items()}
        kept.append({"key": session.key, "first": session.first, "number": session.number})
    save_file(arrays, path.with_name(f"{path.name}.safetensors"))
    document = {"format": FORMAT, "model": fingerprint(stepping.graph), "sessions": kept}
    path.with_name(f"{path.name}.json").write_text(json.dumps(document), encoding="utf-8")


def restore(models: Sequence[tuple[Served, Stepping]], folder: Path) -> int:
    """Open the sessions that a server has left; returns how many.

    Raises
    ------
    SavedModelError
        They are of other models, damaged, or more than there may be.
    """
    place = folder / FOLDER
    if not place.exists():
        return 0
    known = {f"{served.name}.{served.version}.json": stepping for served, stepping in models}
    count = 0
    for path in sorted(place.glob("*.json")):
        if path.name not in known:
            raise SavedModelError(
                f"{path}: sessions of {path.name.removesuffix('.json')}, which is not served; serve it, or move "
                f"{place} away to lose them"
            )
        count += _restore(known[path.name], path)
    return count


def _restore(stepping: Stepping, path: Path) -> int:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        arrays = load_file(path.with_suffix(".safetensors"))
        if document["format"] != FORMAT:
            raise SavedModelError(f"{path}: another version of gatewise wrote it; start that one")
        if document["model"] != fingerprint(stepping.graph):
            raise SavedModelError(
                f"{path}: sessions of a model that has learned other weights since; serve that one, or move "
                f"{path.parent} away to lose them"
            )
        kept = document["sessions"]
        if len(kept) > stepping.sessions.pool.capacity:
            raise SavedModelError(
                f"{path}: {len(kept)} sessions, more than the {stepping.sessions.pool.capacity} that there may be; "
                "start with a larger --max-sessions"
            )
        opened = [stepping.sessions.restored(one["key"], one["first"], one["number"]) for one in kept]
        stepping.sessions.pool.write(
            rows_of(opened), {name: arrays[f"state {name}"] for name in stepping.initial}
        )
        for number, session in enumerate(opened):
            _give_answer(session, number, arrays, stepping)
    except (OSError, ValueError, LookupError, TypeError, SafetensorError) as error:
        if isinstance(error, SavedModelError):
            raise
        raise SavedModelError(
            f"{path}: cannot be read as sessions ({error}); move {path.parent} away to lose them"
        ) from None
    return len(opened)


def _give_answer(session: Session, number: int, arrays: dict[str, Array], stepping: Stepping) -> None:
    found = {one.name: arrays.get(f"answer {number} {one.name}") for one in stepping.outputs}
    answer = {name: one for name, one in found.items() if one is not None}
    session.answer = answer or None


def forget(folder: Path) -> None:
    """Remove what was read; a server that goes on from it writes it anew."""
    shutil.rmtree(folder / FOLDER, ignore_errors=True)
