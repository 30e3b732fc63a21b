"""MiniRocket: the same numbers as its authors' code, for sequences of any length and any number of channels."""

from __future__ import annotations

import numpy as np
import pytest

from gatewise.data.features.rocket import MiniRocket

# Steps of three sequences that exceed every 36th threshold, by ``_transform_multi_var`` of sktime 1.2.0, which is the
# authors' code.
BY_SKTIME = [[17, 14, 21, 13, 10, 8, 7], [17, 16, 7, 10, 8, 5, 4], [11, 10, 8, 5, 5, 3, 4]]
SUMS = [123.91667, 123.47059, 128.72728]


def waves() -> list[np.ndarray]:
    steps = np.arange(24.0)
    return [
        np.stack(
            [np.sin(steps[:n] * (1 + k)), np.cos(0.3 * steps[:n] * (k + 1)) + 0.1 * steps[:n]], 1
        ).astype(np.float32)
        for k, n in enumerate((24, 17, 11))
    ]


def walks(channels: int = 3) -> list[np.ndarray]:
    random = np.random.default_rng(0)
    return [random.normal(size=(n, channels)).cumsum(0).astype(np.float32) for n in (3, 60, 1, 25, 60, 12)]


def test_the_numbers_of_the_authors() -> None:
    channels = np.array([(True, False), (False, True), (True, True)] * 56).reshape(2, 84, 2)
    thresholds = ((np.arange(252) % 7 - 3.0) * 0.61).astype(np.float32)
    rocket = MiniRocket(np.zeros(2), np.ones(2), np.array([1, 2]), np.array([2, 1]), channels, thresholds)
    features = rocket(waves())
    assert (features * [[24], [17], [11]]).round().astype(int)[:, ::36].tolist() == BY_SKTIME
    np.testing.assert_allclose(features.sum(1), SUMS, rtol=1e-6)


def test_what_is_drawn() -> None:
    sequences = walks()
    rocket = MiniRocket.of(sequences)
    assert rocket.thresholds.shape == (9996,)
    assert int(rocket.counts.sum()) * 84 == 9996
    assert (rocket.dilations.min(), rocket.dilations.max()) == (1, 7)  # of 60 steps
    assert set(rocket.channels.sum(2).ravel()) == {1, 2, 3}
    again, other = MiniRocket.of(sequences), MiniRocket.of(sequences, random_state=1)
    np.testing.assert_array_equal(again(sequences), rocket(sequences))
    assert (other.thresholds != rocket.thresholds).any()


def test_a_sequence_alone_has_the_features_that_it_has_among_others() -> None:
    sequences = walks()
    rocket = MiniRocket.of(sequences)
    together = rocket(sequences)
    assert ((together >= 0) & (together <= 1)).all()
    for row, sequence in enumerate(sequences):
        np.testing.assert_array_equal(rocket([sequence])[0], together[row])


def test_channels_of_any_size_count_alike_and_a_constant_one_is_nothing() -> None:
    sequences = walks(2)
    larger = [one * np.array([1e6, 1e-6], np.float32) for one in sequences]
    np.testing.assert_allclose(MiniRocket.of(sequences)(sequences), MiniRocket.of(larger)(larger), atol=0.02)
    flat = [np.ones((n, 1), np.float32) for n in (5, 30)]
    assert not MiniRocket.of(flat)(flat).any()


@pytest.mark.parametrize(("most_values", "most_compared"), [(6 * 1000, 1e9), (1e9, 161 * 1000)])
def test_fewer_features_of_very_much(
    most_values: float, most_compared: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gatewise.data.features.rocket.MOST_VALUES", most_values)
    monkeypatch.setattr("gatewise.data.features.rocket.MOST_COMPARED", most_compared)
    assert MiniRocket.of(walks()).thresholds.shape == (924,)
