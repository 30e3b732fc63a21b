"""``gatewise explain``."""

from __future__ import annotations

import json

from commands import Run

import gatewise
from gatewise.nn.cells.registry import CELLS
from gatewise.spelling import shell_spelling


def test_without_a_name_every_cell_has_one_line(run: Run) -> None:
    ran = run("explain")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert [line.split()[0] for line in lines] == list(CELLS)
    assert max(map(len, lines)) <= 80
    assert json.loads(run("explain", "--json").out) == [
        {"name": cell.name, "summary": cell.summary} for cell in CELLS.values()
    ]


def test_a_cell_is_what_python_says(run: Run) -> None:
    assert run("explain", "gru") == (0, f"{gatewise.explain('GRU')}\n", "")
    sizes = ("--input-size", "3", "--hidden-size", "5")
    known = gatewise.explain("CIFG", input_size=3, hidden_size=5)
    with shell_spelling():
        assert run("explain", "CIFG", *sizes) == (0, f"{known}\n", "")
    assert run("explain", "CIFG", *sizes, "--json") == (0, f"{known.to_json()}\n", "")


def test_an_unknown_name_is_one_line_with_the_nearest(run: Run) -> None:
    ran = run("explain", "lstn")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "error: cell: expected one of RNN, RNN-relu, LSTM, GRU, GRU-after, CIFG, MGU, got 'lstn'; did you mean LSTM?\n"
    )
