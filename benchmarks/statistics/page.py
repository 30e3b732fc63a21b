"""The page of the documentation that says what an interval is about, beside its simulated rates."""

from __future__ import annotations

from benchmarks.results import Result

__all__ = ["page"]

METHODS = """# What the intervals of a comparison are about

A comparison trains a few networks of each cell, with different seeds, and tests all on the same units: windows of a
series, series, sequences, speakers. Another seed would shift a cell's errors on all units, another unit those of all
cells. An interval says how far the mean could be off for both reasons: for *new seeds and new units of the same kind*.
Which units these are is printed with the verdict. Nothing is said of other data, of a later regime, or of other
settings.

- **Two parts.** Units: errors are averaged over seeds first. Seeds: the variance of their means, less what the finite
  number of units alone makes them differ; of two seeds only a quarter of that, since two often lie close by chance.
  Degrees of freedom of the seeds of two cells are Welch's (1947). The parts add as `√(Σ t² V)`, each with its own
  quantile (Banerjee 1960), which holds however they stand to each other.
- **Units that depend on each other.** Errors of one group (series, speaker) are added up; a few large groups count as
  the effective number of them, `1 / Σ share²` (Kish 1965; Carter, Schnepel & Steigerwald 2017). What happens at a time
  to many series is a group too, and both are added (Cameron, Gelbach & Miller 2011; Thompson 2011).
- **Neighbours in time** may be alike, and a short series cannot tell how much. The interval is a mixture over the
  correlations that are possible, weighted by how well each fits (Zellner & Tiao 1964), from cosine transforms (Müller
  2004; Lazarus et al. 2018). Windows that overlap count as the stretches that do not.
- **Skewness.** A mean of errors of which a few are very large is mostly too small; the interval reaches farther on
  that side (Hall 1992).
- **Shares** stay between 0 and 1: Clopper and Pearson's interval with the effective number of units (Korn & Graubard
  1998).
- **Differences** are paired over units, and their intervals hold for all pairs of a family together with 99 %
  (Bonferroni: Dunn 1961). A pair is clear where its interval excludes a tie: no second rule decides.
- **More seeds where they decide.** After five seeds only the variance is looked at, never who is ahead: cells whose
  seeds make most of it get up to ten, and the intervals keep their level (Stein 1945).
- **A robust look beside it.** The unit without which a difference turns, or that alone makes more than half of it, is
  named (Broderick, Giordano & Meager 2020), and the median over units stands beside the mean.
- **Below six independent units there is no interval**, and no winner.

Which candidate is taken is another question, answered by expected error: [what a rule of choice costs on real
errors](../benchmarks/results/2026-11-29-choice.md). What the intervals cost and buy, by simulation:"""


def page(result: Result) -> str:
    """The methods, and the table of the result."""
    targets = "\n".join(f"- {target}" for target in result.targets)
    return "\n\n".join([METHODS, result.protocol, result.table(), *result.notes, targets])
