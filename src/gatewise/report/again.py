"""What to give to have the same comparison again: the command, or the call, with every option that was given."""

from __future__ import annotations

from typing import Any

from gatewise.report.text import compact
from gatewise.verdict.evidence import Evidence

__all__ = ["call", "install", "options"]

# They change who computes and what is kept, not the numbers.
_FREE = ("workers", "save", "refit_all")


def call(evidence: Evidence) -> str:
    """Return the command line as it was given, or else the call in Python; empty in files that hold neither."""
    request = evidence.request
    if request is None:
        return ""
    if request.command:
        return request.command
    given = {
        name: value for name, value in request.options.items() if value is not None and name not in _FREE
    }
    words = [repr(request.data), *([f"test={request.test!r}"] if request.test else [])]
    words += [f"{name}={value!r}" for name, value in given.items()]
    lines = ",\n    ".join(words)
    return f"gatewise.compare(\n    {lines},\n)"


def options(evidence: Evidence) -> tuple[tuple[str, str], ...]:
    """Return all options by name, defaults too, and the configuration of the networks."""
    request = evidence.request
    if request is None:
        return ()
    shown = {name: _shown(value) for name, value in request.options.items()}
    return (
        *shown.items(),
        *((f"estimator {name}", _shown(value)) for name, value in request.estimator.items()),
    )


def install(evidence: Evidence) -> str:
    """Return what to install to have the same code: ``gatewise==0.1.0 torch==2.13.0``.

    Without the local part of a version, such as ``+cpu``: no package index has it.
    """
    versions = {"gatewise": evidence.gatewise, **evidence.machine.versions}
    return " ".join(
        f"{name}=={version.partition('+')[0]}"
        for name, version in versions.items()
        if name.casefold() != "python"
    )


def _shown(value: Any) -> str:
    if value is None:
        return "as the data need"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return compact(value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    return str(value)
