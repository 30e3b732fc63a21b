"""A new thing in the place of an old one."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatewise import exchanging
from gatewise.exchanging import put_in_place, sync_all


@pytest.fixture(params=[True, False], ids=["at once", "one after the other"])
def at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """With the system's exchange, and without one."""
    if not request.param:
        monkeypatch.setattr(exchanging, "_exchange", lambda *_: False)
    return bool(request.param)


def folder(path: Path, text: str) -> Path:
    path.mkdir()
    (path / "file").write_text(text)
    return path


@pytest.mark.usefixtures("at_once")
def test_a_folder_takes_the_place_of_another(tmp_path: Path) -> None:
    new, old = folder(tmp_path / "new", "new"), folder(tmp_path / "old", "old")
    put_in_place(new, old, tmp_path / "aside")
    assert (old / "file").read_text() == "new"
    left = [path for path in (new, tmp_path / "aside") if path.exists()]
    assert [(path / "file").read_text() for path in left] == ["old"]


@pytest.mark.usefixtures("at_once")
def test_where_nothing_was(tmp_path: Path) -> None:
    put_in_place(folder(tmp_path / "new", "new"), tmp_path / "path", tmp_path / "aside")
    assert [path.name for path in tmp_path.iterdir()] == ["path"]


def test_what_cannot_be_put_there_leaves_what_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new, old = folder(tmp_path / "new", "new"), folder(tmp_path / "old", "old")
    monkeypatch.setattr(exchanging, "_exchange", lambda *_: False)
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self == new:
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OSError, match="Input/output error"):
        put_in_place(new, old, tmp_path / "aside")
    assert (old / "file").read_text() == "old"
    assert not (tmp_path / "aside").exists()


def test_somebody_who_was_faster_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new, path = folder(tmp_path / "new", "new"), tmp_path / "path"
    seen = iter([False])
    lexists = exchanging.os.path.lexists

    def look(one: Path) -> bool:
        if next(seen, None) is False:
            folder(path, "theirs")
            return False
        return lexists(one)

    monkeypatch.setattr(exchanging.os.path, "lexists", look)
    put_in_place(new, path, tmp_path / "aside")
    assert (path / "file").read_text() == "new"


def test_every_file_and_folder_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder(tmp_path / "a", "a")
    folder(tmp_path / "a" / "b", "b")
    synced: list[Path] = []
    monkeypatch.setattr(exchanging, "sync", synced.append)
    sync_all(tmp_path / "a")
    assert sorted(path.relative_to(tmp_path).as_posix() for path in synced) == [
        "a",
        "a/b",
        "a/b/file",
        "a/file",
    ]
    monkeypatch.undo()
    sync_all(tmp_path / "a")
