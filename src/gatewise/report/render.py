"""Evidence and verdict to one page that needs nothing but a browser."""

from __future__ import annotations

import re
from pathlib import Path

from gatewise.explanation.claims import known_claims
from gatewise.pages import templates_of
from gatewise.report import again, pictures, tables
from gatewise.report.agreement import agreements
from gatewise.report.choices import Choices, choices, plain_option
from gatewise.report.sections import sections
from gatewise.report.style import styles
from gatewise.report.terms import terms
from gatewise.report.text import duration, number
from gatewise.report.what import WHAT
from gatewise.spelling import spelled
from gatewise.verdict.evidence import Evidence
from gatewise.verdict.preferences import Preferences
from gatewise.verdict.recommend import Recommendation
from gatewise.writing import write_whole

__all__ = ["INSIDE", "render", "write_report"]

# The page on which cells are seen at work, which a report leads to where it stands beside it.
INSIDE = "gates.html"

_BADGES = {
    "winner": ("clear", "clear winner"),
    "tie": ("tie", "no clear winner"),
    "baseline": ("baseline", "use the baseline"),
    "undecided": ("undecided", "undecided"),
    "none": ("none", "nothing within the limits"),
}
_MATCHES = {"parameters": "equal parameters", "hidden": "equal hidden size", "time": "equal wall clock"}


def render(
    evidence: Evidence,
    recommendation: Recommendation,
    *,
    preferences: Preferences | None = None,
    inside: str | None = None,
) -> str:
    """Return the whole page: verdict, table, five dimensions, data, and how it was done.

    Parameters
    ----------
    evidence : Evidence
        What it lacks is left out.
    recommendation : Recommendation
    preferences : Preferences, optional
        What the recommendation was made by. The page can show the others, too, all made here.
    inside : str, optional
        Address of the page on which the cells are seen at work.

    Returns
    -------
    str
        HTML with style, pictures and script inside; nothing from outside, and the same text for the same evidence.
        Without its script it says the same: that only sorts, copies, shows values under the pointer and other verdicts.
    """
    environment = templates_of("gatewise.report")
    environment.filters["typeset"] = _typeset
    environment.globals["options_of"] = _options
    environment.globals["spelled"] = spelled
    environment.globals["badge"] = lambda state: (
        ("undecided", "partial, no verdict yet") if evidence.plan.partial else _BADGES[state]
    )
    return environment.get_template("report.html.j2").render(
        evidence=evidence,
        verdict=recommendation,
        choices=choices(evidence, recommendation, preferences or Preferences()),
        styles=styles(evidence),
        comparison=(table := tables.comparison(evidence, recommendation.choice)),
        terms=terms(table),
        sections=sections(evidence, recommendation.choice),
        claims=agreements(evidence),
        claims_date=known_claims().date,
        what=WHAT,
        plan=_plan(evidence),
        packages=again.install(evidence),
        versions=tuple(({"gatewise": evidence.gatewise} | evidence.machine.versions).items()),
        call=again.call(evidence),
        options=again.options(evidence),
        gates=pictures.gates(evidence),
        inside=inside,
    )


def write_report(
    evidence: Evidence,
    recommendation: Recommendation,
    path: str | Path,
    *,
    preferences: Preferences | None = None,
) -> Path:
    """Write the page; a file of that name is replaced at once or not at all.

    It leads to :data:`INSIDE` where that stands beside it.

    Raises
    ------
    ConfigurationError
        ``path`` cannot be written.
    """
    path = Path(path)
    inside = INSIDE if path.with_name(INSIDE).is_file() else None
    return write_whole(path, render(evidence, recommendation, preferences=preferences, inside=inside))


def _typeset(text: str) -> str:
    """Return a sentence with numbers that stay beside their unit, and minus signs that are some."""
    return re.sub(r"(?<![\w.-])-(?=\d)", "−", re.sub(r"(?<=\d) (?=%|µs|ms\b|s\b|min\b)", "\u202f", text))


def _options(found: Choices) -> list[list[str]]:
    """Return the words of the command line for each choice: of the preference, then of each limit."""
    prefers = ["" if value == "accuracy" else f"--prefer {value}" for value, _ in found.prefers]
    limits = [
        ["" if value is None else f"--{limit.option} {plain_option(value)}" for value, _ in limit.values]
        for limit in found.limits
    ]
    return [prefers, *limits]


def _plan(evidence: Evidence) -> tuple[tuple[str, str], ...]:
    plan = evidence.plan
    budget = (("budget", duration(plan.budget_seconds)),) if plan.budget_seconds is not None else ()
    more = [f"{name} {number(count)}" for name, count in plan.seeds_by_cell.items() if count != plan.seeds]
    return (
        ("match", _MATCHES.get(plan.match, plan.match)),
        ("splits of the data", number(plan.folds)),
        ("seeds per split", ", ".join([number(plan.seeds), *more])),
        ("learning rates tried per cell", number(plan.trials)),
        ("updates per training, at most", number(plan.steps)),
        ("trainings run", number(plan.jobs) if not plan.partial else f"{plan.jobs_done} of {plan.jobs}"),
        ("wall clock", duration(plan.seconds)),
        *budget,
        ("random state", str(plan.random_state)),
    )
