"""Evidence that holds the error of every seed on every test unit."""

from __future__ import annotations

import numpy as np
from evidence import forecast_evidence

from gatewise.verdict.evidence import Evidence
from gatewise.verdict.units import Units

__all__ = ["measured"]


def measured(cells: int = 2, seeds: int = 5, count: int = 40) -> Evidence:
    """Evidence with unit errors: the first cell 0.1 worse than the second, a baseline 0.5 worse."""
    evidence, random = forecast_evidence(), np.random.default_rng(0)
    kept = [*evidence.cells[:cells], evidence.baselines[0]]
    found = []
    for number, one in enumerate(kept):
        rows = seeds if one.kind == "cell" else 1
        level = 0.6 if one.kind == "baseline" else 0.2 - 0.1 * number
        errors = level + 0.3 * random.random((rows, 1)) + random.random((rows, count))
        units = tuple(tuple(map(float, row)) for row in errors)
        found.append(one.model_copy(update={"fit": one.fit.model_copy(update={"units": (units,)})}))
    units = Units(groups=(tuple(range(count)),))
    plan = evidence.plan.model_copy(update={"seeds": seeds, "steps": 300, "full_steps": 300})
    return evidence.model_copy(update={"candidates": tuple(found), "units": units, "plan": plan})
