"""Bits of two checkouts beside each other."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks import bits
from benchmarks.__main__ import main
from benchmarks.errors import BenchmarkError
from benchmarks.results import Result

THEIRS = {"lstm (1, 1): y": "a", "lstm (1, 1): d x": "b", "gru (1, 1): y": "c", "GRU tagger": "d"}


def compared(monkeypatch: pytest.MonkeyPatch, ours: dict[str, str]) -> Result:
    """What is said of a checkout whose arrays have these hashes."""
    monkeypatch.setattr(bits, "_digests_of", lambda checkout: ours if checkout == bits.ROOT else THEIRS)
    return bits.run(Path("other"))


def test_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    result = compared(monkeypatch, THEIRS | {"rnn (1, 1): y": "only here, and nothing to compare with"})
    assert result.rows == (
        {"of": "lstm", "arrays": (2.0,), "the same": (2.0,)},
        {"of": "gru", "arrays": (1.0,), "the same": (1.0,)},
        {"of": "GRU", "arrays": (1.0,), "the same": (1.0,)},
    )
    assert str(result.targets[0]) == "target: arrays that differ at or below 0: reached with 0"
    assert result.notes == ()


def test_bits_that_differ_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = {name: value for name, value in THEIRS.items() if name != "GRU tagger"}
    result = compared(monkeypatch, missing | {"lstm (1, 1): y": "z"})
    assert [row["the same"] for row in result.rows] == [(1.0,), (1.0,), (0.0,)]
    assert str(result.targets[0]) == "target: arrays that differ at or below 0: missed with 2"
    assert result.notes == ("differs: GRU tagger", "differs: lstm (1, 1): y")


def test_what_is_no_checkout_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bits, "ROOT", tmp_path)
    assert main(["bits", "--against", str(tmp_path)]) == 1
    message = f"{tmp_path}: expected a checkout of gatewise, found no src/gatewise"
    assert capsys.readouterr().err == f"benchmarks: {message}\n"


@pytest.mark.slow
def test_a_checkout_that_fails_says_why(tmp_path: Path) -> None:
    """Its package is the one that runs, and it cannot be imported."""
    package = tmp_path / "src" / "gatewise"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise ImportError('broken')\n", encoding="utf-8")
    with pytest.raises(BenchmarkError) as caught:
        bits._digests_of(tmp_path)
    assert str(caught.value) == f"{tmp_path}: ImportError: broken"


def test_a_difference_of_one_bit_has_another_hash(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one = np.ones(3, np.float32)
    arrays = {"a": one, "b": torch.from_numpy(one), "one bit": np.nextafter(one, one + 1), "shape": one[None]}
    monkeypatch.setattr(bits, "_arrays", arrays.items)
    bits._print_digests()
    digests = json.loads(capsys.readouterr().out)
    assert digests["a"] == digests["b"]
    assert len(set(digests.values())) == 3
