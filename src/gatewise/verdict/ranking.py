"""How candidates stand to each other: by error, by interval, by cost."""

from __future__ import annotations

from typing import Literal

from gatewise.verdict.evidence import Candidate, Evidence

__all__ = ["Prefer", "clearly_worse", "cost", "distinguishable", "error_of"]

Prefer = Literal["accuracy", "latency", "memory", "size"]


def error_of(candidate: Candidate) -> float:
    """Return the mean of the deciding error."""
    return candidate.fit.error.mean


def distinguishable(evidence: Evidence, first: Candidate, second: Candidate) -> bool:
    """Return whether the interval of the difference of two candidates excludes a tie."""
    difference = evidence.difference(first.name, second.name)
    return difference is not None and difference.clear


def clearly_worse(evidence: Evidence, first: Candidate, second: Candidate) -> bool:
    """Return whether ``first`` has the larger error and the interval of the difference excludes a tie."""
    difference = evidence.difference(first.name, second.name)
    return difference is not None and difference.clear and difference.mean > 0


def cost(candidate: Candidate, prefer: Prefer) -> float:
    """Return what a cell costs in the preferred respect; by default multiply-adds per step."""
    if candidate.structure is None:
        return 0.0
    if prefer == "latency" and candidate.step_latency_us is not None:
        return candidate.step_latency_us
    if prefer == "memory" and candidate.memory is not None:
        return candidate.memory.peak_training_bytes
    if prefer == "size":
        return candidate.structure.parameters
    return candidate.structure.multiply_adds_per_step
