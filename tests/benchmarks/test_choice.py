"""What a rule of choice costs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.choice import run, unit_errors
from benchmarks.choice.rule import chosen
from benchmarks.errors import MissingDataError
from gatewise.verdict import ranking
from gatewise.verdict.units import Units

UNITS = Units(groups=(tuple(range(40)),))


def test_simplicity_goes_first_within_so_many_standard_errors() -> None:
    random = np.random.default_rng(0)
    noise = random.normal(size=40)
    noise -= noise.mean()
    error = noise.std(ddof=1) / 40**0.5
    simple, best = np.zeros((1, 40)) + error + noise, np.zeros((1, 40))
    assert chosen([simple, best], UNITS, (0.0, 0.9, 1.1), 1) == [1, 1, 0]
    assert chosen([simple, best], UNITS, (1.1,), 0) == [1]


def test_what_is_lost_is_told_on_series_that_were_not_seen() -> None:
    random = np.random.default_rng(1)
    errors = [1 + 0.01 * random.normal(size=(1, 100)) + level for level in (0.5, 0.3, 0.4, 0.0, 0.1, 0.2)]
    found = run.losses(errors, 10, 20)
    assert list(found) == ["before", *(f"k = {k:g}" for k in run.SHARES)]
    assert found["k = 0"] == pytest.approx(0, abs=1e-9)


def test_the_share_that_is_taken_is_one_of_those_tried() -> None:
    assert ranking.SHARE in run.SHARES


def test_the_rule_before_takes_a_baseline_that_is_not_clearly_beaten() -> None:
    random = np.random.default_rng(2)
    near = [random.normal(size=(1, 40)) + level for level in (0.3, 0.2, 0.1, 0.0, 0.0, 0.0)]
    assert run.before(near, UNITS) == 0
    far = [0.1 * random.normal(size=(1, 40)) + level for level in (3.0, 2.0, 2.5, 0.5, 0.0, 0.9)]
    assert run.before(far, UNITS) == 4


def test_errors_are_read_in_the_order_of_simplicity(tmp_path: Path) -> None:
    rows = [{"method": name, "MASE": [n, 1.0]} for n, name in enumerate(reversed(run.ORDER))]
    path = tmp_path / "errors.json"
    path.write_text(json.dumps({"rows": rows}), encoding="utf-8")
    assert [each[0, 0] for each in run.read_errors(path)] == [5, 4, 3, 2, 1, 0]


def test_without_errors_the_command_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "RESULTS", tmp_path)
    with pytest.raises(MissingDataError) as caught:
        run.run(trials=1)
    assert str(caught.value) == (
        "no errors to choose by in benchmarks/results; run `python -m benchmarks m4-errors --write`"
    )


def test_kept_errors_are_those_of_every_series() -> None:
    errors = run.read_errors(run._newest())
    assert [each.shape for each in errors] == [(1, 359)] * 3 + [(2, 359)] * 3
    assert unit_errors.DIGITS == 6
