"""What wheel and sdist have to hold, and the first steps of an installed package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import gatewise
from release import smoke
from release.package import sdist_lacks, wheel_lacks

ROOT = Path(__file__).parents[1]
TRACKED = [
    "README.md",
    ".gitignore",
    "src/gatewise/py.typed",
    "src/gatewise/data/samples/weather.csv",
    "tests/cells.py",
]


def test_a_wheel_holds_every_file_of_the_package() -> None:
    names = ["gatewise/py.typed", "gatewise/data/samples/weather.csv", "gatewise-0.1.0.dist-info/RECORD"]
    assert wheel_lacks(names, TRACKED) == []
    assert wheel_lacks(names[:1], TRACKED) == ["gatewise/data/samples/weather.csv"]


def test_an_sdist_holds_every_file_of_the_repository() -> None:
    names = [f"gatewise-0.1.0/{path}" for path in TRACKED if path != ".gitignore"]
    assert sdist_lacks(names, TRACKED) == []
    assert sdist_lacks(names[1:], TRACKED) == ["README.md"]


def test_the_smoke_test_asks_for_the_package_that_is_installed(tmp_path: Path) -> None:
    assert smoke.versions(tmp_path) == f"gatewise {gatewise.__version__}"
    with pytest.raises(smoke.SmokeError, match=r"exit 2 of .*gatewise nothing"):
        smoke.gatewise(tmp_path, "nothing")


def test_a_step_that_fails_ends_the_smoke_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "page.html").write_text("<p>")

    def page(_: Path) -> str:
        return smoke._page(tmp_path / "page.html")

    def after(_: Path) -> str:
        raise AssertionError

    monkeypatch.setattr(smoke, "STEPS", (page, after))
    monkeypatch.setattr("sys.argv", ["smoke.py"])
    assert smoke.main() == 1
    assert capsys.readouterr() == ("", f"page: {tmp_path / 'page.html'} is no page\n")


def test_an_image_is_built_from_files_that_are_there() -> None:
    """What the Dockerfile copies is let through, and exists."""
    copied = [
        name
        for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for name in line.split()[1:-1]
    ]
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert copied == ["pyproject.toml", "constraints.txt", "README.md", "LICENSE", "src"]
    assert [name for name in copied if not (ROOT / name).exists() or f"!{name}" not in ignore] == []


def test_the_smoke_test_needs_nothing_but_python() -> None:
    ran = subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "release" / "smoke.py"), "--help"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
