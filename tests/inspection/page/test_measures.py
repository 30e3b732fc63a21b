"""What the page reads off gates and states is what :mod:`gatewise.inspection` does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from inspected import case

from gatewise.inspection import gate_use, retention, time_scales

pytestmark = pytest.mark.slow

RIBBON = """([lane, step, unit]) => {
  const { shares, start, kind } = inspector.ribbon(lane, step, unit);
  return { shares: Array.from(shares), start, kind };
}"""
SATURATION = "([lane, gate]) => inspector.saturation(lane, gate)"


def lanes(name: str) -> list[tuple[int, Any, Any]]:
    """Number of the lane, its trace and its layer, of the highest layers of all models."""
    given, found = case(name), []
    for model in given.models.values():
        trace = model.trace(given.data)[int(given.sequence or 1) - 1]
        found += [(trace, layer) for layer in trace.top]
    return [(number, *pair) for number, pair in enumerate(found)]


@pytest.mark.parametrize("name", ["classification", "streamed", "tagging"])
def test_when_a_unit_was_written(name: str, open_page: Callable[..., Any]) -> None:
    page = open_page(name)
    for number, trace, layer in lanes(name):
        for at in (0, len(trace) // 2, len(trace) - 1):
            expected = retention(trace, at, layer=layer.layer, direction=layer.direction)
            for unit in (0, 3):
                found = page.evaluate(RIBBON, [number, at, unit])
                assert found["kind"] == expected.measure
                shares = np.array(found["shares"])
                if expected.measure == "gates":
                    np.testing.assert_allclose(shares, expected.shares[:, unit], atol=1e-5)
                    assert found["start"] == pytest.approx(expected.start[unit], abs=1e-5)
                else:
                    # Of one where it was written, there of a sum of one.
                    other = expected.shares[:, unit]
                    np.testing.assert_allclose(shares / shares.sum(), other / other.sum(), atol=1e-5)


def test_how_often_gates_are_open_and_shut(open_page: Callable[..., Any]) -> None:
    page = open_page("classification")
    for number, trace, layer in lanes("classification"):
        use = gate_use([trace])
        for gate in layer.gates:
            place = [
                index
                for index, one in enumerate(zip(use.layer, use.direction, use.gate, strict=True))
                if one == (layer.layer, layer.direction, gate)
            ]
            units = [use.unit[index] for index in place]
            for one in page.evaluate(SATURATION, [number, gate]):
                index = place[units.index(one["unit"])]
                assert one["high"] == pytest.approx(use.open[index])
                assert one["low"] == pytest.approx(use.shut[index])


def test_how_slowly_units_forget(open_page: Callable[..., Any]) -> None:
    page = open_page("streamed")
    for number, trace, layer in lanes("streamed"):
        if layer.kept is None:
            continue
        shown = page.evaluate(
            "(number) => { const { units, scales } = inspector.state.lanes()[number].layer; return [units, scales]; }",
            number,
        )
        expected = time_scales([trace]).steps
        np.testing.assert_allclose(shown[1], expected[shown[0]], atol=1e-3)
