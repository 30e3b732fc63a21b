"""The page: whole, self-contained, verdict first, and without what the evidence lacks."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from detailed import detailed_classes, detailed_forecasts
from evidence import classification_evidence, forecast_evidence, recommendation_for

from gatewise.errors import ConfigurationError
from gatewise.report import render, write_report
from gatewise.verdict.evidence import Candidate, Evidence, Examples
from gatewise.verdict.recommend import State

VOID = {"meta", "br", "link", "img", "hr", "input"}
SCENES: dict[str, Callable[[], Evidence]] = {
    "forecast": forecast_evidence,
    "classification": classification_evidence,
    "detailed forecast": detailed_forecasts,
    "detailed classification": detailed_classes,
}


class Page(HTMLParser):
    """Reads a page, refusing tags that do not close, and keeps what tests ask for."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # What is in a template is not on the page.
        if "template" not in self.open:
            self.tags[tag] += 1
            self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "script", "template"} & {*self.open} and self.open and data.strip():
            self.words.append(data.strip())

    def values(self, name: str) -> list[str]:
        return [value for _, attribute, value in self.attributes if attribute == name]


@pytest.fixture(scope="module", params=SCENES)
def scene(request: pytest.FixtureRequest) -> tuple[Evidence, str]:
    evidence = SCENES[request.param]()
    return evidence, render(evidence, recommendation_for(evidence))


@pytest.mark.slow
def test_structure(scene: tuple[Evidence, str]) -> None:
    page = Page(scene[1])
    assert scene[1].startswith('<!doctype html>\n<html lang="en">')
    assert page.tags["h1"] == page.tags["main"] == page.tags["title"] == 1
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    anchors = {value[1:] for value in page.values("href") if value[0] == "#"}
    references = {
        target for value in page.values("clip-path") for target in re.findall(r"url\(#(.+?)\)", value)
    }
    assert anchors | references | set(page.values("aria-labelledby")) <= set(ids)


def test_nothing_comes_from_outside(scene: tuple[Evidence, str]) -> None:
    page = Page(scene[1])
    assert "http" not in scene[1].replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")
    assert "@import" not in scene[1]
    assert page.tags["link"] == page.tags["img"] == page.tags["iframe"] == 0
    # Numbers of the verdicts, and what sorts and shows them; the second is the same in every report.
    assert page.tags["script"] == 2
    assert page.values("src") == []
    assert all(value.startswith(("#", "data:image/png")) for value in page.values("href"))
    assert all(target.startswith("#") for target in re.findall(r"url\((.+?)\)", scene[1]))
    assert len(scene[1].encode()) < 300_000


def test_everyone_is_there_and_the_verdict_first(scene: tuple[Evidence, str]) -> None:
    evidence, text = scene
    verdict = recommendation_for(evidence)
    words = Page(text).words
    assert {c.name for c in evidence.candidates} <= set(words)
    first = words.index(verdict.sentence)
    assert words[first - 1] == "no clear winner"
    assert first < words.index("The five dimensions") < words.index("Fit to the task")
    positions = [
        text.index(f'<section id="{name}"') for name in ("fit", "gradient", "training", "memory", "structure")
    ]
    assert positions == sorted(positions)
    assert all(reason in words for reason in verdict.reasons)
    assert all(method in words for method in evidence.methods.values())


def test_pictures_follow_the_theme_and_speak(scene: tuple[Evidence, str]) -> None:
    page = Page(scene[1])
    labels = [value for tag, name, value in page.attributes if tag == "svg" and name == "aria-label"]
    assert len(labels) == page.tags["svg"] >= 8
    assert all(len(label) > 40 for label in labels)
    body = scene[1][scene[1].index("</style>") :]
    assert set(re.findall(r"#[0-9a-f]{6}\b", body)) == set()
    assert {"var(--ink)", "var(--series-1)", "var(--series-2)", "var(--series-3)"} <= set(
        re.findall(r"var\(.+?\)", body)
    )
    assert "prefers-color-scheme: dark" in scene[1]


def test_tables_have_headers_with_scope(scene: tuple[Evidence, str]) -> None:
    page = Page(scene[1])
    scopes = [value for tag, name, value in page.attributes if tag == "th" and name == "scope"]
    assert len(scopes) == page.tags["th"]
    assert set(scopes) == {"col", "row", "rowgroup"}


@pytest.mark.slow
def test_the_same_evidence_gives_the_same_page(scene: tuple[Evidence, str]) -> None:
    assert render(scene[0], recommendation_for(scene[0])) == scene[1]


@pytest.mark.parametrize(
    ("state", "badge"),
    [
        ("winner", "clear winner"),
        ("tie", "no clear winner"),
        ("baseline", "use the baseline"),
        ("undecided", "undecided"),
        ("none", "nothing within the limits"),
    ],
)
def test_badge(state: State, badge: str) -> None:
    evidence = bare(classification_evidence())
    words = Page(render(evidence, recommendation_for(evidence, state))).words
    assert badge in words
    assert ("Out of the running:" in words) == (state == "none")
    assert ("What would settle it" in words) == (state == "undecided")
    assert any(word.startswith("Of the cells: ") for word in words) == (state != "none")


def test_what_is_missing_is_left_out() -> None:
    evidence = bare(forecast_evidence())
    page = render(evidence, recommendation_for(evidence))
    words = Page(page).words
    assert "Fit to the task" in words
    assert "How it was measured" in words
    for section in ("gradient", "training", "memory", "structure"):
        assert f'<section id="{section}"' not in page
    assert "Left out or shortened to keep the budget" not in words
    assert "MASE against length" not in words


@pytest.mark.slow
def test_a_diverged_cell_is_shown_as_such() -> None:
    evidence = classification_evidence()
    changed = evidence.model_dump()
    changed["candidates"][0]["fit"]["error"] = {"mean": float("nan"), "low": None, "high": None}
    changed["candidates"][0]["gradient"]["trained"] = None
    changed["candidates"][0]["training"].update(curve_seconds=(), curve_loss=())
    evidence = Evidence.model_validate(changed)
    page = render(evidence, recommendation_for(classification_evidence()))
    assert Page(page).words.count("diverged") == 2  # table and picture
    assert "RNN diverged." in page


@pytest.mark.slow
def test_names_are_text_and_nothing_else() -> None:
    hostile = "<script>alert('$x_1$ & \"y\"')</script> 温度"
    evidence = forecast_evidence()
    data = evidence.data.model_copy(
        update={"source": hostile, "notes": (hostile,), "facts": {hostile: hostile}}
    )
    text = (
        evidence.model_copy(update={"data": data})
        .model_dump_json()
        .replace('"linear"', '"<b onclick=\\"x\\">$l$"')
    )
    evidence = Evidence.model_validate_json(text)
    page = Page(render(evidence, recommendation_for(evidence)))
    assert page.tags["script"] == 2
    assert page.values("onclick") == []
    assert page.words.count(hostile) >= 4
    assert page.words.count('<b onclick="x">$l$') >= 3


@pytest.mark.slow
def test_many_classes_stay_small_or_are_left_out() -> None:
    for count, shown in ((30, True), (60, False)):
        names = tuple(f"class {index}" for index in range(count))
        full = tuple(tuple(1 for _ in names) for _ in names)
        examples = Examples(classes=names, confusion={"RNN": full})
        evidence = bare(classification_evidence()).model_copy(update={"examples": examples})
        page = render(evidence, recommendation_for(evidence))
        assert ("Confusion" in Page(page).words) == shown
        assert len(page.encode()) < 300_000


def test_pictures_need_no_matplotlib() -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests'); import gatewise.report as report; import evidence as e; "
        "report.render(e.forecast_evidence(), e.recommendation_for(e.forecast_evidence())); "
        "sys.exit('matplotlib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_write_report(tmp_path: Path) -> None:
    evidence = bare(forecast_evidence())
    verdict = recommendation_for(evidence)
    path = tmp_path / "report.html"
    path.write_text("older")
    assert write_report(evidence, verdict, str(path)) == path
    assert path.read_text(encoding="utf-8") == render(evidence, verdict)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "reason"), [("none/report.html", "No such file or directory"), ("folder", "Is a directory")]
)
def test_an_unwritable_path_is_named(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "folder").mkdir()
    evidence = bare(forecast_evidence())
    with pytest.raises(ConfigurationError) as caught:
        write_report(evidence, recommendation_for(evidence), tmp_path / name)
    assert str(caught.value) == (f"{tmp_path / name}: cannot be written ({reason}); name another path")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def bare(evidence: Evidence) -> Evidence:
    """Errors only."""
    candidates = tuple(
        Candidate(
            name=c.name,
            kind=c.kind,
            description=c.description,
            fit=c.fit.model_copy(update={"by_amount": None, "by_length": None}),
        )
        for c in evidence.candidates
    )
    plan = evidence.plan.model_copy(update={"cut": (), "budget_seconds": None})
    changes = {"candidates": candidates, "examples": Examples(), "plan": plan, "differences": ()}
    return evidence.model_copy(update=changes)


def test_what_to_install_is_on_a_package_index() -> None:
    evidence = forecast_evidence()
    versions = {"python": "3.12.1", "torch": "2.13.0+cpu", "numpy": "2.4.0"}
    local = evidence.model_copy(
        update={"machine": evidence.machine.model_copy(update={"versions": versions}), "gatewise": "0.1.0"}
    )
    page = render(local, recommendation_for(local))
    assert "<code>python -m pip install gatewise==0.1.0 torch==2.13.0 numpy==2.4.0</code>" in page
