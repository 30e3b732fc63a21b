"""Trying all ways to a saved model, and writing down beside it how far they agree."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from gatewise.certificate.trials import Trial, trial_of
from gatewise.certificate.ways import WAYS, Answers, Way
from gatewise.errors import ExportError, MissingDependencyError
from gatewise.estimators.loading import load
from gatewise.estimators.saving.manifest import files_of, write_manifest
from gatewise.graphs.graph import Array
from gatewise.version import __version__
from gatewise.writing import write_whole

__all__ = ["CERTIFICATE", "TOLERANCE", "Certificate", "Certified", "certify"]

CERTIFICATE = "certificate.json"
# Beside 1, or beside the answer where that is larger: rounding of single precision over some hundred steps.
TOLERANCE = 1e-4
HEADING = "## Certificate"


@dataclass(frozen=True)
class Certified:
    """One way to a model's answers.

    Attributes
    ----------
    way : str
    difference : float or None
        The largest to ``predict``, beside 1, or beside the answer where that is larger; ``None``: it was not gone.
    step_us : float or None
        Microseconds for each step, everything included, on the machine that tried it.
    nbytes : int or None
        Of the files that this way needs, or of the state of one stream.
    why_not : str
        Why it was not gone; empty where it was.
    """

    way: str
    difference: float | None = None
    step_us: float | None = None
    nbytes: int | None = None
    why_not: str = ""

    @property
    def figures(self) -> tuple[str, str, str]:
        """Difference, microseconds and bytes as they are shown; empty where there are none."""
        return (
            "" if self.difference is None else f"{self.difference:.1e}",
            "" if self.step_us is None else f"{self.step_us:.1f}",
            "" if self.nbytes is None else f"{self.nbytes:,}",
        )

    @property
    def equal(self) -> bool | None:
        """Whether the way leads to the same answers; ``None`` where it was not gone."""
        return None if self.difference is None else self.difference <= TOLERANCE


@dataclass(frozen=True)
class Certificate:
    """How far all ways to a model agree.

    Attributes
    ----------
    ways : tuple of Certified
    sequences, steps : int
        How much was tried.
    date, version : str
    """

    ways: tuple[Certified, ...]
    sequences: int
    steps: int
    date: str
    version: str

    @property
    def equal(self) -> bool:
        """Whether every way that was gone leads to the same answers."""
        return all(one.equal is not False for one in self.ways)

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {**asdict(self), "tolerance": TOLERANCE, "equal": self.equal}


def certify(path: str | Path, tell: Callable[[str], None] | None = None) -> Certificate:
    """Ask a saved model the same by every way, and write ``certificate.json`` and a section of its card.

    Offline as ``predict`` does, step by step, in chunks, in ONNX Runtime, compiled from C, and over HTTP. What a way
    needs and is not installed is said; a difference is written down, too.

    Parameters
    ----------
    path : path
        The folder of a saved model.
    tell : callable, optional
        Called with the name of each way before it is gone.

    Raises
    ------
    ExportError
        There is one way alone to such a model.
    SavedModelError
        It cannot be loaded.
    """
    folder = Path(path)
    model = load(folder)
    trial = trial_of(model)
    ways = [Certified("predict", 0.0, 1e6 * trial.seconds / trial.rows)]
    for name, way in WAYS.items():
        if tell is not None:
            tell(name)
        ways.append(_gone(name, way, model, trial))
    found = Certificate(
        tuple(ways),
        len(trial.observations),
        trial.rows,
        datetime.now(UTC).date().isoformat(),
        __version__,
    )
    _write(folder, found)
    return found


def _gone(name: str, way: Way, model: Any, trial: Trial) -> Certified:
    try:
        answers = way(model, trial)
    except (ExportError, MissingDependencyError) as error:
        return Certified(name, why_not=str(error))
    return Certified(name, _apart(answers, trial), answers.step_us, answers.nbytes)


def _apart(answers: Answers, trial: Trial) -> float:
    return max(
        _largest(found, expected) for found, expected in zip(answers.found, trial.expected, strict=True)
    )


def _largest(found: Array, expected: Array) -> float:
    if found.ndim < expected.ndim:
        # The last step alone, of a stream that does not know what follows.
        expected = expected[-1]
    apart = np.abs(found - expected) / np.maximum(1, np.abs(expected))
    return float(np.nan_to_num(apart, nan=np.inf).max(initial=0))


def _write(folder: Path, found: Certificate) -> None:
    """Write the certificate and its section of the card; a manifest, where there is one, then names both."""
    write_whole(folder / CERTIFICATE, json.dumps(found.to_json(), indent=1) + "\n")
    card = folder / "README.md"
    if card.exists():
        before, _, after = card.read_text(encoding="utf-8").partition(HEADING)
        # What somebody has written behind it stays.
        _, heading, rest = after.partition("\n## ")
        parts = [before.rstrip(), f"{HEADING}\n\n{_in_words(found)}", f"{heading}{rest}".strip()]
        write_whole(card, "\n\n".join(filter(None, parts)) + "\n")
    named = files_of(folder)
    if named is not None:
        write_manifest(folder, [name for name in {*named, CERTIFICATE} if (folder / name).exists()])


def _in_words(found: Certificate) -> str:
    lines = [
        f"{found.date}, gatewise {found.version}: {found.sequences} random sequences of {found.steps} steps in all. "
        "The largest difference to `predict`, beside 1 or beside the answer where that is larger.",
        "",
        "| way | difference | µs a step | bytes |",
        "|---|---|---|---|",
    ]
    for one in found.ways:
        if one.difference is None:
            lines.append(f"| {one.way} | {one.why_not} | | |")
        else:
            lines.append(f"| {' | '.join((one.way, *one.figures))} |")
    return "\n".join(lines)
