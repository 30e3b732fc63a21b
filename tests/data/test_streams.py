"""Streams: every symbol in its order, the state's beginnings marked, nothing read before its time."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
import torch

from gatewise.data.streams import StreamBatch, default_rows, streams, windows


def same(items: np.ndarray, random: np.random.Generator) -> np.ndarray:  # noqa: ARG001 - the form of all of them
    return items


def numbered(*lengths: int) -> list[np.ndarray]:
    """Documents whose symbols are all different."""
    ends = np.cumsum(lengths)
    return [np.arange(end - length, end) + 1 for length, end in zip(lengths, ends, strict=True)]


def batches(documents: list[np.ndarray], rows: int, window: int, count: int) -> list[StreamBatch]:
    return list(islice(streams(documents, rows, window, np.random.default_rng(0), same), count))


def test_each_row_goes_on_where_it_was() -> None:
    (text,) = documents = numbered(1000)
    last: list[int | None] = [None] * 4
    seen = []
    for number, batch in enumerate(batches(documents, 4, 20, 12)):
        assert batch.real is None
        for row in range(4):
            target, read = batch.target[row].tolist(), batch.values[row].tolist()
            assert bool(batch.begins[row]) == (number == 0)
            if number:
                assert target[0] == last[row] + 1  # type: ignore[operator]  # set by the batch before
            assert read == [one - 1 for one in target]
            last[row] = target[-1]
            seen += target
    # Nearly all in one epoch, each once; what a random shift leaves out is less than a window.
    assert len(set(seen)) == len(seen) > 1000 - 20 - 4
    assert set(seen) <= set(text.tolist())


def test_cuts_differ_between_epochs() -> None:
    epochs = [batch.target[0, 0].item() for batch in batches(numbered(1000), 4, 20, 60) if batch.begins[0]]
    assert len(set(epochs)) > 2


def test_documents_begin_with_nothing_before_them_and_are_read_whole() -> None:
    documents = numbered(7, 30, 12, 5, 18)
    found: dict[int, list[int]] = {}
    current = [0, 0]
    for batch in batches(documents, 2, 10, 40):
        for row in range(2):
            length = int(batch.lengths[row])
            target = batch.target[row, :length].tolist()
            if batch.begins[row]:
                assert batch.values[row, 0] in (0, target[0] - 1)
                current[row] = target[0]
                found[current[row]] = []
            found[current[row]] += target
            assert batch.target[row, length:].eq(0).all()
    for document in documents[2:4]:
        assert found[document[0]] == document.tolist()


def test_frames_are_padded_with_silence() -> None:
    frames = [np.ones((3, 2), np.float32), np.ones((5, 2), np.float32)]
    batch = batches(frames, 2, 10, 1)[0]
    assert batch.values.shape == (2, 5, 2)
    assert batch.values.dtype == torch.float32
    assert batch.values[:, 0].eq(0).all()
    assert batch.real is not None
    assert batch.real.sum(1).tolist() == batch.lengths.tolist()
    assert batch.target.sum() == 2 * batch.lengths.sum()


def test_scoring_reads_everything_once() -> None:
    documents = numbered(25, 10, 3)
    found: list[list[int]] = [[], [], []]
    sizes = []
    for batch in windows(documents, 10):
        sizes.append(len(batch.lengths))
        for row, length in enumerate(batch.lengths.tolist()):
            found[row] += batch.target[row, :length].tolist()
    assert found == [document.tolist() for document in documents]
    assert sizes == [3, 1, 1]


@pytest.mark.parametrize(
    ("lengths", "window", "rows"),
    [
        ((1_000_000,), 100, 16),
        ((50,), 100, 1),
        ((450,), 100, 4),
        ((10,) * 1000, 100, 40),
        ((60,) * 229, 200, 16),
    ],
)
def test_the_number_of_rows(lengths: tuple[int, ...], window: int, rows: int) -> None:
    assert default_rows(numbered(*lengths), window) == rows
