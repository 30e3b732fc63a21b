"""A plan and what it costs, without any data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gatewise.comparison.planning.budget import Costs
from gatewise.comparison.planning.plan import Plan

__all__ = ["CELLS", "COSTS", "RATES", "plan"]

CELLS = {"RNN": "RNN", "GRU": "GRU"}
COSTS = Costs(
    step={"RNN": 0.01, "GRU": 0.02},
    overhead={"RNN": 0.5, "GRU": 0.7},
    baselines={"naive": 0.5, "linear": 2.5},
)
RATES = {"RNN": (0.001,), "GRU": (0.003,)}


def plan(**changes: Any) -> Plan:
    """Two cells; a training takes an RNN 3.5 and a GRU 4.7 seconds."""
    base = Plan(
        cells=CELLS, sizes={"RNN": 110, "GRU": 64}, steps={"RNN": 300, "GRU": 200}, folds=2, seeds=5, trials=4,
        curve_seeds=2, first_rates={"RNN": (1e-3, 3e-3), "GRU": (3e-3, 1e-3)}, random_state=0, by_length=True,
        members=1,
    )  # fmt: skip
    return replace(base, **changes)
