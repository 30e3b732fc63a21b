"""A comparison in the cell of a notebook: HTML that needs no script and suits the theme of its host."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from jinja2 import Environment
from markupsafe import Markup

from gatewise.comparison.display.colours import light_and_dark, plot_rules
from gatewise.comparison.display.frames import best_first
from gatewise.comparison.display.text import as_rows, short_facts
from gatewise.pages import templates_of
from gatewise.report import pictures
from gatewise.report.pictures import Picture
from gatewise.report.style import styles
from gatewise.report.text import capital
from gatewise.verdict.evidence import Candidate, Evidence
from gatewise.verdict.recommend import Recommendation

__all__ = ["as_html", "environment"]

COLOURS = 5


@dataclass(frozen=True)
class Row:
    """One candidate, as the table shows it."""

    name: str
    glyph: str
    colour: str
    values: tuple[str, ...]
    chosen: bool


@cache
def environment() -> Environment:
    """Return the templates, with the style that all of them share as ``css``."""
    made = templates_of("gatewise.comparison.display")
    made.globals["css"] = Markup(made.get_template("cell.css.j2").render(**_of_the_report()))
    return made


def _of_the_report() -> dict[str, Markup]:
    light, dark = map(_on_its_host, light_and_dark())
    plots = Markup("\n").join(Markup(f".gatewise {rule}") for rule in plot_rules())
    return {"light": Markup(light), "dark": Markup(dark), "plots": plots}


def _on_its_host(variables: str) -> str:
    """Return the variables with the ground of the host, where it says one."""
    host = r"--page: var(--jp-layout-color0, var(--vscode-editor-background, \1));"
    return re.sub(r"--page:\s*([^;]+);", host, variables)


def as_html(evidence: Evidence, verdict: Recommendation) -> str:
    """Return the verdict, what would settle it, the candidates, and two pictures, to stand in a page of another."""
    plan, (header, values) = evidence.plan, as_rows(evidence)
    return (
        environment()
        .get_template("cell.html.j2")
        .render(
            facts=short_facts(evidence),
            verdict=verdict,
            partial=f"Partial: {plan.jobs_done} of {plan.jobs} trainings; no verdict yet."
            if plan.partial
            else "",
            header=header,
            rows=[
                _row(evidence, one, row, one.name == verdict.choice)
                for one, row in zip(best_first(evidence), values, strict=True)
            ],
            note=f"{evidence.metric.name}: {evidence.metric.unit}; lower is better. {capital(evidence.metric.method)}",
            pictures=_pictures(evidence, verdict.choice),
        )
    )


def _row(evidence: Evidence, candidate: Candidate, values: tuple[str, ...], chosen: bool) -> Row:
    cells = [one.name for one in evidence.cells]
    colour = f"series-{cells.index(candidate.name) % COLOURS + 1}" if candidate.name in cells else "baseline"
    glyph = styles(evidence)[candidate.name].glyph
    return Row(candidate.name, glyph, colour, values, chosen)


def _pictures(evidence: Evidence, choice: str | None) -> list[Picture]:
    """Return the errors, and an answer of what is recommended; else how networks were trained."""
    found = [pictures.errors(evidence)]
    panels = [
        *pictures.forecasts(evidence, choice)[:1],
        pictures.confusion(evidence, choice),
        pictures.values(evidence, choice),
    ]
    answers = next((one for one in panels if one is not None), None)
    if answers is None:
        found.append(pictures.losses(evidence))
    else:
        answer = next((one for one in answers.pictures if one.title == choice), answers.pictures[0])
        found.append(replace(answer, title=f"{answer.title}: {answers.title[0].lower()}{answers.title[1:]}"))
    return [picture for picture in found if picture is not None]
