"""Batches: padding, and rows of like length together."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from gatewise.data.batch import bucketed, collate


def test_sequences_are_padded_with_zeros_at_the_end() -> None:
    batch = collate([np.ones((2, 1), np.float32), np.full((3, 1), 2, np.float32)], np.array([1, 0]))
    assert batch.values[:, :, 0].tolist() == [[1, 1, 0], [2, 2, 2]]
    assert batch.lengths.tolist() == [2, 3]
    assert batch.target is not None
    assert batch.target.tolist() == [1, 0]


@pytest.mark.parametrize("rows", [1, 3, 8, 129, 300])
def test_every_row_comes_once_in_an_epoch(rows: int) -> None:
    lengths = np.random.default_rng(0).integers(1, 50, rows)
    batches = bucketed(lengths, 8, np.random.default_rng(1))
    for _ in range(2):
        seen: list[int] = []
        while len(seen) < rows:
            batch = next(batches)
            assert len(batch) <= 12
            assert len(batch) >= min(rows, 4)
            seen += batch.tolist()
        assert sorted(seen) == list(range(rows))


def test_bucketing_saves_padding() -> None:
    lengths = np.random.default_rng(0).integers(1, 200, 1000)

    def padding(batches: list[np.ndarray]) -> int:
        return int(sum((lengths[rows].max() - lengths[rows]).sum() for rows in batches))

    at_random = np.array_split(np.random.default_rng(1).permutation(1000), 125)
    in_buckets = list(islice(bucketed(lengths, 8, np.random.default_rng(1)), 125))
    assert padding(in_buckets) < 0.2 * padding(at_random)


def test_the_same_seed_gives_the_same_batches() -> None:
    lengths = np.random.default_rng(0).integers(1, 9, 50)
    first, second = (list(islice(bucketed(lengths, 8, np.random.default_rng(3)), 20)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
