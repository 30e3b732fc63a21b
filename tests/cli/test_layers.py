"""``gatewise layers``."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from commands import Run
from torch import nn

from gatewise.nn import GRU, read_layers


def test_layers_are_listed_and_written_for_torch(run: Run, tmp_path: Path) -> None:
    model = nn.ModuleDict({"a": nn.LSTM(3, 4, 2, bidirectional=True), "b": GRU(3, 4)})
    torch.save(model.state_dict(), tmp_path / "model.pt")
    listed = "a: LSTM(3, 4, num_layers=2, bidirectional=True), 736 parameters\nb: GRU(3, 4), 108 parameters\n"
    assert run("layers", "model.pt") == (0, listed, "")
    ran = run("layers", "model.pt", "--output", "written.safetensors")
    assert ran == (0, f"{listed}written  written.safetensors\n", "")
    again = read_layers(tmp_path / "written.safetensors")
    assert again["b"].cell.name == "GRU"
    for name, weights in model.state_dict().items():
        own, _, part = name.partition(".")
        torch.testing.assert_close(again[own].state_dict()[part], weights, rtol=0, atol=0)
    (facts,) = json.loads(run("layers", "model.pt", "--name", "b", "--json").out)
    assert facts == {
        "name": "b",
        "cell": "GRU",
        "input_size": 3,
        "hidden_size": 4,
        "num_layers": 1,
        "bidirectional": False,
        "bias": True,
        "batch_first": False,
        "parameters": 108,
        "origin": "model.pt: state dict, b",
    }


def test_what_a_state_dict_does_not_say(run: Run, tmp_path: Path) -> None:
    torch.save({"r": nn.RNN(3, 4).state_dict(), "g": nn.GRU(3, 4).state_dict()}, tmp_path / "model.pt")
    ran = run("layers", "model.pt", "--nonlinearity", "relu", "--no-reset-after")
    assert ran == (
        0,
        "r: RNN(3, 4, nonlinearity='relu'), 36 parameters\ng: GRU(3, 4), 108 parameters\n",
        "",
    )


def test_what_is_wrong_is_one_line(run: Run, tmp_path: Path) -> None:
    lstm = nn.LSTM(3, 4)
    with torch.no_grad():
        lstm.bias_ih_l0[0] = torch.inf
    torch.save(lstm.state_dict(), tmp_path / "model.pt")
    torch.save(
        {"a": nn.RNN(3, 4).state_dict(), "b": nn.LSTM(3, 4, proj_size=2).state_dict()}, tmp_path / "two.pt"
    )
    ran = run("layers", "model.pt")
    assert ran.err == "note: model.pt: the layer itself: 1 of 144 weights are NaN or infinite\n"
    for arguments, message in (
        (("none.pt",), "none.pt: expected a file, found none"),
        (("model.pt", "--name", "x"), "--name: expected one of '', got 'x'"),
        (("model.pt", "--nonlinearity", "sine"), "--nonlinearity: expected 'tanh' or 'relu', got 'sine'"),
        (("model.pt", "-o", "x.pt"), "--output: expected a name that ends in .safetensors, got x.pt"),
        (
            ("two.pt",),
            "two.pt: b: weight_hr_l0: expected no projection of the state, found one (proj_size); --name a reads a "
            "alone",
        ),
    ):
        ran = run("layers", *arguments)
        assert (ran.code, ran.out, ran.err) == (1, "", f"error: {message}\n")
    assert run("layers", "two.pt", "--name", "a").code == 0
