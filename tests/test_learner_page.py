"""The learner's page: equations of the cells themselves, figures that stand in the files linked beside them, and the
same in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import gatewise
from gatewise.nn import cell_named

ROOT = Path(__file__).parents[1]
ENGLISH, CHINESE = ROOT / "docs" / "cells.md", ROOT / "docs" / "zh" / "cells.md"
PAGES = (ENGLISH, CHINESE)
BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LEARNT = ("RNN", "LSTM", "CIFG", "GRU", "GRU-after")
# With a decimal point or a percent sign: what was measured.
FIGURE = re.compile(r"(?<![\w.])-?\d+\.\d+|\d+(?:\.\d+)?(?=\s?%)")
LINK = re.compile(r"\]\(([^)#\s]+\.md)\)")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def passages(page: Path) -> Iterator[str]:
    """Rows of tables, points of lists and paragraphs, without code."""
    for line in BLOCK.sub("", text_of(page)).splitlines():
        if line.strip():
            yield re.sub(r"`[^`]*`", "", line)


def without_support(passage: str, folder: Path) -> list[str]:
    """Figures of a passage that stand in none of the files that it links."""
    links = [folder / link for link in LINK.findall(passage)]
    linked = "\n".join(
        text_of(link)
        for link in links
        if link.is_file() and ("results" in link.parts or link.name == "claims.md")
    )
    known = set(FIGURE.findall(linked)) | set(re.findall(r"\d+\.\d+", linked))
    return [figure for figure in FIGURE.findall(LINK.sub("]", passage)) if figure not in known]


@pytest.mark.parametrize("page", PAGES, ids=["en", "zh"])
@pytest.mark.parametrize("name", LEARNT)
def test_equations_are_those_of_the_cell(name: str, page: Path) -> None:
    row = next(
        line
        for line in text_of(page).splitlines()
        if line.startswith("|") and re.search(rf"\b{name}\b", line) and "tanh" in line
    )
    for equation in cell_named(name).equations:
        assert f"`{equation}`" in row


@pytest.mark.parametrize("page", PAGES, ids=["en", "zh"])
def test_every_figure_stands_in_a_file_that_is_linked_beside_it(page: Path) -> None:
    found = {
        passage: missing for passage in passages(page) if (missing := without_support(passage, page.parent))
    }
    assert found == {}
    assert sum(len(FIGURE.findall(passage)) for passage in passages(page)) > 80


def test_a_figure_from_nowhere_is_found() -> None:
    folder = ENGLISH.parent
    assert without_support("It is 0.81 of that ([claims](claims.md)).", folder) == []
    assert without_support("It is 0.82 of that ([claims](claims.md)).", folder) == ["0.82"]
    assert without_support("It is 0.81 of that.", folder) == ["0.81"]
    assert without_support("It is 13 % ([claims](claims.md)).", folder) == ["13"]


def test_both_pages_have_the_same_code_equations_pictures_figures_and_sections() -> None:
    english, chinese = (text_of(page) for page in PAGES)
    assert BLOCK.findall(english) == BLOCK.findall(chinese)
    pictures = [re.findall(r"\((?:\.\./)?(images/[^)]+)\)", text) for text in (english, chinese)]
    assert pictures[0] == pictures[1]
    assert len(pictures[0]) == len(LEARNT)
    for pattern in (r"^#+(?= )", r"(?<=\|) `[^`]*[=σ][^`]*` (?=\|)"):
        assert re.findall(pattern, english, re.MULTILINE) == re.findall(pattern, chinese, re.MULTILINE)
    figures = [[sorted(FIGURE.findall(passage)) for passage in passages(page)] for page in PAGES]
    assert [one for one in figures[0] if one] == [one for one in figures[1] if one]


@pytest.mark.parametrize("page", PAGES, ids=["en", "zh"])
def test_drawings_stand_alone_and_know_light_and_dark(page: Path) -> None:
    for link in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text_of(page)):
        drawing = text_of(page.parent / link)
        assert 'xmlns="http://www.w3.org/2000/svg"' in drawing
        assert "prefers-color-scheme: dark" in drawing
        assert drawing.count("http") == 1
        assert "<title" in drawing
        assert "<desc" in drawing


def test_the_pages_lead_to_each_other_and_are_led_to() -> None:
    assert "[中文](zh/cells.md)" in text_of(ENGLISH)
    assert "[English](../cells.md)" in text_of(CHINESE)
    first_screen = text_of(ROOT / "README.md").partition("## What you get")[0]
    assert "(docs/cells.md)" in first_screen
    assert "(docs/zh/cells.md)" in first_screen
    assert "docs/cells.md" in str(gatewise.explain("GRU"))
