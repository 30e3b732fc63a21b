"""What columns that say nothing cost a forecast, and what of that is left where they are left out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.candidates import progress
from benchmarks.results import Result, Row, Target
from gatewise import ForecasterConfig, SequenceForecaster, TrainingConfig
from gatewise.data.forecast import ForecastBatch

__all__ = ["result_of", "row_of", "run"]

SERIES, ROWS, TRAINED_ON, HORIZON, UPDATES = 20, 400, 360, 10, 300
Roles = dict[str, list[str]]
NAMED: tuple[Roles, ...] = (
    {},
    {"known": ["noise"]},
    {"past": ["noise", "walk"]},
    {"known": ["noise", "answer"]},
)


class Keeping(SequenceForecaster):
    """Keeps every column, whatever it is worth."""

    def _leave_out(self, held_out: list[ForecastBatch]) -> None:
        """Leave nothing out."""


def run(seeds: int) -> Result:
    """All choices of columns."""
    return result_of([row_of(roles, seeds) for roles in NAMED])


def table() -> pd.DataFrame:
    """Random walks, of which only the column that is the answer tells anything."""
    random = np.random.default_rng(0)
    stamps = pd.date_range("2023-01-01", periods=ROWS)
    parts = []
    for number in range(SERIES):
        y = 100 + np.cumsum(random.normal(0, 1, ROWS))
        parts.append(
            pd.DataFrame(
                {
                    "unique_id": f"s{number}",
                    "ds": stamps,
                    "y": y,
                    "answer": y,
                    "noise": random.normal(0, 1, ROWS),
                    "walk": np.cumsum(random.normal(0, 5, ROWS)),
                }
            )
        )
    return pd.concat(parts)


def row_of(roles: Roles, seeds: int, *, updates: int = UPDATES) -> Row:
    """Errors with every column kept and with those that help, and what was left out."""
    data = table()
    trained_on = data.groupby("unique_id").head(TRAINED_ON)
    config = ForecasterConfig(members=1, training=TrainingConfig(steps=updates))
    errors: dict[str, list[float]] = {"all kept": [], "what helps": []}
    left_out: set[str] = set()
    for seed in range(seeds):
        for name, kind in (("all kept", Keeping), ("what helps", SequenceForecaster)):
            model = kind("GRU", HORIZON, random_state=seed, config=config).fit(trained_on, **roles)  # type: ignore[arg-type]
            errors[name].append(model.evaluate(data, windows=(ROWS - TRAINED_ON) // HORIZON)["MAE"])
            left_out |= set(model.helping_.left_out) if model.helping_ else set()
            progress(f"{roles or 'no columns'}, seed {seed}, {name}: MAE {errors[name][-1]:.3f}")
    columns = "; ".join(f"{role} {', '.join(names)}" for role, names in roles.items())
    return {
        "columns": columns or "none",
        **{name: tuple(found) for name, found in errors.items()},
        "left out": ", ".join(sorted(left_out)) or "–",
    }


def result_of(rows: list[Row]) -> Result:
    """The rows below each other, and what the worst column of noise costs."""
    without = _mean(rows[0])
    worst = max(_mean(row) / without - 1 for row in rows[1:]) if len(rows) > 1 else 0.0
    return Result(
        name="columns",
        title="Columns that say nothing",
        protocol=f"MAE of a GRU of {UPDATES} updates, horizon {HORIZON}, on {SERIES} random walks of {ROWS} rows, the "
        f"last {ROWS - TRAINED_ON} of them forecast in turn. Noise; another walk; and a column that is the answer, "
        "known ahead. Every column kept as it was trained, and those left out that did not help on held-out rows.",
        checks=(),
        digits={"all kept": 3, "what helps": 3},
        rows=tuple(rows),
        targets=(Target("what columns cost at the most, %", 100 * worst, 2),),
    )


def _mean(row: Row) -> float:
    return float(np.mean([float(one) for one in row["what helps"]]))
