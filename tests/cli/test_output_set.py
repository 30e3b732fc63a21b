"""The output of a comparison is of one run."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatewise import exchanging
from gatewise.cli.output_set import output_set
from gatewise.errors import ConfigurationError

NAMES, ASIDE = ("numbers", "report", "model"), (".results",)


def put(folder: Path, text: str) -> None:
    (folder / "numbers").write_text(text)
    (folder / "model").mkdir(exist_ok=True)
    (folder / "model" / "weights").write_text(text)


def found(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def half_a_set(output: Path) -> None:
    with output_set(output, NAMES, aside=ASIDE) as new:
        put(new, "new")
        raise OSError(28, "No space left on device")


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """An older output."""
    folder = tmp_path / "around" / "output"
    folder.mkdir(parents=True)
    put(folder, "old")
    (folder / "report").write_text("old")
    (folder / ".results").mkdir()
    return folder


NEW = {"numbers": "new", "model/weights": "new"}


def test_a_set_is_exchanged_at_once(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Path] = []
    place = exchanging.put_in_place
    monkeypatch.setattr(
        "gatewise.writing.put_in_place",
        lambda new, path, aside: (calls.append(path), place(new, path, aside)),
    )
    with output_set(output, NAMES, aside=ASIDE) as new:
        put(new, "new")
        assert found(output)["numbers"] == "old"
    assert calls == [output.resolve()]
    assert found(output) == NEW
    assert [path.name for path in output.parent.iterdir()] == ["output"]


def test_what_is_of_somebody_else_stays(output: Path) -> None:
    (output / "mine").write_text("mine")
    inode = output.stat().st_ino
    with output_set(output, NAMES, aside=ASIDE) as new:
        put(new, "new")
    assert found(output) == NEW | {"mine": "mine"}
    assert output.stat().st_ino == inode
    assert [path.name for path in output.parent.iterdir()] == ["output"]


def test_the_folder_in_which_it_runs_stays(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(output)
    inode = output.stat().st_ino
    with output_set(Path(), NAMES, aside=ASIDE) as new:
        put(new, "new")
    assert found(output) == NEW
    assert output.stat().st_ino == inode


@pytest.mark.parametrize("beside", [True, False])
def test_what_ends_badly_leaves_what_was(output: Path, beside: bool) -> None:
    if beside:
        (output / "mine").write_text("mine")
    before = found(output)
    with pytest.raises(ConfigurationError, match="cannot be written"):
        half_a_set(output)
    assert found(output) == before
    assert (output / ".results").is_dir()
    assert [path.name for path in output.parent.iterdir()] == ["output"]


def test_a_link_to_a_folder_stays_one(output: Path) -> None:
    link = output.with_name("link")
    link.symlink_to(output)
    with output_set(link, NAMES, aside=ASIDE) as new:
        put(new, "new")
    assert link.is_symlink()
    assert found(output) == NEW
