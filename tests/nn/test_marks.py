"""Weights of one GRU in another, whose names and shapes are the same; switches by their place."""

from __future__ import annotations

import io
import warnings

import pytest
import torch
from torch import nn

import gatewise
from gatewise.nn import CIFG, GRU, LSTM, MGU, RNN


def test_weights_of_torchs_gru_do_not_load_silently_into_the_papers() -> None:
    file = io.BytesIO()
    torch.save(nn.GRU(3, 4).state_dict(), file)
    file.seek(0)
    theirs = torch.load(file)
    with pytest.warns(UserWarning, match="weights") as record:
        GRU(3, 4).load_state_dict(theirs)
    assert str(record[0].message) == (
        "GRU: the weights do not say of which GRU they are; those of torch.nn.GRU are of another, which "
        "GRU(reset_after=True) computes"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        GRU(3, 4, reset_after=True).load_state_dict(theirs)
        gatewise.accelerate(nn.GRU(3, 4)).load_state_dict(theirs)
        # Plain dicts, as safetensors reads them, tell nothing.
        GRU(3, 4).load_state_dict(dict(theirs))
        GRU(3, 4).load_state_dict(dict(theirs), assign=True)


def test_state_dicts_say_of_which_cell_they_are() -> None:
    paper, after = nn.Sequential(GRU(3, 4)), nn.Sequential(GRU(3, 4, reset_after=True))
    for model in (paper, after):
        type(model)(*[type(one)(3, 4, reset_after=one.reset_after) for one in model]).load_state_dict(
            model.state_dict()
        )
    for source, target, names in (
        (after, paper, ("GRU-after", "GRU")),
        (nn.Sequential(gatewise.accelerate(nn.GRU(3, 4))), paper, ("GRU-after", "GRU")),
        (paper, nn.Sequential(gatewise.accelerate(nn.GRU(3, 4))), ("GRU", "GRU-after")),
    ):
        with pytest.raises(RuntimeError) as caught:
            target.load_state_dict(source.state_dict())
        assert (
            "0: the weights are of a {}, and this is a {}, which computes something else with them; as "
            "dict(state_dict) they load all the same".format(*names)
        ) in str(caught.value)
        target.load_state_dict(dict(source.state_dict()))
    # torch's own layer takes what has its names.
    nn.Sequential(nn.GRU(3, 4)).load_state_dict(paper.state_dict())


@pytest.mark.parametrize("kind", [LSTM, GRU, CIFG, MGU])
def test_switches_by_their_place(kind: type) -> None:
    layer = kind(10, 20, 2, False, True, 0.5, True)
    assert (layer.bias, layer.batch_first, layer.dropout, layer.bidirectional) == (False, True, 0.5, True)
    assert layer.num_layers == 2


def test_switches_of_an_rnn_by_their_place() -> None:
    ours, theirs = (kind(10, 20, 2, "relu", False, True, 0.5, True) for kind in (RNN, nn.RNN))
    assert ours.nonlinearity == theirs.nonlinearity == "relu"
    assert (ours.dropout, ours.batch_first) == (theirs.dropout, theirs.batch_first) == (0.5, True)
    assert list(ours.state_dict()) == list(theirs.state_dict())
