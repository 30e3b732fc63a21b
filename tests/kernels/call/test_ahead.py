"""Compiling in other processes what will be needed."""

from __future__ import annotations

import os

import pytest

from gatewise.kernels.call import ahead


def test_nothing_is_started_where_nothing_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "is_kept", lambda _: True)
    monkeypatch.setattr(ahead.subprocess, "Popen", lambda *_, **__: pytest.fail("a process was started"))
    ahead.begin(["gru", "lstm"])


def test_what_is_missing_is_dealt_to_one_process_for_each_core(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(ahead, "is_kept", lambda name: name in ("gru_step", "rnn_backward"))
    monkeypatch.setattr(ahead.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(ahead, "_STARTED", [])
    monkeypatch.setattr(ahead.subprocess, "Popen", lambda command, **_: started.append(command[3:]))
    ahead.begin(["rnn_tanh", "gru", "gru"])
    own = str(os.getpid())
    assert started == [
        [own, "gru:backward", "gru:forward"],
        [own, "rnn_tanh:forward", "rnn_tanh:step"],
    ]


def test_a_process_that_cannot_be_started_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(ahead, "is_kept", lambda _: False)
    monkeypatch.setattr(ahead.subprocess, "Popen", refuse)
    ahead.begin(["gru"])
    assert ahead._STARTED == []


def test_what_a_process_does_is_what_a_training_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[tuple[str, str]] = []
    monkeypatch.setattr(ahead, "entry", lambda name, way, dtype: done.append((name, way)) or dtype)
    monkeypatch.setattr(ahead, "product_address", lambda dtype: done.append(("product", str(dtype))))
    monkeypatch.setattr(ahead, "end_with", lambda parent: done.append(("ends with", str(parent))))
    ahead._main("7", "gru:backward", "gru:forward")
    assert done == [("ends with", "7"), ("gru", "backward"), ("product", "float32"), ("gru", "forward")]
