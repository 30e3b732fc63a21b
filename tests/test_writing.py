"""Files and folders appear whole, readable as others, and leave nothing beside them."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest

from gatewise import writing
from gatewise.errors import ConfigurationError
from gatewise.writing import clear_away, new_folder, whole, write_whole


def half_a_file(path: Path, error: BaseException) -> None:
    with whole(path) as part:
        part.write_text("half")
        raise error


def half_a_folder(path: Path, error: BaseException) -> None:
    with new_folder(path) as folder:
        (folder / "half").write_text("half")
        raise error


def test_a_file_appears_at_the_end(tmp_path: Path) -> None:
    path = write_whole(tmp_path / "a.txt", "old")
    with whole(path) as part:
        part.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), KeyboardInterrupt(), ValueError("x")]
)
def test_what_ends_badly_leaves_what_was(tmp_path: Path, error: BaseException) -> None:
    path = write_whole(tmp_path / "a.txt", "old")
    with pytest.raises((ConfigurationError, KeyboardInterrupt, ValueError)) as caught:
        half_a_file(path, error)
    if isinstance(error, OSError):
        assert str(caught.value) == f"{path}: cannot be written (No space left on device); name another path"
    with pytest.raises(type(error)):
        half_a_folder(tmp_path / "folder", error)
    assert {one.name: one.read_text() for one in tmp_path.iterdir()} == {"a.txt": "old"}


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_all_files_are_as_readable_as_others_here(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        write_whole(tmp_path / "a.txt", "")
        with new_folder(tmp_path / "folder") as folder:
            (folder / "inner").mkdir()
            (folder / "inner" / "closed").touch(0o600)
    finally:
        os.umask(before)
    modes = {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*") if path.is_file()}
    assert modes == {0o666 & ~mask}
    assert (tmp_path / "folder").stat().st_mode & 0o777 == 0o777 & ~mask


@pytest.mark.skipif(writing.fcntl is None, reason="locks of POSIX")
def test_what_a_killed_process_left_is_swept_and_what_is_being_written_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "YOUNG", 0.0)
    (tmp_path / ".a.txt.7-0.part").write_text("half")
    (tmp_path / ".a.7-0.work").mkdir()
    (tmp_path / ".a.7-0.work" / "lock").touch()
    (tmp_path / ".a.7-1.work").mkdir()
    (tmp_path / ".of mine").touch()
    with whole(tmp_path / "a.txt") as one, new_folder(tmp_path / "a") as other:
        one.write_text("one")
        write_whole(tmp_path / "a.txt", "in between")
        with new_folder(tmp_path / "a"):
            pass
        assert one.exists()
        assert other.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == [".of mine", "a", "a.txt"]
    assert (tmp_path / "a.txt").read_text() == "one"


def test_what_is_being_written_can_be_cleared_away(tmp_path: Path) -> None:
    with (
        new_folder(tmp_path / "folder") as folder,
        suppress(ConfigurationError),
        whole(tmp_path / "a") as part,
    ):
        part.write_text("half")
        clear_away()
        assert list(tmp_path.iterdir()) == []
        folder.mkdir(parents=True)
        (folder.parent / "lock").touch()
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_name_as_long_as_names_can_be(tmp_path: Path) -> None:
    path = tmp_path / ("a" * 250 + ".txt")
    write_whole(path, "text")
    with new_folder(tmp_path / ("b" * 255)):
        pass
    assert {one.name for one in tmp_path.iterdir()} == {path.name, "b" * 255}
