"""Looking inside a fitted network: gates, what they keep, gradients through time, what made an answer, what units mean.

Every function gives a result with ``to_frame()``, ``to_json()``, a sentence (``print``) and a picture in a notebook.
The way in is ``model.trace(X)``, and :func:`trace_module` for a layer of torch's.

Names are imported when they are first used: what stands above reads single numbers without any network.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gatewise.inspection.answer import Influence, influence
    from gatewise.inspection.changes import Change, Clamp, what_if
    from gatewise.inspection.gates import GateUse, TimeScales, gate_use, time_scales
    from gatewise.inspection.gradients import GradientFlow, gradient_flow
    from gatewise.inspection.jacobian import StateJacobians, jacobians, state_jacobians
    from gatewise.inspection.lags import GradientByLag, gradient_by_lag
    from gatewise.inspection.modules import trace_module
    from gatewise.inspection.own_past import Reach, reach
    from gatewise.inspection.probes import Probe, Probes, probe, probe_layer
    from gatewise.inspection.units import UnitsOf, units_of
    from gatewise.inspection.values import UnitValues, unit_values
    from gatewise.inspection.written import Retention, half_lives, retention

__all__ = [
    "Change",
    "Clamp",
    "GateUse",
    "GradientByLag",
    "GradientFlow",
    "Influence",
    "Probe",
    "Probes",
    "Reach",
    "Retention",
    "StateJacobians",
    "TimeScales",
    "UnitValues",
    "UnitsOf",
    "gate_use",
    "gradient_by_lag",
    "gradient_flow",
    "half_lives",
    "influence",
    "jacobians",
    "probe",
    "probe_layer",
    "reach",
    "retention",
    "state_jacobians",
    "time_scales",
    "trace_module",
    "unit_values",
    "units_of",
    "what_if",
]

_HOMES = {
    "Change": "changes",
    "Clamp": "changes",
    "GateUse": "gates",
    "GradientByLag": "lags",
    "GradientFlow": "gradients",
    "Influence": "answer",
    "Probe": "probes",
    "Probes": "probes",
    "Reach": "own_past",
    "Retention": "written",
    "StateJacobians": "jacobian",
    "TimeScales": "gates",
    "UnitValues": "values",
    "UnitsOf": "units",
    "gate_use": "gates",
    "gradient_by_lag": "lags",
    "gradient_flow": "gradients",
    "half_lives": "written",
    "influence": "answer",
    "jacobians": "jacobian",
    "probe": "probes",
    "probe_layer": "probes",
    "reach": "own_past",
    "retention": "written",
    "state_jacobians": "jacobian",
    "time_scales": "gates",
    "trace_module": "modules",
    "unit_values": "values",
    "units_of": "units",
    "what_if": "changes",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'gatewise.inspection' has no attribute {name!r}")
    return getattr(import_module(f"gatewise.inspection.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
