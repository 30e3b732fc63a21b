"""Figures in the tables of the pages of what was measured and of the verdict: from the newest file of a command."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
# Its links as they are from the root.
PAGE = (ROOT / "docs" / "measured.md").read_text(encoding="utf-8").replace("](../", "](")
CELLS = ("RNN", "LSTM", "GRU")
FIGURE = r"(?:\d+(?:\.\d+)?|\.\d+)(?:e-\d+)?"
SPREAD = rf"{FIGURE}(?: ± {FIGURE})?"
LINK = re.compile(
    r"\[(?P<text>[^\]]*)\]\((?P<path>benchmarks/results/(?P<date>[\d-]{10})-(?P<name>[\w-]+)\.md)\)"
)

Row = dict[str, Any]


def table_after(heading: str, page: str = PAGE) -> list[dict[str, str]]:
    """The first table after some words of a page, one dict of column to text per row."""
    lines = page[page.index(heading) :].splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("| "))
    last = next(number for number in range(first, len(lines)) if not lines[number].startswith("|"))
    header, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[first:last]]
    return [dict(zip(header, row, strict=True)) for row in rows]


MEASURED = table_after("## On public data")
SPEED = table_after("## Speed of the layers")


def newest(name: str) -> str:
    dates = [path.name[:10] for path in (ROOT / "benchmarks" / "results").glob(f"????-??-??-{name}.md")]
    return max(dates)


def rows_of(label: str) -> list[Row]:
    """The rows of the file that a label links to; of one data set or length where it names one."""
    found = LINK.search(label)
    assert found, f"measured.md, {label!r}: expected a link to a file in benchmarks/results"
    assert found["date"] == newest(found["name"]), f"measured.md, {label!r}: there is a newer file"
    rows: list[Row] = json.loads((ROOT / found["path"]).with_suffix(".json").read_text(encoding="utf-8"))[
        "rows"
    ]
    words = re.findall(r"[\w-]+", found["text"])
    kept = [row for row in rows if all(row[key] in words for key in ("T", "data") if key in row)]
    assert kept, f"measured.md, {label!r}: no such rows"
    return kept


def said(column: str, text: str) -> Iterator[tuple[str, str]]:
    """Whose figures a cell of the table holds, and each of them."""
    for part in text.split(", "):
        found = re.fullmatch(rf"(?P<name>.*?)\s*(?P<figures>{SPREAD}(?: / {SPREAD})*)", part)
        if part:
            assert found, f"measured.md: {part!r} holds no figure"
            for figure in found["figures"].split(" / "):
                yield column if column in CELLS else found["name"], figure


def was_checked(label: str, name: str, figure: str) -> bool:
    """Whether it was recomputed before anything else was measured."""
    link = LINK.search(label)
    assert link
    text = (ROOT / link["path"]).read_text(encoding="utf-8")
    checked = re.search(r"^Checked first: (.*)$", text, re.M)
    pattern = rf"{re.escape(name)}\b[^;]* {re.escape(figure)}\b"
    return bool(name) and checked is not None and re.search(pattern, checked[1]) is not None


def stands_for(figure: str, values: list[float]) -> bool:
    """Whether a figure is the mean of the values, and its ± their deviation, to the digits it has."""
    mean, _, deviation = figure.partition(" ± ")
    wanted = [(mean, float(np.mean(values)))]
    if deviation:
        wanted.append((deviation, float(np.std(values, ddof=1)) if len(values) > 1 else np.nan))
    return all(abs(float(text) - value) <= half_a_digit(text) for text, value in wanted)


def half_a_digit(text: str) -> float:
    mantissa, _, exponent = text.partition("e")
    return 0.5000001 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))


def is_of(column: str, name: str, method: str) -> bool:
    """Whether a row of a file is meant: a cell's own, what was published, or a baseline of that name."""
    foreign = method.endswith(")")
    if column in CELLS:
        return not foreign and re.match(rf"{column}\b", method) is not None
    return foreign == (column == "published") and name.lower() in method.lower()


@pytest.mark.parametrize("row", MEASURED, ids=lambda row: re.sub(r"\]\(.*", "", row["data"])[1:])
def test_what_was_measured_is_what_the_dated_file_says(row: dict[str, str]) -> None:
    rows = rows_of(row["data"])
    for column, text in row.items():
        if column == "data":
            continue
        for name, figure in said(column, text):
            meant = [one for one in rows if is_of(column, name, one["method"])]
            values = [value for one in meant for value in one.values() if not isinstance(value, str)]
            found = any(stands_for(figure, one) for one in values) or was_checked(row["data"], name, figure)
            assert found, (
                f"measured.md, {column} {name!r}: {figure} is in no column of {[one['method'] for one in meant]}"
            )


def test_figures_are_told_from_others() -> None:
    assert list(said("baseline", "linear .749")) == [("linear", ".749")]
    assert list(said("RNN", "97.4 / 91.2 ± .3")) == [("RNN", "97.4"), ("RNN", "91.2 ± .3")]
    assert list(said("baseline", "6-gram 1.523, mean 5.3e-5")) == [("6-gram", "1.523"), ("mean", "5.3e-5")]
    assert stands_for("42 ± 15", [45.6, 26.8, 59.4, 25.6, 51.2])
    assert not stands_for("42 ± 14", [45.6, 26.8, 59.4, 25.6, 51.2])
    assert not stands_for("41", [45.6, 26.8, 59.4, 25.6, 51.2])
    assert stands_for("8.0e-4", [0.00068, 0.00091])
    assert not stands_for("8.1e-4", [0.00068, 0.00091])


MODES = {"training step": "train", "whole sequences": "infer", "a step of one stream": "step"}
COLUMNS = {"RNN": "rnn", "LSTM": "lstm", "GRU": "gru", "GRU, reset after": "gru-reset-after"}


def means_of(mode: str) -> list[dict[str, tuple[float, float]]]:
    """Of the files that the page links for AVX-512 and for AVX2: × torch.nn and × the best rival of each cell."""
    found = [link for link in LINK.finditer(PAGE) if link["name"] == f"layers-{mode}"]
    assert [link["text"] for link in found] == ["AVX-512", "AVX2"]
    assert found[1]["date"] == newest(f"layers-{mode}")
    pattern = r"^- (\S+): ([\d.]+) × torch\.nn \(least [\d.]+\), ([\d.]+) × the best rival"
    texts = [(ROOT / link["path"]).read_text(encoding="utf-8") for link in found]
    return [{cell: (float(a), float(b)) for cell, a, b in re.findall(pattern, text, re.M)} for text in texts]


@pytest.mark.parametrize("row", SPEED, ids=lambda row: next(iter(row.values())))
def test_ratios_are_those_of_the_dated_files(row: dict[str, str]) -> None:
    label, *_ = row.values()
    what, rival = label.split(", ", 1)
    which = 0 if rival == "torch.nn" else 1
    files = means_of(MODES[what])
    for column, cell in COLUMNS.items():
        measured = [file[cell][which] for file in files]
        for text, value in zip(row[column].split(" · "), measured, strict=True):
            assert abs(float(text) - value) <= half_a_digit(text), (
                f"measured.md, {label}, {column}: {text} for {value}"
            )


def test_the_page_of_the_verdict_says_how_often_it_was_wrong() -> None:
    page = (ROOT / "docs" / "verdict.md").read_text(encoding="utf-8")
    found = LINK.search(page.replace("(../", "("))
    assert found
    assert (found["name"], found["date"]) == ("verdicts", newest("verdicts"))
    numbers = json.loads((ROOT / found["path"]).with_suffix(".json").read_text(encoding="utf-8"))
    reached = [f"{target['reached']:.1f} %" for target in numbers["targets"]]
    said = table_after("## How often it is wrong", page)
    assert [row[column] for row in said for column in ("right or undecided", "wrong")] == reached[:6]


def test_a_cell_and_itself_were_told_apart_as_often_as_the_page_says() -> None:
    found = re.search(r"told apart in (\d+) of (\d+) comparisons", PAGE)
    assert found
    name = f"{newest('self-compare')}-self-compare.json"
    rows = json.loads((ROOT / "benchmarks" / "results" / name).read_text(encoding="utf-8"))["rows"]
    winners = sum(row["winner named"][0] for row in rows)
    ties = sum(row["no clear winner"][0] for row in rows)
    assert (int(found[1]), int(found[2])) == (winners, winners + ties)
