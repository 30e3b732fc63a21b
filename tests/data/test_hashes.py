"""Numbers by which the same data are known again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from synthetic import series_set, waves

from gatewise.data import hashes
from gatewise.data.hashes import Hashes, hashes_of_rows, hashes_of_sequences, hashes_of_texts
from gatewise.data.series import Columns

RANDOM = np.random.default_rng(0)


def together(blocks: Iterable[Hashes]) -> list[int]:
    return [int(one) for block in blocks for one in block]


def letters(count: int) -> str:
    return "".join(map(chr, RANDOM.integers(97, 123, count)))


def test_sequences_are_known_by_what_is_in_them(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"sound")
    (tmp_path / "b.wav").write_bytes(b"sound")
    values = np.arange(6.0)
    alike = [values.reshape(3, 2), values.reshape(3, 2).astype(np.float32), values.reshape(2, 3)]
    others = ["a b", ["a", "b"], tmp_path / "a.wav", tmp_path / "b.wav", ""]
    found = together(hashes_of_sequences([*alike, *others]))
    assert found[0] == found[1] != found[2]
    assert found[5] == found[6]
    assert len(set(found)) == 6
    assert together(hashes_of_sequences([])) == []


def test_a_stretch_is_known_wherever_it_stands() -> None:
    stretch = letters(64)
    (found,) = together(hashes_of_texts([stretch]))
    assert together(hashes_of_texts([letters(9) + stretch + letters(3)]))[9] == found
    assert found not in together(hashes_of_texts([stretch[1:] + stretch[0], stretch[::-1], stretch[:63]]))


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    text, series = letters(500) + "é💧", series_set([waves(100), waves(40, seed=1)])
    whole = together(hashes_of_texts([text])), together(hashes_of_rows(series))
    assert [len(set(one)) for one in whole] == [502 - 63, 140 - 2 * 7]
    monkeypatch.setattr(hashes, "BLOCK", 7)
    assert (together(hashes_of_texts([text])), together(hashes_of_rows(series))) == whole


def test_rows_are_known_in_a_part_of_their_series_and_at_another_time_are_others() -> None:
    series = series_set([waves(60)])
    found = together(hashes_of_rows(series))
    assert together(hashes_of_rows(series, np.array([50]))) == found[-10:]
    end = series.take(np.array([0]), np.array([30]), np.array([60]))
    assert together(hashes_of_rows(end, np.array([20]))) == found[-10:]
    later = replace(series, start=series.start + np.timedelta64(1, "h"))
    assert series.columns.time is not None
    assert not set(together(hashes_of_rows(later))) & set(found)
    # Without a time, the values alone decide.
    counted = [replace(one, columns=Columns(target=("y",))) for one in (series, later)]
    assert together(hashes_of_rows(counted[0])) == together(hashes_of_rows(counted[1]))


def test_values_that_stand_still_are_nobodys() -> None:
    still = np.concatenate([np.zeros(20), [1.0], np.zeros(20)])
    assert len(together(hashes_of_rows(series_set([still])))) == 8
