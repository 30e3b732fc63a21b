"""Convolutions of each patch beside the patch itself."""

from __future__ import annotations

import numpy as np
import pytest

from gatewise.data.inputs.convolved import ConvolvedInputs
from gatewise.data.inputs.fitting import fit_inputs, inputs_from, pack_inputs
from gatewise.data.inputs.values import ValueInputs


def walks() -> list[np.ndarray]:
    random = np.random.default_rng(0)
    return [random.normal(size=(n, 2)).cumsum(0).astype(np.float32) for n in (40, 33, 9, 1)]


def fitted(convolved: bool | None = True, most_steps: int = 8) -> ConvolvedInputs | ValueInputs:
    return fit_inputs("values", walks(), most_steps=most_steps, differences=True, convolved=convolved)  # type: ignore[return-value]


def test_patches_and_shares() -> None:
    inputs = fitted()
    assert isinstance(inputs, ConvolvedInputs)
    assert (inputs.patch, inputs.shape.sizes) == (5, {"width": 5 * 4 + 504})
    encoded = [inputs.encode(one) for one in walks()]
    assert [one.shape for one in encoded] == [(n, 524) for n in (8, 7, 2, 1)]
    for one, walk in zip(encoded, walks(), strict=True):
        np.testing.assert_array_equal(one[:, :20], inputs.values.encode(walk))
        # Over all patches shares are those of the whole, but for what the last patch lacks.
        shares = inputs.rocket.in_patches(walk, 5)
        np.testing.assert_allclose(one[:, 20:], inputs.scaler(shares), atol=1e-6)
        whole = inputs.rocket([walk])[0]
        np.testing.assert_allclose(shares.mean(0) * 5 * len(one) / len(walk), whole, atol=1e-6)


def test_only_where_patches_are_long() -> None:
    assert isinstance(fitted(None), ConvolvedInputs)
    assert isinstance(fitted(None, most_steps=10), ConvolvedInputs)  # four in a patch
    assert isinstance(fitted(None, most_steps=14), ValueInputs)  # three
    assert isinstance(fitted(True, most_steps=64), ConvolvedInputs)
    assert isinstance(fitted(False), ValueInputs)


def test_the_same_after_saving() -> None:
    inputs = fitted()
    again = inputs_from(*pack_inputs(inputs))
    for walk in walks():
        np.testing.assert_array_equal(again.encode(walk), inputs.encode(walk))


def test_fewer_features_of_many_patches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatewise.data.inputs.convolved.MOST_VALUES", 18 * 200)
    assert fitted().shape.sizes == {"width": 5 * 4 + 168}
