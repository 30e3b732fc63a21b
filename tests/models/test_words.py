"""Embedded words and their characters."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from gatewise.data.inputs.words import WordInputs
from gatewise.models.inputs import build_input
from gatewise.models.words import CHARACTER_WIDTH, FILTERS, REACHES, WordInput

INPUTS = WordInputs.of([["play", "Ænima", "by", "TOOL", "42"], ["a", "playlist"]])


def layer() -> WordInput:
    torch.manual_seed(0)
    built = build_input(INPUTS.shape)
    assert isinstance(built, WordInput)
    return built


def test_a_word_is_read_the_same_in_any_company() -> None:
    built = layer()
    alone = built(INPUTS.collate([INPUTS.encode(["play"])]))
    among = built(INPUTS.collate([INPUTS.encode(["a", "playlist", "play"]), INPUTS.encode(["by"])]))
    assert alone.shape == (1, 1, built.width)
    torch.testing.assert_close(among[0, 2], alone[0, 0])


def test_characters_are_convolved_as_torch_does() -> None:
    built = layer()
    batch = INPUTS.collate([INPUTS.encode(["play", "TOOL", "play"]), INPUTS.encode(["a"])])
    letters = batch.values[..., 5:]
    expected = []
    for reach, linear in zip(REACHES, built.filters, strict=True):
        convolution = nn.Conv1d(CHARACTER_WIDTH, FILTERS, reach, padding=reach // 2)
        weight = linear.weight.view(FILTERS, reach, CHARACTER_WIDTH).transpose(1, 2)
        convolution.load_state_dict({"weight": weight, "bias": linear.bias})
        over = torch.relu(convolution(built.characters(letters[0]).transpose(1, 2)))
        real = letters[0] != 0
        expected.append((over * real[:, None]).amax(2))
    torch.testing.assert_close(built(batch)[0, :, -FILTERS * len(REACHES) :], torch.cat(expected, dim=1))


def test_gradients_reach_every_table() -> None:
    built = layer()
    built(INPUTS.collate([INPUTS.encode(["play", "zzz"])])).square().sum().backward()
    for name, parameter in built.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name


def test_a_word_without_characters() -> None:
    built = layer()
    read = built(INPUTS.collate([INPUTS.encode("")]))
    assert np.isfinite(read.detach().numpy()).all()
    assert (read[..., -FILTERS * len(REACHES) :] == 0).all()
