"""Arrays of numpy in files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gatewise.data.readers import read, read_labelled, read_sequences
from gatewise.errors import ReadError

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]

X = np.random.default_rng(0).normal(size=(6, 20, 3))
Y = np.array([0, 1] * 3)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_sequences_and_labels() -> None:
    np.savez("a.npz", X_train=X, y_train=Y, X_test=X[:2], y_test=Y[:2])
    data = read("a.npz")
    assert data.task == "classification"
    assert np.allclose(np.stack(data.sequences), X)  # type: ignore[arg-type]  # arrays
    assert data.target.tolist() == Y.tolist()
    assert data.notes == (
        "task classification: it holds arrays of sequences and labels",
        "arrays: sequences=X_train, target=y_train; 6 sequences of 20 steps and 3 channels",
    )


def test_an_array_with_its_labels_beside_it() -> None:
    np.save("X_train.npy", X)
    np.save("y_train.npy", np.array([*"ab"] * 3))
    assert read("X_train.npy").target.tolist() == [*"ab"] * 3
    assert len(read_sequences("X_train.npy")) == 6


def test_channels_before_time() -> None:
    np.savez("a.npz", x=X[:, :9].transpose(0, 2, 1).repeat(3, axis=2), y=Y, groups=Y)
    swapped = read_labelled("a.npz", axes="n c t")
    assert swapped.sequences[0].shape == (27, 3)  # type: ignore[union-attr]  # an array
    assert swapped.groups is not None
    with pytest.raises(ReadError) as error:
        read("a.npz")
    assert str(error.value) == (
        "a.npz: array 'x' has shape (6, 3, 27): 3 steps of 27 channels, or 27 steps of 3; say which with "
        'axes="n t c" or axes="n c t"'
    )
    assert error.value.remedy == {"axes": "n c t"}
    assert read_labelled("a.npz", axes="n t c").sequences[0].shape == (3, 27)  # type: ignore[union-attr]


def test_padding_is_cut() -> None:
    padded = X.copy()
    padded[1, 15:] = np.nan
    np.savez("a.npz", x=padded, y=np.eye(2)[Y])
    data = read("a.npz")
    assert data.lengths.tolist() == [20, 15, 20, 20, 20, 20]
    assert data.target.tolist() == Y.tolist()
    assert data.notes[-1] == "1 sequence filled with NaN at the end, cut there"


def test_numbers_to_be_estimated() -> None:
    np.savez("a.npz", x=X[:, :, 0], y=Y + 0.5)
    data = read("a.npz")
    assert data.task == "regression"
    assert data.target.tolist() == (Y + 0.5).tolist()


@pytest.mark.parametrize(
    ("arrays", "options", "message"),
    [
        ({"x": X}, {}, "cannot tell the array of the labels; name it with target=; arrays are x (6, 20, 3)"),
        ({"a": X, "b": X}, {},
         "cannot tell the array of the sequences; name it with channels=; arrays are a (6, 20, 3), b (6, 20, 3)"),
        ({"x": X, "y": Y[:2]}, {},
         "array 'y' has shape (2,) of int64; expected one value for each of 6 sequences"),
        ({"x": np.array(["a"]), "y": Y}, {},
         "array 'x' has shape (1,) of <U1; expected numbers of shape (sequences, time, channels) or (sequences, time)"),
        ({"x": X, "y": Y}, {"axes": "n t"}, "array 'x' has 3 axes, but axes=\"n t\" names 2"),
        ({"x": X, "y": Y}, {"target": "z"},
         "has no array 'z' for target=; arrays are x (6, 20, 3), y (6,)"),
        ({"x": np.array([[1.0], [None]], object), "y": Y}, {},
         "holds Python objects, which may run code when they are read; save arrays of numbers, those of different "
         "lengths filled with NaN at their ends"),
    ],
)  # fmt: skip
def test_bad_arrays(
    arrays: dict[str, np.ndarray], options: dict[str, str], message: str, refusal: Refusal
) -> None:
    np.savez("a.npz", **arrays)  # type: ignore[arg-type]  # names of arrays
    assert refusal(lambda: read_labelled("a.npz", **options)) == f"a.npz: {message}"  # type: ignore[arg-type]


def test_files_that_hold_something_else(refusal: Refusal) -> None:
    Path("a.npz").write_bytes(b"nothing of numpy")
    assert refusal(lambda: read("a.npz")) == "a.npz: is no file of numpy, or a damaged one; save it again"
    np.save("b.npy", X)
    Path("b.npy").rename("b.npz")
    assert refusal(lambda: read("b.npz")) == "b.npz: is one array, as of an .npy file; rename it to b.npy"
