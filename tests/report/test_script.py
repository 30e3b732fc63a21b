"""What the page's script adds, in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from evidence import forecast_evidence

from gatewise.report import write_report
from gatewise.verdict.recommend import Preferences, recommend

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def page(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One page for all tests here; its errors fail the last of them."""
    evidence = forecast_evidence()
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(evidence, recommend(evidence), path)
    opened = browser.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(path.as_uri())
    yield opened
    opened.close()
    assert errors == []


def columns(page: Any) -> list[str]:
    return [str(one.inner_text())[2:] for one in page.query_selector_all("table.across >> nth=0 >> thead th")]


def test_another_preference_shows_the_verdict_of_the_rule(page: Any) -> None:
    evidence = forecast_evidence()
    first, other = recommend(evidence), recommend(evidence, Preferences(max_step_latency_us=8.7))
    assert page.inner_text("h1").replace("\u202f", " ") == first.sentence
    assert columns(page)[0] == first.choice
    page.select_option("select[name=max-step-latency-us]", "1")
    assert page.inner_text("h1").replace("\u202f", " ") == other.sentence
    shown = [one.inner_text() for one in page.query_selector_all("#verdict .reasons li")]
    assert [one.replace("\u202f", " ").replace("−", "-") for one in shown] == list(other.reasons)
    assert (
        page.inner_text("#asked") == "The same as: gatewise report comparison.json --max-step-latency-us 8.7"
    )
    assert columns(page)[0] == other.choice
    assert page.inner_text("table.across thead th.choice")[2:] == other.choice
    page.select_option("select[name=max-step-latency-us]", "0")
    assert page.inner_text("h1").replace("\u202f", " ") == first.sentence


def test_a_row_sorts_the_columns_and_a_word_filters_the_rows(page: Any) -> None:
    page.click("table.across tbody tr:nth-child(2) .sort")
    assert columns(page) == ["GRU", "LSTM", "RNN", "gradient boosting", "linear", "seasonal naive"]
    page.fill("input[type=search] >> nth=0", "state")
    rows = page.query_selector_all("table.across >> nth=0 >> tbody tr:not(.group):not([hidden]) th")
    assert [str(one.inner_text()).split("\n")[0] for one in rows] == ["state per stream", "states", "state"]
    page.fill("input[type=search] >> nth=0", "")


def test_a_table_is_copied_as_csv(page: Any) -> None:
    # Of a file, the clipboard is filled by a text that is marked.
    copied = page.evaluate(
        """() => {
          let text = "";
          document.execCommand = () => (text = document.querySelector("textarea").value);
          Object.defineProperty(navigator, "clipboard", { value: undefined, configurable: true });
          document.querySelector(".tools button").click();
          return text;
        }"""
    )
    lines = copied.split("\n")
    assert lines[0] == ",GRU,LSTM,RNN,gradient boosting,linear,seasonal naive"
    assert lines[1] == '"MASE, × in-sample seasonal naive error",0.682,0.689,0.741,0.751,0.773,1.04'


def test_arrow_keys_say_the_values_of_a_picture(page: Any) -> None:
    picture = page.query_selector("svg[data-spots]")
    picture.focus()
    page.keyboard.press("ArrowRight")
    assert page.inner_text(".tip") == "GRU: 0.682; 95 % interval 0.655 to 0.709"
    page.keyboard.press("Escape")
    assert page.is_hidden(".tip")
