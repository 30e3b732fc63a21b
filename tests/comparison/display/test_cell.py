"""A comparison in the cell of a notebook."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from evidence import classification_evidence, forecast_evidence

from gatewise.comparison.display.cell import as_html
from gatewise.comparison.results import Comparison
from gatewise.verdict.evidence import Evidence

VOID = {"br", "img", "meta", "use", "path"}


class Closed(HTMLParser):
    """Reads a page whose elements are all closed in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, _: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.mark.parametrize(
    "evidence", [forecast_evidence(), classification_evidence()], ids=["forecast", "class"]
)
def test_it_is_whole_and_scoped_and_needs_nothing(evidence: Evidence) -> None:
    page = Comparison(evidence)._repr_html_()
    reader = Closed()
    reader.feed(page)
    assert reader.open == []
    assert "<script" not in page
    assert not re.search(r"""(?:src|href)=["'](?!#)""", page)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    rules = re.findall(r"([^{}]+)\{[^{}]*\}", re.sub(r"@media[^{]*\{", "", style[1]))
    assert len(rules) > 20
    assert all(".gatewise" in rule for rule in rules)
    # The colours of the report, for either ground.
    assert style[1].count("--series-1:") == 3
    assert page.count("<figure>") == 2


def test_the_recommended_row_is_marked() -> None:
    evidence = forecast_evidence()
    page = as_html(evidence, Comparison(evidence).recommend())
    rows = re.findall(r'<tr( class="choice")?><th scope="row">.*?</span> ([\w ]+?) ?<', page)
    assert rows[:2] == [(' class="choice"', "GRU"), ("", "LSTM")]
    assert len(rows) == 6


def test_names_are_escaped() -> None:
    evidence = forecast_evidence()
    data = evidence.data.model_copy(update={"source": "<b>.csv"})
    page = as_html(evidence.model_copy(update={"data": data}), Comparison(evidence).recommend())
    assert "&lt;b&gt;.csv: forecast" in page
