"""The site is built without a warning, leads nowhere that is not there, fetches nothing, and has every public name.

Tutorials are not executed here: their code runs with short trainings in ``test_docs.py``, in full in ``make docs``.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = ("gatewise", "gatewise.nn", "gatewise.inspection", "gatewise.data.readers", "gatewise.errors")


def ran(*command: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built from a copy: stubs of the reference are written beside their page."""
    copy = tmp_path_factory.mktemp("site")
    unwanted = shutil.ignore_patterns("_build", "generated", "__pycache__")
    for folder in ("docs", "benchmarks/results", "src/gatewise"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=unwanted)
    for name in ("CONTRIBUTING.md", "CHANGELOG.md", "RELEASING.md"):
        shutil.copy(ROOT / name, copy)
    options = ("--quiet", "--fail-on-warning", "--keep-going", "-D", "nb_execution_mode=off")
    built = ran("-m", "sphinx", "-b", "html", "-c", "docs", *options, ".", "docs/_build/html", cwd=copy)
    assert (built.returncode, built.stderr) == (0, "")
    return copy / "docs" / "_build" / "html"


@pytest.mark.slow
def test_every_link_of_the_site_leads_somewhere_and_nothing_is_fetched(site: Path) -> None:
    checked = ran("docs/extensions/links.py", site)
    assert (checked.returncode, checked.stdout) == (0, "")


@pytest.mark.slow
def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    links = ("b.html", "b.html#there", "b.html#not", "c.html", "https://example.org")
    body = "".join(f'<a href="{link}">x</a>' for link in links) + '<img src="https://example.org/x.png">'
    (tmp_path / "a.html").write_text(body, encoding="utf-8")
    (tmp_path / "b.html").write_text('<p id="there">', encoding="utf-8")
    checked = ran("docs/extensions/links.py", tmp_path)
    assert (checked.returncode, checked.stdout) == (
        1,
        "a.html: b.html#not names no place in that page\n"
        "a.html: c.html leads nowhere\n"
        "a.html: https://example.org/x.png is fetched from a network\n",
    )


@pytest.mark.slow
def test_the_site_can_be_read_from_a_disk(site: Path) -> None:
    """It opens by its first page, has equations without a script, its search index, and the language of a page."""
    assert "url=docs/index.html" in (site / "index.html").read_text(encoding="utf-8")
    gru = (site / "docs/reference/generated/gatewise.nn.GRU.html").read_text(encoding="utf-8")
    assert "<math" in gru
    assert "mathjax" not in gru.lower()
    assert "⊙" in (site / "docs/cells.html").read_text(encoding="utf-8")
    assert (site / "searchindex.js").stat().st_size > 100_000
    assert '<html lang="zh"' in (site / "docs/zh/cells.html").read_text(encoding="utf-8")
    results = (site / "docs/benchmarks.html").read_text(encoding="utf-8")
    for path in (ROOT / "benchmarks" / "results").glob("*.md"):
        assert f"{path.stem}.html" in results


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_is_in_the_reference(module: str) -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs" / "reference").glob("*.md"))
    names = set(re.findall(r"^   (\w+)$", text, re.MULTILINE))
    public = set(import_module(module).__all__) - {"nn"}
    assert public - names == set()
