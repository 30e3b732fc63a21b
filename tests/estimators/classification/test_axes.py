"""What was said of axes when a model was fitted holds for what it reads later."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gatewise import SequenceClassifier, load


def test_axes_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    y = np.array([0, 1] * 8)
    x = np.random.default_rng(0).normal(size=(16, 2, 40)) + y[:, None, None]
    np.savez("a.npz", x=x, y=y)
    model = SequenceClassifier(max_seconds=0.5, random_state=0).fit("a.npz", axes="n c t")
    assert model.n_features_in_ == 2
    expected = model.predict(x.transpose(0, 2, 1).astype(np.float32))
    assert np.array_equal(model.predict("a.npz"), expected)
    model.save("m")
    assert np.array_equal(load("m").predict("a.npz"), expected)


def test_what_a_reader_has_put_in_order_is_not_turned_again(tmp_path: Path) -> None:
    y = np.array([0, 1] * 8)
    x = np.random.default_rng(0).normal(size=(16, 2, 40)) + y[:, None, None]
    np.savez(tmp_path / "a.npz", x=x, y=y)
    model = SequenceClassifier(max_seconds=0.5, random_state=0, axes="n c t")
    model.fit(tmp_path / "a.npz", axes="n c t")
    assert model.n_features_in_ == 2
    # Arrays have the axes that the constructor says.
    assert np.array_equal(model.predict(x.astype(np.float32)), model.predict(tmp_path / "a.npz"))
