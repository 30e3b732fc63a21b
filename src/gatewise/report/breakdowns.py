"""Where errors come from and what was found in the data, as tables and sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gatewise.report.pictures import Panels, Picture, details, worst
from gatewise.report.pictures.examples import shown_in_panels
from gatewise.report.quantities import Listing, TableCell
from gatewise.report.text import MISSING, capital, error_format, number, percent
from gatewise.verdict.evidence import Check, ClassCounts, Details, ErrorsBy, Evidence

__all__ = ["drawn", "found_in_data", "listings", "panels", "sentence", "tested"]

# What is drawn as lines needs no table.
_DRAWN = ("step of the horizon", "time of the test part")
_CLASSES = 60
_STATES = {"good": "nothing found", "look": "to know", "bad": "can make errors look better"}


def sentence(evidence: Evidence, choice: str | None) -> str:
    """Say where the choice errs most, as far as that is known."""
    found = evidence.details
    if found is None:
        return ""
    name = _who(evidence, found, choice)
    show, said = error_format(evidence.metric), []
    for by in found.by:
        values = by.errors.get(name, ())
        finite = [k for k, value in enumerate(values) if math.isfinite(value)]
        if len(finite) < 2:
            continue
        most, least = max(finite, key=lambda k: values[k]), min(finite, key=lambda k: values[k])
        if values[most] == values[least]:
            continue
        said.append(
            f"By {by.what} its {evidence.metric.name} goes from {show(values[least])} ({by.names[least]}) to "
            f"{show(values[most])} ({by.names[most]})."
        )
    if found.classes is not None:
        # Of a class that was not there, F1 says nothing.
        rows = [row for row in _scores(found.classes, name) if row[4]]
        if len({f1 for *_, f1, _ in rows}) > 1:
            label, precision, recall, f1, _ = min(rows, key=lambda row: row[3])
            said.append(
                f"The hardest class is {label}: precision {percent(precision)}, recall {percent(recall)}, F1 "
                f"{percent(f1)}."
            )
    if name in found.residuals:
        one = found.residuals[name]
        lean = "too high" if one.bias > 0 else "too low"
        mean = f"{lean} by {number(abs(one.bias))}" if one.bias else "neither too high nor too low"
        said.append(
            f"In the mean its answers are {mean}, with a standard deviation of {number(one.spread)} ({found.unit})."
        )
    lead = f"{name}, one training: " if said else ""
    return f"{lead}{' '.join(said)}"


def _who(evidence: Evidence, found: Details, choice: str | None) -> str:
    """Return whose errors are told: the choice's where they were kept, else those of the best that has some."""
    known = [name for by in found.by for name in by.errors] + (
        [] if found.classes is None else [*found.classes.right]
    )
    known += list(found.residuals)
    shown = [name for name in details.compared(evidence, choice) if name in known]
    return shown[0] if shown else (choice or "")


def drawn(evidence: Evidence, choice: str | None) -> tuple[Picture, ...]:
    """Return pictures of errors along steps and time, of residuals and of probabilities."""
    some = (details.histograms(evidence, choice), details.autocorrelations(evidence, choice))
    return (
        *details.along(evidence, choice),
        *(one for one in some if one is not None),
        *details.curves(evidence, choice),
    )


def panels(evidence: Evidence, choice: str | None) -> tuple[Panels, ...]:
    """Return the worst series with their pictures, and the worst answers."""
    found = evidence.details
    series = [] if found is None else [worst.of_parts(evidence, by, choice) for by in found.by]
    return (*(one for one in series if one is not None), *worst.worst(evidence, choice))


def listings(evidence: Evidence, choice: str | None) -> tuple[Listing, ...]:
    """Return a table for each way in which errors are split, and one of classes."""
    found = evidence.details
    if found is None:
        return ()
    made = [_of_parts(evidence, found, by, choice) for by in found.by if by.what not in _DRAWN]
    if found.classes is not None:
        made.append(_of_classes(evidence, found, found.classes, choice))
    return tuple(made)


def _of_parts(evidence: Evidence, found: Details, by: ErrorsBy, choice: str | None) -> Listing:
    show = error_format(evidence.metric)
    shown = [c.name for c in shown_in_panels(evidence, choice) if c.name in by.errors]
    who = _who(evidence, found, choice)
    further = [
        (f"{what} of {who}", values[who], write)
        for what, values, write in (("bias", by.bias, number), ("coverage", by.coverage, percent))
        if who in values
    ]
    columns = (
        (by.what, ""),
        (by.counted, ""),
        *((name, evidence.metric.name) for name in shown),
        *((title, "") for title, _, _ in further),
    )
    rows = []
    for k, name in enumerate(by.names):
        errors = [by.errors[one][k] for one in shown]
        best = min((value for value in errors if math.isfinite(value)), default=math.nan)
        rows.append(
            (
                TableCell(name),
                TableCell(number(by.counts[k]), value=by.counts[k]),
                *(TableCell(show(value), best=value == best, value=_kept(value)) for value in errors),
                *(TableCell(write(values[k]), value=_kept(values[k])) for _, values, write in further),
            )
        )
    many = f": {by.shown}" if by.shown else ""
    return Listing(
        f"{capital(evidence.metric.name)} by {by.what}{many}",
        columns,
        tuple(rows),
        method=worst.capitalised(found.methods.get("by", "")),
    )


def _scores(classes: ClassCounts, name: str) -> list[tuple[str, float, float, float, int]]:
    """Precision, recall, F1 and support of each class."""
    rows = []
    for k, label in enumerate(classes.names):
        right, predicted, support = classes.right[name][k], classes.predicted[name][k], classes.support[k]
        precision = right / predicted if predicted else math.nan
        recall = right / support if support else math.nan
        f1 = 2 * right / (predicted + support) if predicted + support else math.nan
        rows.append((label, precision, recall, f1, support))
    return rows


def _of_classes(evidence: Evidence, found: Details, classes: ClassCounts, choice: str | None) -> Listing:
    who = _who(evidence, found, choice)
    others = [name for name in details.compared(evidence, choice) if name in classes.right and name != who]
    areas = found.probabilities.get(who)
    rows = []
    for k, (label, precision, recall, f1, support) in enumerate(_scores(classes, who)):
        cells = [
            TableCell(label),
            TableCell(number(support), value=support),
            *(TableCell(percent(value), value=_kept(value)) for value in (precision, recall, f1)),
        ]
        if areas is not None:
            cells += [
                TableCell(MISSING if value is None else number(value), value=value)
                for value in (areas.area[k], areas.average_precision[k])
            ]
        cells += [
            TableCell(percent(value := _scores(classes, name)[k][3]), value=_kept(value)) for name in others
        ]
        rows.append((f1, tuple(cells)))
    rows.sort(key=lambda row: row[0] if math.isfinite(row[0]) else math.inf)
    more = f" The {_CLASSES} with the lowest F1 of {len(rows)}." if len(rows) > _CLASSES else ""
    counted = "steps" if evidence.data.task == "tagging" else "sequences"
    columns = [("class", ""), ("support", counted), ("precision", who), ("recall", who), ("F1", who)]
    columns += [("ROC area", who), ("average precision", who)] if areas is not None else []
    columns += [("F1", name) for name in others]
    return Listing(
        "By class, the lowest F1 first",
        tuple(columns),
        tuple(cells for _, cells in rows[:_CLASSES]),
        note=f"{_averages(classes, [who, *others])}{more}",
        method=worst.capitalised(found.methods.get("classes", "")),
    )


def _averages(classes: ClassCounts, names: Sequence[str]) -> str:
    """Say macro and weighted means of F1."""
    said = []
    for name in names:
        rows = [(f1, support) for *_, f1, support in _scores(classes, name) if math.isfinite(f1)]
        macro = sum(f1 for f1, _ in rows) / max(len(rows), 1)
        weighted = sum(f1 * support for f1, support in rows) / max(sum(support for _, support in rows), 1)
        said.append(f"{name} {percent(macro)} and {percent(weighted)}")
    return f"F1, mean of classes and weighted by their support: {'; '.join(said)}."


def tested(evidence: Evidence) -> str:
    """Say who was tested, and what was found that matters."""
    found = evidence.checks
    if found is None:
        return ""
    bad = [check for check in found.checks if check.state == "bad"]
    warning = "".join(
        f" {capital(check.name)}: {check.found}; errors may look better than they will be." for check in bad
    )
    return f"{found.tested}{warning}"


def found_in_data(evidence: Evidence) -> tuple[Listing, ...]:
    """Return the table of what was looked for."""
    found = evidence.checks
    if found is None:
        return ()
    order = ("bad", "look", "good")
    rows = tuple(
        (TableCell(check.name), TableCell(_STATES[check.state]), TableCell(_places(check), note=check.method))
        for check in sorted(found.checks, key=lambda check: order.index(check.state))
    )
    columns = (("looked for", ""), ("state", ""), ("found", "and how it was looked for"))
    return (Listing("What was looked for", columns, rows),)


def _places(check: Check) -> str:
    said = f"{check.found}: {'; '.join(check.places)}" if check.places else check.found
    return said.replace(" -", " −")


def _kept(value: float) -> float | None:
    return value if math.isfinite(value) else None
