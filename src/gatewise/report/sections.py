"""What each section of the page holds, in the order in which they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from gatewise.report import breakdowns, pictures, sentences, tables
from gatewise.report.pictures import Panels, Picture
from gatewise.report.quantities import Listing, ReportTable
from gatewise.report.what import WHAT
from gatewise.verdict.evidence import Evidence

__all__ = ["Section", "sections"]

Shown = TypeVar("Shown")


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
    listings: tuple[Listing, ...] = ()
    lines: tuple[tuple[str, str], ...] = ()
    what: str = ""
    written: tuple[tuple[str, str], ...] = ()

    @property
    def filled(self) -> bool:
        """Return whether the section has anything to show."""
        shown = self.pictures or self.panels or self.tables or self.listings or self.lines
        return bool(self.sentence or shown)


def sections(evidence: Evidence, choice: str | None) -> list[Section]:
    """Return the sections that have something to show; ``choice`` is who is shown first where not all are."""

    def section(anchor: str, title: str, sentence: str, **shown: Any) -> Section:
        return Section(anchor, title, sentence, evidence.methods.get(anchor, ""), what=WHAT[anchor], **shown)

    def drawn(*of: Callable[[Evidence], Picture | None]) -> tuple[Picture, ...]:
        return _present(draw(evidence) for draw in of)

    made = (
        section(
            "fit",
            "Fit to the task",
            sentences.fit_sentence(evidence),
            pictures=(
                *drawn(pictures.errors),
                *pictures.differences(evidence),
                *drawn(pictures.by_amount, pictures.by_length),
            ),
            panels=(
                *pictures.forecasts(evidence, choice),
                *_present([pictures.confusion(evidence, choice), pictures.values(evidence, choice)]),
            ),
            written=tuple(evidence.examples.written.items()),
        ),
        section(
            "errors",
            "Where the errors are",
            breakdowns.sentence(evidence, choice),
            pictures=breakdowns.drawn(evidence, choice),
            panels=breakdowns.panels(evidence, choice),
            listings=breakdowns.listings(evidence, choice),
        ),
        section(
            "gradient",
            "Gradient",
            sentences.gradient_sentence(evidence),
            pictures=drawn(pictures.gradient, pictures.saturation),
        ),
        section(
            "training",
            "Training efficiency",
            sentences.training_sentence(evidence),
            pictures=drawn(pictures.losses, pictures.seeds, pictures.watched, pictures.rates, pictures.costs),
        ),
        section("memory", "Memory", sentences.memory_sentence(evidence), pictures=drawn(pictures.memory)),
        section(
            "structure",
            "Structure",
            sentences.structure_sentence(evidence),
            tables=_present([tables.parts(evidence)]),
            lines=(*tables.networks(evidence), *tables.backends(evidence)),
        ),
        section(
            "data",
            "Data",
            breakdowns.tested(evidence),
            listings=breakdowns.found_in_data(evidence),
            pictures=drawn(pictures.balance),
        ),
    )
    return [one for one in made if one.filled]


def _present(made: Iterable[Shown | None]) -> tuple[Shown, ...]:
    return tuple(one for one in made if one is not None)
