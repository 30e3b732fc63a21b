"""What a network is made of, and what ran it."""

from __future__ import annotations

from pydantic import Field

from gatewise.verdict.value import Value

__all__ = ["BackendFacts", "Structure"]


class BackendFacts(Value):
    """Which implementation of a cell ran, and why that one."""

    name: str
    reason: str


class Structure(Value):
    """Size of the recurrent layer and of the whole model, all its networks together.

    Attributes
    ----------
    hidden_size : int
        Of each network.
    members : int
        Networks in the model.
    parameters : int
        Of the whole model.
    cell_parameters : int
        Of the recurrent layer.
    gates, states : tuple of str
    multiply_adds_per_step : int
        Of the recurrent layer, one time step of one sequence.
    state_bytes : int
        Carried from step to step by one sequence.
    layers : int
        Recurrent layers on top of each other.
    parts : dict of str to int
        Parameters of each part of one network, in words: "recurrent layer", "linear skip".
    network : str
        What the network is, in a sentence; a forecaster is more than its cell.
    """

    hidden_size: int
    members: int = 1
    parameters: int
    cell_parameters: int
    gates: tuple[str, ...]
    states: tuple[str, ...]
    multiply_adds_per_step: int
    state_bytes: int
    layers: int = 1
    parts: dict[str, int] = Field(default_factory=dict)
    network: str = ""
