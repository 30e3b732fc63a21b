"""How candidates stand to each other: by error, by interval, by cost."""

from __future__ import annotations

from typing import Literal

from gatewise.verdict.evidence import Candidate, Evidence

__all__ = ["Prefer", "clearly_worse", "cost", "error_of", "told_apart"]

Prefer = Literal["accuracy", "latency", "memory", "size"]


def error_of(candidate: Candidate) -> float:
    """The deciding error, its mean."""
    return candidate.fit.error.mean


def told_apart(evidence: Evidence, first: Candidate, second: Candidate) -> bool:
    """Whether the interval of their difference excludes a tie."""
    difference = evidence.difference(first.name, second.name)
    return difference is not None and difference.clear


def clearly_worse(evidence: Evidence, first: Candidate, second: Candidate) -> bool:
    """Whether ``first`` has the larger error and the interval excludes a tie."""
    difference = evidence.difference(first.name, second.name)
    return difference is not None and difference.clear and difference.mean > 0


def cost(candidate: Candidate, prefer: Prefer) -> float:
    """What a cell costs in the preferred respect; by default multiply-adds per step."""
    if candidate.structure is None:
        return 0.0
    if prefer == "latency" and candidate.step_latency_us is not None:
        return candidate.step_latency_us
    if prefer == "memory" and candidate.memory is not None:
        return candidate.memory.peak_training_bytes
    if prefer == "size":
        return candidate.structure.parameters
    return candidate.structure.multiply_adds_per_step
