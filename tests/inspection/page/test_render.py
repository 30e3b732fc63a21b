"""The page as a text: one file, one script, the words of two languages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest

from gatewise.inspection.page.render import LANGUAGES, SCRIPTS, render, script, words

SCRIPT = resources.files("gatewise.inspection.page").joinpath("script")
TEMPLATES = resources.files("gatewise.inspection.page").joinpath("templates")
EN, ZH = (words(language) for language in LANGUAGES)


def source_of(name: str) -> str:
    return SCRIPT.joinpath(f"{name}.js").read_text(encoding="utf-8")


def test_the_languages_have_the_same_keys_in_the_same_order() -> None:
    assert list(EN) == list(ZH)


@pytest.mark.parametrize("key", EN)
def test_the_languages_fill_in_the_same(key: str) -> None:
    # Chinese has no plural, and need not repeat a number that stands in the other.
    assert set(re.findall(r"\{(\w+)\}", EN[key])) == set(re.findall(r"\{(\w+)\}", ZH[key]))
    assert EN[key].strip() == EN[key] or key.startswith("list.")


def test_every_word_that_is_asked_for_is_there_and_none_besides() -> None:
    text = "".join(map(source_of, SCRIPTS)) + TEMPLATES.joinpath("inspector.html.j2").read_text(
        encoding="utf-8"
    )
    asked = set(re.findall(r'say\("([\w.]+)"', text)) | set(
        re.findall(r'data-(?:word|label)="([\w.]+)"', text)
    )
    asked |= set(re.findall(r'[?:] "([\w]+\.[\w.]+)"', text))
    made = {found.replace("${", "").split(".")[0] for found in re.findall(r"say\(`([^`]+)`", text)}
    made |= {"unit", "time", "why", "held"}  # of stretches and reasons
    assert asked - set(EN) - {"", "series-3"} == set()
    unused = {key for key in EN if key not in asked and key.split(".")[0] not in made}
    assert unused == set()


def test_every_script_is_named_and_stands_on_those_before_it() -> None:
    assert {path.name.removesuffix(".js") for path in SCRIPT.iterdir()} == set(SCRIPTS)
    for place, name in enumerate(SCRIPTS):
        for imported, module in re.findall(
            r'^import \{([^}]*)\} from "\./(\w+)\.js";$', source_of(name), re.M
        ):
            assert module in SCRIPTS[:place], f"{name} imports {module}"
            for one in imported.split(","):
                assert re.search(
                    rf"^export (?:const|function|class) {one.strip()}\b", source_of(module), re.M
                ), one


def test_names_of_modules_do_not_meet() -> None:
    text = script()
    assert re.findall(r"^(?:import|export)\b", text, re.M) == []
    names = re.findall(r"^(?:const|let|function|class) (\w+)", text, re.M)
    assert sorted(names) == sorted(set(names))


@pytest.mark.slow
def test_the_page_asks_for_nothing_from_outside(page_of: Callable[[str], Path]) -> None:
    page = page_of("tagging").read_text(encoding="utf-8")
    assert re.findall(r"https?://[^\"'\s<]+", page) == []
    assert re.findall(r"<(?:link|script|img|iframe)[^>]*\b(?:src|href)=\"(?!data:)", page) == []
    assert len(page) < 3_000_000


def test_no_text_of_a_user_ends_the_script() -> None:
    page = render({"gatewise": "1", "models": [{"name": "</script><b>"}]})
    assert "</script><b>" not in page.replace("<title>", "")
    data = re.search(r'id="data">(.*?)</script>', page, re.S)
    assert data is not None
    assert json.loads(data[1])["models"][0]["name"] == "</script><b>"


def test_the_page_has_the_colours_of_the_report() -> None:
    def variables(text: str) -> list[dict[str, str]]:
        blocks = re.findall(r":root \{(.*?)\}", text, re.S)
        return [dict(re.findall(r"--([\w-]+): (#\w+)", block)) for block in blocks]

    report = (
        resources.files("gatewise.report").joinpath("templates", "report.css").read_text(encoding="utf-8")
    )
    # Light and dark; the report has a third, for paper.
    assert variables(TEMPLATES.joinpath("inspector.css").read_text(encoding="utf-8")) == variables(report)[:2]
