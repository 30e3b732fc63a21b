"""Which class was taken for which: a table where classes are few, shades where they are many."""

from __future__ import annotations

import html

from markupsafe import Markup

from gatewise.report.pictures.canvas import Canvas, Picture, clip
from gatewise.report.pictures.examples import Panels, shown_in_panels
from gatewise.report.pictures.scale import Scale
from gatewise.report.style import styles
from gatewise.report.text import join, number, percent
from gatewise.verdict.evidence import Candidate, Evidence

__all__ = ["confusion"]

# Beyond, squares are too small to read.
_MOST_CLASSES = 40
# So many classes have a table with their names.
_NAMED_CLASSES = 12
# A shade that text can still be read on.
_DARKEST = 45


def confusion(evidence: Evidence, choice: str | None) -> Panels | None:
    """One matrix for each cell, for the best baseline and for the choice; shades are shares of the row."""
    classes, counts = evidence.examples.classes, evidence.examples.confusion
    shown = [c for c in shown_in_panels(evidence, choice) if c.name in counts]
    if not shown or not 1 < len(classes) <= _MOST_CLASSES:
        return None
    draw = _table if len(classes) <= _NAMED_CLASSES else _shades
    what = "steps" if evidence.data.task == "tagging" else "sequences"
    note = (
        f"Rows: the actual class; columns: the predicted one; numbers: test {what}; shade: share of the row. Of each "
        f"cell one network, the first seed{_of_splits(evidence)}."
    )
    return Panels("Confusion", note, tuple(draw(evidence, c) for c in shown), wide=draw is _table)


def _of_splits(evidence: Evidence) -> str:
    detailed = evidence.details.splits if evidence.details is not None else 1
    return (
        " of every split, all splits added up"
        if detailed > 1
        else " of the first split" * (evidence.plan.folds > 1)
    )


def _table(evidence: Evidence, candidate: Candidate) -> Picture:
    classes, counts = evidence.examples.classes, evidence.examples.confusion[candidate.name]
    colour = styles(evidence)[candidate.name].colour
    head = "".join(f'<th scope="col"><span>{_named(name)}</span></th>' for name in classes)
    body = []
    for name, line in zip(classes, counts, strict=True):
        total = sum(line) or 1
        cells = "".join(
            f'<td style="background:color-mix(in srgb,{colour} {round(5 + _DARKEST * count / total)}%,transparent)">'
            f"{number(count)}</td>"
            if count
            else "<td></td>"
            for count in line
        )
        body.append(f'<tr><th scope="row">{_named(name)}</th>{cells}</tr>')
    said = _said(evidence, candidate)
    lines = "\n".join(body)
    label = html.escape(f"Confusion matrix of {candidate.name}: {said}.")
    return Picture(
        candidate.name,
        Markup(
            f'<div class="scroll matrix" role="region" aria-label="{label}" tabindex="0"><table>'
            f'<thead><tr><td>actual <span aria-hidden="true">↓</span> predicted <span aria-hidden="true">→</span></td>'
            f"{head}</tr></thead>\n<tbody>{lines}</tbody></table></div>"
        ),
        (candidate.name,),
        note=said,
    )


def _named(name: str) -> str:
    short = clip(name, 14)
    if short == name:
        return html.escape(name)
    return f'<abbr title="{html.escape(name)}">{html.escape(short)}</abbr>'


def _shades(evidence: Evidence, candidate: Candidate) -> Picture:
    classes, counts = evidence.examples.classes, evidence.examples.confusion[candidate.name]
    side, colour = len(classes), styles(evidence)[candidate.name].colour
    canvas = Canvas(
        Scale(-0.5, side - 0.5, label="predicted"), Scale(side - 0.5, -0.5, label="actual"), 268, 268, ""
    )
    for row, line in enumerate(counts):
        for column, count in enumerate(line):
            if count:
                opacity = 0.12 + 0.7 * count / sum(line)
                canvas.box(
                    column - 0.5, column + 0.5, row - 0.5, row + 0.5, colour, opacity=round(opacity, 2)
                )
                canvas.spot(column, row, f"{number(count)} × {classes[row]} taken for {classes[column]}")
    said = _said(evidence, candidate)
    return Picture(
        candidate.name,
        canvas.svg(f"Confusion matrix of {candidate.name}: {said}."),
        (candidate.name,),
        note=said,
    )


def _said(evidence: Evidence, candidate: Candidate) -> str:
    classes, counts = evidence.examples.classes, evidence.examples.confusion[candidate.name]
    side = range(len(classes))
    right, total = sum(counts[index][index] for index in side), sum(map(sum, counts))
    pairs = sorted(
        ((i, j) for i in side for j in side if i != j and counts[i][j]),
        key=lambda pair: -counts[pair[0]][pair[1]],
    )
    worst = [f"{number(counts[i][j])} × {classes[i]} taken for {classes[j]}" for i, j in pairs[:3]]
    share = percent(right / total) if total else "none"
    return f"{share} of {number(total)} right; {join(worst) if worst else 'no mistakes'}"
