"""What the files around the code say of each other: versions, changelog, make targets, hooks, templates."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.version import Version

import gatewise

ROOT = Path(__file__).parents[1]
FRAGMENTS = sorted(path for path in (ROOT / "changelog").glob("*.md") if path.name != "README.md")
KINDS = ("added", "changed", "fixed")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def releases() -> list[Version]:
    """What CHANGELOG.md has a section of, the newest first."""
    return [
        Version(found)
        for found in re.findall(r"^## (\S+) \(\d{4}-\d\d-\d\d\)$", text_of("CHANGELOG.md"), re.M)
    ]


def test_version_and_changelog_agree() -> None:
    """Where something has come since the last release, the version names the next one."""
    released, version = releases(), Version(gatewise.__version__)
    assert released == sorted(set(released), reverse=True)
    if FRAGMENTS:
        assert version not in released
    if released:
        assert released[0] <= version


def test_every_release_has_golden_models() -> None:
    assert {str(version) for version in releases()} <= {
        path.name for path in (ROOT / "tests" / "golden").iterdir()
    }


@pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: path.name)
def test_a_fragment_is_named_and_short(path: Path) -> None:
    name, kind, ending = path.name.split(".")
    assert (kind in KINDS, ending) == (True, "md")
    assert re.fullmatch(r"[a-z0-9-]+", name)
    assert 0 < len(path.read_text(encoding="utf-8").strip().splitlines()) < 3


def test_the_changelog_is_built_from_all_fragments() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "towncrier", "build", "--draft"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"## {gatewise.__version__} (" in ran.stdout
    for path in FRAGMENTS:
        assert path.read_text(encoding="utf-8").strip() in ran.stdout


def test_make_help_lists_every_target() -> None:
    makefile = text_of("Makefile")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.M)
    assert phony is not None
    assert re.findall(r"^([a-z-]+):.*## \S", makefile, re.M) == phony[1].split()


def test_hosted_ci_runs_targets_that_make_has_on_the_systems_that_people_have() -> None:
    jobs = yaml.safe_load(text_of(".github/workflows/tests.yml"))["jobs"]
    systems = {name.split("-")[0] + name[-4:] * name.endswith("-arm") for name in _matrix(jobs, "test")}
    assert systems == {"ubuntu", "ubuntu-arm", "macos", "windows"}
    assert _matrix(jobs, "package") == _matrix(jobs, "test")
    commands = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    made = {
        word for line in commands if line.startswith("make ") for word in line.split()[1:] if "=" not in word
    }
    assert made == {"browser", "test", "package"}
    assert all(re.search(rf"^{target}:.*## ", text_of("Makefile"), re.M) for target in made)


def _matrix(jobs: dict[str, Any], name: str) -> list[str]:
    return jobs[name]["strategy"]["matrix"]["os"]


def test_hooks_call_what_is_pinned() -> None:
    (repository,) = yaml.safe_load(text_of(".pre-commit-config.yaml"))["repos"]
    assert repository["repo"] == "local"
    tools = {hook["entry"].split()[0] for hook in repository["hooks"]}
    assert tools == {".venv/bin/ruff", ".venv/bin/mypy", ".venv/bin/towncrier"}
    pinned = set(re.findall(r"^([a-z]+)==", text_of("constraints.txt"), re.M))
    assert {"ruff", "mypy", "torch"} <= pinned


@pytest.mark.parametrize("name", ["bug", "docs", "feature"])
def test_a_template_asks_something(name: str) -> None:
    template = yaml.safe_load(text_of(f".github/ISSUE_TEMPLATE/{name}.yml"))
    assert {"name", "description", "body"} <= template.keys()
    for field in template["body"]:
        assert field["type"] in {"input", "textarea"}
        assert field["attributes"]["label"]


def test_the_citation_agrees_with_the_package() -> None:
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    citation = yaml.safe_load(text_of("CITATION.cff"))
    assert (citation["cff-version"], citation["type"]) == ("1.2.0", "software")
    assert (citation["title"], citation["license"], citation["abstract"]) == (
        project["name"],
        project["license"],
        project["description"],
    )
    assert citation["authors"]
    assert citation["message"]


def test_contributing_sends_nobody_to_a_place_that_is_not_there() -> None:
    text = text_of("CONTRIBUTING.md")
    table = "\n".join(line for line in text.splitlines() if line.startswith("| "))
    places = re.findall(r"`([a-z_]+/[\w/.]*)`", table)
    assert len(places) > 20
    missing = [place for place in places if not (ROOT / "src" / "gatewise" / place).exists()]
    assert missing == []
