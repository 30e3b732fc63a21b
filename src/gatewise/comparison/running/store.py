"""What a comparison has done, kept on disk as each job ends, so that a stop loses only the jobs that were running.

One file of lines that are only ever added: each a checksum and a record as JSON. A line that is cut short, or in which
a bit has changed, is not read, and those after it are: a record begins with a line break of its own. Nothing in the
file can run: there is no pickle, numbers and arrays are checked against the types that they had.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, TypeAdapter

from gatewise.comparison.jobs.job import Job, Result
from gatewise.comparison.planning.plan import Plan
from gatewise.comparison.running.made_with import definition
from gatewise.errors import ConfigurationError

__all__ = ["Store"]

FILE, BEFORE, PART = "jobs.jsonl", ".before.jsonl", ".part"
# Booleans, numbers and text; an array of objects would have to be unpickled.
KINDS = "biufU"
LONGEST = 40


class Store:
    """Results of the jobs of one comparison, and the plan that was settled for them.

    Parameters
    ----------
    folder : path
        Made where it is not there.
    made_with : dict
        What decides the numbers; see :func:`gatewise.comparison.made_with.made_with`.
    resume : bool
        Go on with what is stored; otherwise it is put aside.
    warn : callable, optional
        Told once if results cannot be stored; by default ``warnings.warn``.

    Attributes
    ----------
    found : int
        Results that were there before.
    seconds : float
        Wall clock that they took, from the start of the comparison to the last of them.
    aside : Path or None
        Where results go that were there and are not gone on with; the next ones to go there replace them.
    complete : bool
        False once a result could not be stored.
    kept : bool
        Whether there is anything to go on with.

    Raises
    ------
    ConfigurationError
        What is stored was made with other data, options, random state or versions; or ``folder`` cannot be written.
    """

    def __init__(
        self,
        folder: str | Path,
        made_with: Mapping[str, Any],
        *,
        resume: bool = False,
        warn: Callable[[str], None] = warnings.warn,
    ) -> None:
        self.path = Path(folder) / FILE
        self.warn, self.complete = warn, True
        self.seconds, self.started = 0.0, time.perf_counter()
        self.aside: Path | None = None
        self._results: dict[str, Any] = {}
        self._plan: Any = None
        self._made = json.loads(json.dumps(made_with, default=_encoded))
        there = next(path for path in (self.path.parent, *self.path.parents) if path.exists())
        if not (there.is_dir() and os.access(there, os.W_OK)):
            raise ConfigurationError(f"expected a folder to write to, got {there}", option="store")
        # Begun with the first result, so that nothing is left or put aside by a stop before it.
        self._begun = resume and self._read(self._made)
        if not self._begun and self.path.exists():
            self.aside = self.path.with_suffix(BEFORE)
        self.found = len(self._results)

    def _read(self, made: dict[str, Any]) -> bool:
        """Take what is stored; False where nothing is, or its first line is not whole."""
        records = _records(self.path)
        before = next(records, {}).get("made_with")
        if not isinstance(before, dict):
            return False
        for name in made:
            if before.get(name) != made[name]:
                differs = _difference(name, before.get(name), made[name])
                raise ConfigurationError(
                    f"the results in {self.path.parent} were made with {differs}; give the same, or leave it out "
                    "to start anew",
                    option="resume",
                )
        for record in records:
            if "plan" in record:
                self._plan = record["plan"]
            elif isinstance(record.get("seconds"), float):
                self._results[str(record.get("job"))] = record.get("result")
                self.seconds = record["seconds"]
        return True

    def _begin(self) -> None:
        """Write the first line in a file of its own, which then takes the place of what was there."""
        part = self.path.with_suffix(PART)
        part.parent.mkdir(parents=True, exist_ok=True)
        _append(part, {"made_with": self._made}, "wb")
        if self.aside is not None:
            self.path.replace(self.aside)
        part.replace(self.path)
        self._begun = True

    @property
    def kept(self) -> bool:
        return self._begun and self.complete

    def results(self, jobs: list[Job]) -> dict[Job, Result]:
        """What came of these very jobs, settings and all, as far as it is stored."""
        found = {}
        for job in jobs:
            if (stored := self._results.get(_key(job))) is not None:
                # What cannot be understood is not there: it is done again.
                with suppress(ValueError, TypeError, KeyError):
                    found[job] = Result(job, **_checked(Result, stored))
        return found

    def keep(self, result: Result) -> None:
        """Add a result to the file; a disk that is full is told of once and loses nothing else."""
        kept = {one.name: getattr(result, one.name) for one in fields(Result) if one.name != "job"}
        seconds = self.seconds + time.perf_counter() - self.started
        self._add({"job": _key(result.job), "result": kept, "seconds": seconds})

    def settled(self, plan: Plan) -> Plan | None:
        """The plan that was settled before, for the cells of this one; ``None`` where none was."""
        if self._plan is not None:
            with suppress(ValueError, TypeError, KeyError):
                return replace(plan, **_checked(Plan, self._plan))
        return None

    def keep_plan(self, plan: Plan) -> None:
        """Add the plan that was settled."""
        self._add({"plan": {name: value for name, value in vars(plan).items() if name != "cells"}})

    def remove(self) -> None:
        """Delete what is stored, and the folder if nothing else is in it."""
        with suppress(OSError):
            for suffix in (self.path.suffix, BEFORE, PART):
                self.path.with_suffix(suffix).unlink(missing_ok=True)
            self.path.parent.rmdir()

    def _add(self, record: dict[str, Any]) -> None:
        try:
            if not self._begun:
                self._begin()
            _append(self.path, record, "ab")
        except OSError as error:
            self._complain(error)

    def _complain(self, error: OSError) -> None:
        if self.complete:
            self.complete = False
            self.warn(
                f"{self.path}: results cannot be stored ({error.strerror}); the comparison goes on, but what is "
                "not stored is lost if it is stopped"
            )


def _append(path: Path, record: dict[str, Any], mode: str) -> None:
    text = json.dumps(record, default=_encoded).encode()
    with path.open(mode, buffering=0) as file:
        # Raw writes may end early on a full disk; what they leave is not whole, and is not read.
        line = memoryview(b'\n["%s",%s]' % (_sum(text), text))
        while line:
            line = line[file.write(line) :]
        os.fsync(file.fileno())


def _records(path: Path) -> Iterator[dict[str, Any]]:
    """The whole records of a file, in order."""
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError:
        return
    for line in lines:
        checksum, text = line[2:18], line[20:-1]
        if text and checksum == _sum(text):
            with suppress(ValueError, TypeError, OverflowError, RecursionError):
                record = json.loads(text, object_hook=_decoded)
                if isinstance(record, dict):
                    yield record


def _sum(text: bytes) -> bytes:
    return hashlib.blake2b(text, digest_size=8).hexdigest().encode()


def _key(job: Job) -> str:
    """What identifies a job: who, why, which, and all its settings."""
    settings = None if job.settings is None else {**vars(job.settings), "cell": definition(job.settings.cell)}
    return json.dumps([job.name, job.purpose, job.fold, job.number, job.inspect, settings], sort_keys=True)


def _encoded(value: Any) -> Any:
    """For ``json.dumps``: what JSON does not know."""
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in KINDS:
            raise TypeError(f"arrays of {value.dtype} are not stored")
        data = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode()
        return {"array": data, "dtype": value.dtype.str, "shape": value.shape}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, BaseModel):
        return value.model_dump()
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: getattr(value, one.name) for one in fields(value)}
    raise TypeError(f"{type(value).__name__} is not stored")


def _decoded(value: dict[str, Any]) -> Any:
    """For ``json.loads``: arrays again, of plain values only."""
    if value.keys() != {"array", "dtype", "shape"}:
        return value
    dtype = np.dtype(str(value["dtype"]))
    if dtype.kind not in KINDS:
        raise ValueError(f"arrays of {dtype} are not stored")
    array: NDArray[Any] = np.frombuffer(base64.b64decode(value["array"]), dtype).reshape(value["shape"])
    return array.copy()


@cache
def _types(owner: type) -> dict[str, TypeAdapter[Any]]:
    arrays = ConfigDict(arbitrary_types_allowed=True)
    hints = {name: hint for name, hint in get_type_hints(owner).items() if name not in ("job", "cells")}
    return {name: TypeAdapter(hint, config=arrays) for name, hint in hints.items()}


def _checked(owner: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """All fields of a dataclass but what identifies it, of the types that they are declared to have."""
    return {name: kind.validate_python(values[name]) for name, kind in _types(owner).items()}


def _difference(name: str, before: Any, now: Any) -> str:
    """Say what differs: both values where they are short and say something."""
    if name in ("data", "test") or max(len(str(before)), len(str(now))) > LONGEST:
        return f"other {name}"
    return f"{name} {before}, not {now}"
