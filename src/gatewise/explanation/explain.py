"""One cell, explained: what stands in its record, what it costs, and what was measured of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from gatewise.errors import ConfigurationError
from gatewise.explanation.claims import Claim, known_claims
from gatewise.explanation.writing import html_of, text_of
from gatewise.nn.cells.base import Cell
from gatewise.nn.cells.registry import cell_named

__all__ = ["Explanation", "explain"]

INPUT, HIDDEN = 32, 64
BYTES = 4
BIASES = 2
# Of a gate whose record has no words, by what it does with the past.
DERIVED = {1: "→ 1 keeps the past", -1: "→ 1 lets in the new", 0: "multiplies: what, the equations say"}


@dataclass(frozen=True)
class Explanation:
    """What is known of a cell; ``print`` it, or let a notebook show it.

    Attributes
    ----------
    name, summary : str
    equations : tuple of str
        One step, a line each.
    gates : dict of str to str
        What each does when it is 1 and when it is 0.
    states : tuple of str
        What is carried from step to step, the output first.
    blocks : int
        Gates and candidates that have weights of their own.
    input_size, hidden_size : int
        Of the example.
    parameters : int
        ``blocks · hidden · (input + hidden + 2)``, two biases with them.
    multiply_adds : int
        ``blocks · hidden · (input + hidden)``: one step of one sequence, matrix products only.
    state_bytes : int
        Carried by one sequence, in float32.
    measured : tuple of Claim
        Statements about it that were measured; none of a cell that ``docs/claims.md`` does not treat.
    measured_on : str
        The day.
    """

    name: str
    summary: str
    equations: tuple[str, ...]
    gates: dict[str, str]
    states: tuple[str, ...]
    blocks: int
    input_size: int
    hidden_size: int
    parameters: int
    multiply_adds: int
    state_bytes: int
    measured: tuple[Claim, ...]
    measured_on: str

    def to_json(self) -> str:
        """Return all of it as JSON text; every measurement has its mean, its interval and its verdict."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False)

    def __str__(self) -> str:
        return text_of(self)

    def _repr_html_(self) -> str:
        return html_of(self)


def explain(cell: str | Cell, *, input_size: int = INPUT, hidden_size: int = HIDDEN) -> Explanation:
    """Explain a cell: its equations, what each gate does, its size, and what was measured of it.

    Parameters
    ----------
    cell : str or Cell
        A registered name, upper or lower case, or a cell itself.
    input_size, hidden_size : int, default 32 and 64
        Of the layer whose parameters and multiply-adds are counted.

    Returns
    -------
    Explanation

    Raises
    ------
    ConfigurationError
        If nothing has this name, or a size is below 1.

    Examples
    --------
    >>> import gatewise
    >>> found = gatewise.explain("gru", input_size=16, hidden_size=64)
    >>> found.gates["update"]
    'z → 1 keeps the state, z → 0 replaces it by the candidate n'
    >>> found.parameters, found.multiply_adds
    (15744, 15360)
    """
    known = cell_named(cell)
    for name, size in (("input_size", input_size), ("hidden_size", hidden_size)):
        if size < 1:
            raise ConfigurationError(f"expected at least 1, got {size}", option=name)
    weights = known.blocks * hidden_size * (input_size + hidden_size)
    claims = known_claims()
    return Explanation(
        name=known.name,
        summary=known.summary or known.description,
        equations=known.equations,
        gates=_gates(known),
        states=known.states,
        blocks=known.blocks,
        input_size=input_size,
        hidden_size=hidden_size,
        parameters=weights + BIASES * known.blocks * hidden_size,
        multiply_adds=weights,
        state_bytes=BYTES * len(known.states) * hidden_size,
        measured=claims.of(known.name),
        measured_on=claims.date,
    )


def _gates(cell: Cell) -> dict[str, str]:
    derived = (DERIVED[cell.keeps[cell.block_names.index(gate)]] for gate in cell.gates)
    return dict(zip(cell.gates, cell.meanings or derived, strict=True))
