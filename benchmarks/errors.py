"""What ends a benchmark without a number."""

from __future__ import annotations

__all__ = ["BenchmarkError", "GateError", "MissingDataError"]


class BenchmarkError(Exception):
    """Base; printed on one line, exit code 1."""


class MissingDataError(BenchmarkError):
    """The real data are not where they are looked for."""


class GateError(BenchmarkError):
    """Something known did not come out as known: no number of this run can be trusted."""
