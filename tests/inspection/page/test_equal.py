"""What the page computes is what Python computes, of every cell and every task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import inspected
import numpy as np
import pytest

from gatewise.inspection import Change, Clamp, what_if

TOLERANCE = 1e-5
COMPUTED = """([model, changes]) => {
  const found = inspector.compute(model, changes), { answer } = found;
  const steps = inspector.state.steps;
  return {
    states: found.runs.map((run) => Array.from(run.states.h)),
    gates: found.runs.map((run) => Object.values(run.gates).map((gate) => Array.from(gate))),
    answer: answer.whole ? Array.from(answer.whole) : Array.from({ length: steps }, (_, t) => Array.from(answer.at(t))),
  };
}"""


def as_written(changes: tuple[Clamp | Change, ...]) -> dict[str, Any]:
    """Changes as the page takes them."""
    clamps = [vars(one) | {"model": None} for one in changes if isinstance(one, Clamp)]
    edits = [
        {"unit": one.step, "channel": one.channel}
        | ({"label": one.value} if isinstance(one.value, str) else {"value": one.value})
        for one in changes
        if isinstance(one, Change)
    ]
    return {"clamps": clamps, "edits": edits}


def scenarios(case: inspected.Case, model: Any) -> list[tuple[Clamp | Change, ...]]:
    """Nothing, each gate open and shut, one unit of it halfway, a state, an input, and all of it together."""
    gates = model.networks_[0].cell.gates
    found: list[tuple[Clamp | Change, ...]] = [(), (Clamp("h", 0.25, 2, unit=3),), case.clamps, case.changes]
    found += [(Clamp(gate, value, 1),) for gate in gates for value in (0, 1)]
    found += [(Clamp(gate, 0.4, 2, unit=4),) for gate in gates]
    both = tuple(Clamp(gate, 1, 2, unit=0) for gate in gates)
    return [*found, (*both, Clamp("h", -1, 3, unit=2), *case.clamps, *case.changes)]


@pytest.mark.slow
@pytest.mark.parametrize("name", [case.__name__ for case in inspected.CASES])
def test_the_page_computes_what_python_does(name: str, open_page: Callable[..., Any]) -> None:
    case, page = inspected.case(name), open_page(name)
    for number, model in enumerate(case.models.values()):
        for changes in scenarios(case, model):
            expected = what_if(model, case.data, *changes, sequence=case.sequence)
            got = page.evaluate(COMPUTED, [number, as_written(changes)])
            where = f"{model.cell}, {changes}"
            for layer, states, gates in zip(expected.layers, got["states"], got["gates"], strict=True):
                np.testing.assert_allclose(states, layer.states["h"].ravel(), atol=TOLERANCE, err_msg=where)
                for gate, values in zip(layer.gates.values(), gates, strict=True):
                    np.testing.assert_allclose(values, gate.ravel(), atol=TOLERANCE, err_msg=where)
            size = max(1.0, float(np.abs(expected.answer.values).max()))
            np.testing.assert_allclose(
                np.array(got["answer"]), expected.answer.values, atol=TOLERANCE * size, err_msg=where
            )
    assert page.evaluate("inspector.state.difference") < TOLERANCE
