"""Every code block of the documentation runs, on small files and with short trainings, and prints what stands there."""

from __future__ import annotations

import io
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any
from unittest import SkipTest

import pytest
import stage
from matplotlib import pyplot
from sybil import Example, Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown import CodeBlockParser, SkipParser

import gatewise
from gatewise.cli import main
from gatewise.comparison.config import ComparisonConfig
from gatewise.estimators import members
from gatewise.nn.cells.registry import CELLS

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    str(path.relative_to(ROOT))
    for pattern in ("*.md", "docs/**/*.md", "changelog/*.md", ".github/**/*.md")
    for path in ROOT.glob(pattern)
    if "_build" not in path.parts
)
# ``text`` is what a program prints; right below a block, what that one printed, to the letter. ``{eval-rst}`` lists
# what the reference has a page of.
LANGUAGES = {"python", "sh", "c", "text", "json", "{eval-rst}"}
UPDATES = 20
QUICK = {
    "compare": (
        "--workers",
        "1",
        "--seeds",
        "2",
        "--trials",
        "1",
        "--no-curves",
        "--hidden-size",
        "4",
        "--quiet",
    ),
    "fit": ("--hidden-size", "4", "--quiet"),
}


def run_shell(example: Example) -> None:
    """Run each line in this process, as the command that is installed does."""
    patch: pytest.MonkeyPatch = example.namespace["monkeypatch"]
    for line in str(example.parsed).splitlines():
        program, *arguments = shlex.split(line, comments=True) or [""]
        if not program:
            continue
        assert program == "gatewise", f"{line}: only gatewise is run; skip the block and say why"
        patch.setattr("sys.argv", [program, *arguments, *QUICK.get(arguments[0], ())])
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        assert code == 0, line


def check_c(example: Example) -> None:
    """Compile a block beside the headers that the page has exported."""
    if shutil.which("gcc") is None:
        raise SkipTest("no gcc")
    folder: Path = example.namespace["made"].files[0].parent
    (folder / "example.c").write_text(str(example.parsed), encoding="utf-8")
    command = ["gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "example.c"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    (folder / "example.c").unlink()
    assert (ran.returncode, ran.stderr) == (0, "")


def listened(run: Callable[[Example], None]) -> Callable[[Example], None]:
    """Run a block and keep what it prints, with the place where the block ends."""

    def keep(example: Example) -> None:
        with redirect_stdout(io.StringIO()) as printed:
            run(example)
        example.namespace["printed"] = (example.end, printed.getvalue())

    return keep


def check_printed(example: Example) -> None:
    """Compare with what the block right above has printed."""
    end, printed = example.namespace.get("printed", (0, ""))
    if not example.document.text[end : example.start].strip("` \n"):
        assert printed == str(example.parsed), f"{example.path}, line {example.line}"


DOCS = Sybil(
    parsers=[
        CodeBlockParser("python", listened(PythonEvaluator())),
        CodeBlockParser("sh", listened(run_shell)),
        CodeBlockParser("c", check_c),
        CodeBlockParser("text", check_printed),
        SkipParser(),
    ]
)


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A folder of a user's files, and names; trainings end early."""
    train = members.train
    monkeypatch.setattr(
        members, "train", lambda *data, steps, **options: train(*data, steps=min(steps, UPDATES), **options)
    )
    compare, quick = gatewise.compare, ComparisonConfig(seeds=2, trials=1, workers=1, curves=False)
    fewer = {"seeds": 2, "folds": 2}
    monkeypatch.setattr(
        gatewise,
        "compare",
        lambda *data, **options: compare(
            *data, config=quick, **{name: fewer.get(name, value) for name, value in options.items()}
        ),
        raising=False,
    )
    monkeypatch.chdir(tmp_path)
    stage.put_files(tmp_path)
    known = set(CELLS)
    yield stage.names(tmp_path) | {"gatewise": gatewise, "monkeypatch": monkeypatch}
    pyplot.close("all")
    for name in CELLS.keys() - known:  # that the page registered
        del CELLS[name]


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", [page for page in PAGES if "```" in (ROOT / page).read_text(encoding="utf-8")]
)
def test_every_block_runs(page: str, user: dict[str, Any]) -> None:
    document = DOCS.parse(ROOT / page)
    document.namespace.update(user)
    for example in document.examples():
        try:
            example.evaluate()
        except SkipTest:
            continue


@pytest.mark.parametrize(("printed", "right"), [("2\n", True), ("3\n", False)])
def test_what_a_block_prints_is_compared(printed: str, right: bool, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        f"```python\nprint(1 + 1)\n```\n\n```text\n{printed}```\n\nIn prose:\n\n```text\nanything\n```\n"
    )
    examples = list(DOCS.parse(page).examples())
    assert len(examples) == 3
    examples[0].evaluate()
    if right:
        examples[1].evaluate()
    else:
        with pytest.raises(AssertionError, match=r"page\.md, line 5"):
            examples[1].evaluate()
    examples[2].evaluate()


@pytest.mark.parametrize("page", PAGES)
def test_every_block_has_a_language_and_every_skip_a_reason(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    fences = re.findall(r"^ *```(.*)$", text, re.MULTILINE)
    assert set(fences[::2]) <= LANGUAGES
    assert set(fences[1::2]) <= {""}
    skips = re.findall(r"<!--- *skip: (.*?) *-->", text)
    assert [skip for skip in skips if not re.fullmatch(r'next "[^"]{10,}"', skip)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", (ROOT / page).read_text(encoding="utf-8"))
    places = [link for link in links if "://" not in link]
    assert [place for place in places if not (ROOT / page).parent.joinpath(place).exists()] == []
