"""Evidence and verdict to one page that needs nothing but a browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from gatewise.explanation.claims import known_claims
from gatewise.report import pictures, sentences, tables
from gatewise.report.agreement import agreements
from gatewise.report.pictures import Panels, Picture
from gatewise.report.quantities import ReportTable
from gatewise.report.style import styles
from gatewise.report.text import duration, number
from gatewise.report.what import WHAT
from gatewise.verdict.evidence import Evidence
from gatewise.verdict.recommend import Recommendation
from gatewise.writing import write_whole

__all__ = ["INSIDE", "render", "write_report"]

Shown = TypeVar("Shown")

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


@dataclass(frozen=True)
class Section:
    """A section of the page: what one dimension means, pictures and tables, how it was measured, what all that is."""

    anchor: str
    title: str
    sentence: str
    method: str
    pictures: tuple[Picture, ...] = ()
    panels: tuple[Panels, ...] = ()
    tables: tuple[ReportTable, ...] = ()
    lines: tuple[tuple[str, str], ...] = ()
    what: str = ""
    written: tuple[tuple[str, str], ...] = ()

    @property
    def filled(self) -> bool:
        """Return whether the section has anything to show."""
        return bool(self.sentence or self.pictures or self.panels or self.tables)


def render(evidence: Evidence, recommendation: Recommendation, *, inside: str | None = None) -> str:
    """Return the whole page: verdict, table, five dimensions, and how it was done.

    Parameters
    ----------
    evidence : Evidence
        What it lacks is left out.
    recommendation : Recommendation
    inside : str, optional
        Address of the page on which the cells are seen at work.

    Returns
    -------
    str
        HTML with style and pictures inside; no script, nothing from outside, and the same text for the same
        evidence.
    """
    environment = Environment(
        loader=PackageLoader("gatewise.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["code"] = _code
    return environment.get_template("report.html.j2").render(
        evidence=evidence,
        verdict=recommendation,
        badge=("undecided", "partial, no verdict yet")
        if evidence.plan.partial
        else _BADGES[recommendation.state],
        styles=styles(evidence),
        comparison=tables.comparison(evidence),
        sections=[section for section in _sections(evidence, recommendation) if section.filled],
        claims=agreements(evidence),
        claims_date=known_claims().date,
        what=WHAT,
        plan=_plan(evidence),
        packages=_packages(evidence),
        inside=inside,
    )


def write_report(evidence: Evidence, recommendation: Recommendation, path: str | Path) -> Path:
    """Write the page; a file of that name is replaced at once or not at all.

    It leads to :data:`INSIDE` where that stands beside it.

    Raises
    ------
    ConfigurationError
        ``path`` cannot be written.
    """
    path = Path(path)
    inside = INSIDE if path.with_name(INSIDE).is_file() else None
    return write_whole(path, render(evidence, recommendation, inside=inside))


def _code(text: str) -> Markup:
    """Return text for the page, with what stands between backticks as code."""
    parts = [escape(part) for part in text.split("`")]
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else part for place, part in enumerate(parts)
    )


def _sections(evidence: Evidence, recommendation: Recommendation) -> tuple[Section, ...]:
    choice = recommendation.choice

    def drawn(*of: Callable[[Evidence], Picture | None]) -> tuple[Picture, ...]:
        return _present(*(draw(evidence) for draw in of))

    def section(anchor: str, title: str, sentence: Callable[[Evidence], str], **shown: Any) -> Section:
        method = evidence.methods.get(anchor, "")
        return Section(anchor, title, sentence(evidence), method, what=WHAT[anchor], **shown)

    return (
        section(
            "fit",
            "Fit to the task",
            sentences.fit_sentence,
            pictures=drawn(pictures.errors, pictures.differences, pictures.by_amount, pictures.by_length),
            panels=(
                *pictures.forecasts(evidence, choice),
                *_present(pictures.confusion(evidence, choice), pictures.values(evidence, choice)),
            ),
            written=tuple(evidence.examples.written.items()),
        ),
        section(
            "gradient",
            "Gradient",
            sentences.gradient_sentence,
            pictures=drawn(pictures.gradient, pictures.saturation),
            tables=_present(tables.half_lives(evidence)),
        ),
        section(
            "training", "Training efficiency", sentences.training_sentence, pictures=drawn(pictures.losses)
        ),
        section("memory", "Memory", sentences.memory_sentence, pictures=drawn(pictures.memory)),
        section(
            "structure",
            "Structure",
            sentences.structure_sentence,
            tables=_present(tables.structure(evidence)),
            lines=tables.backends(evidence),
        ),
    )


def _present(*made: Shown | None) -> tuple[Shown, ...]:
    return tuple(one for one in made if one is not None)


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


def _packages(evidence: Evidence) -> str:
    """Return what to install to have the same code: ``gatewise==0.1.0 torch==2.13.0``.

    Without the local part of a version, such as ``+cpu``: no package index has it.
    """
    versions = {"gatewise": evidence.gatewise, **evidence.machine.versions}
    return " ".join(
        f"{name}=={version.partition('+')[0]}"
        for name, version in versions.items()
        if name.casefold() != "python"
    )
