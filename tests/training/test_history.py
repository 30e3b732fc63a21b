"""Histories of networks that answer together."""

from __future__ import annotations

from gatewise.training.history import History


def test_one_network_has_its_own() -> None:
    history = History(seconds=[1.0], loss=[0.5], steps=3)
    assert History.of_model([history]) is history


def test_an_update_of_a_model_is_one_of_each_network() -> None:
    first = History([1.0, 2.0], [4.0, 2.0], [(5, 1.0, 3.0)], steps=10, step_seconds=0.2, clip_rate=0.5)
    second = History([2.0, 4.0, 6.0], [6.0, 4.0, 2.0], [(5, 2.0, 1.0)], steps=12, step_seconds=0.3)
    assert History.of_model([first, second]) == History(
        seconds=[3.0, 6.0],
        loss=[5.0, 3.0],
        evaluations=[(5, 3.0, 2.0)],
        steps=10,
        step_seconds=0.5,
        clip_rate=0.25,
    )
