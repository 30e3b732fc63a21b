"""What the page says of where errors come from, of data, and of trainings."""

from __future__ import annotations

import re

import pytest
from detailed import detailed_classes, detailed_forecasts
from evidence import forecast_evidence

from gatewise.report import breakdowns, pictures, tables
from gatewise.report.pictures import details, worst
from gatewise.report.pictures.canvas import Picture
from gatewise.verdict.evidence import Evidence


@pytest.fixture(scope="module")
def forecasts() -> Evidence:
    return detailed_forecasts()


@pytest.fixture(scope="module")
def classes() -> Evidence:
    return detailed_classes()


def label(picture: Picture | None) -> str:
    assert picture is not None
    found = re.search('aria-label="([^"]*)"', picture.svg)
    assert found is not None
    return found[1]


def test_without_details_nothing_is_said() -> None:
    evidence = forecast_evidence()
    assert breakdowns.sentence(evidence, "GRU") == breakdowns.tested(evidence) == ""
    assert breakdowns.drawn(evidence, "GRU") == breakdowns.listings(evidence, "GRU") == ()
    assert breakdowns.panels(evidence, "GRU") == breakdowns.found_in_data(evidence) == ()


def test_the_choice_is_the_one_of_whom_is_told(forecasts: Evidence) -> None:
    said = breakdowns.sentence(forecasts, "RNN")
    assert said.startswith("RNN, one training: By step of the horizon its MASE goes from 0.3")
    assert "(1) to 0.8" in said
    # A choice that kept no answers is spoken of by the best that did.
    assert breakdowns.sentence(forecasts, "nobody").startswith("GRU, one training: ")


def test_what_is_equal_everywhere_is_not_told(forecasts: Evidence, classes: Evidence) -> None:
    assert forecasts.details is not None
    (by_step, *rest) = forecasts.details.by
    level = by_step.model_copy(update={"errors": {"RNN": (0.5,) * len(by_step.names)}})
    flat = forecasts.details.model_copy(update={"by": (level, *rest)})
    said = breakdowns.sentence(forecasts.model_copy(update={"details": flat}), "RNN")
    assert "By step" not in said
    unbiased = flat.residuals["RNN"].model_copy(update={"bias": 0.0})
    flat = flat.model_copy(update={"residuals": {"RNN": unbiased}})
    said = breakdowns.sentence(forecasts.model_copy(update={"details": flat}), "RNN")
    assert "In the mean its answers are neither too high nor too low, with a standard deviation of" in said
    # With every answer right no class is the hardest.
    assert classes.details is not None
    assert classes.details.classes is not None
    found = classes.details.classes
    counts = dict.fromkeys(found.right, found.support)
    right = found.model_copy(update={"right": counts, "predicted": counts})
    perfect = classes.details.model_copy(update={"classes": right})
    assert "hardest" not in breakdowns.sentence(classes.model_copy(update={"details": perfect}), "GRU")


def test_pictures_of_forecasts(forecasts: Evidence) -> None:
    titles = [picture.title for picture in breakdowns.drawn(forecasts, "GRU")]
    assert titles == [
        "MASE by step of the horizon",
        "Bias by step of the horizon",
        "Coverage of the 90 % interval by step of the horizon",
        "MASE by time",
        "Residuals",
        "Autocorrelation of residuals",
    ]
    # The choice, all cells, and the best baseline.
    assert details.along(forecasts, "GRU")[0].key == ("GRU", "RNN", "LSTM", "gradient boosting")


def test_series_have_a_table_and_a_picture_each(forecasts: Evidence) -> None:
    (table,) = breakdowns.listings(forecasts, "GRU")
    assert table.title == "MASE by series"
    assert [name for name, _ in table.columns] == [
        "series", "values", "GRU", "RNN", "LSTM", "gradient boosting", "bias of GRU", "coverage of GRU",
    ]  # fmt: skip
    assert {row[0].text for row in table.rows} == {"JFK", "LGA", "EWR"}
    series, *rest = breakdowns.panels(forecasts, "GRU")
    assert series.picked
    assert [picture.title for picture in series.pictures] == [row[0].text for row in table.rows]
    assert [panels.title for panels in rest] == ["Worst answers of GRU", "Worst answers of gradient boosting"]


def test_classes_the_hardest_first(classes: Evidence) -> None:
    (table,) = breakdowns.listings(classes, "GRU")
    assert [name for name, _ in table.columns] == [
        "class", "support", "precision", "recall", "F1", "ROC area", "average precision", "F1",
    ]  # fmt: skip
    values = [row[4].value for row in table.rows]
    assert values == sorted(values, key=float)  # type: ignore[arg-type]  # all are numbers
    assert "The hardest class is " in breakdowns.sentence(classes, "GRU")


def test_probabilities_are_drawn_and_summed_up(classes: Evidence) -> None:
    roc, precision, calibration = details.curves(classes, "GRU")
    assert roc.title == "ROC: every class against the rest, all decisions together"
    assert roc.key == ("GRU", "majority class")
    assert re.search(r"GRU mean area 0\.9\d+; majority class mean area 0\.[45]\d+", label(roc))
    assert "average precision" in label(precision)
    assert "expected calibration error" in label(calibration)


def test_worst_answers_of_every_kind_of_sequence(classes: Evidence) -> None:
    (panels,) = worst.worst(classes, "GRU")
    lines, text, tags, surprise, sound = panels.pictures
    assert "s0, 3 steps of x, z, with values from 0 to 2.00." in label(lines)
    assert "&lt;b&gt;" in text.svg
    assert "b <small>Y taken for Z</small>" in tags.svg
    assert '<span class="n4">⏎\n</span>' in surprise.svg
    assert "data:image/png;base64," in sound.svg
    assert lines.note == "actual A; predicted B (probability 0.90). Whole: x, dashed: z."


def test_what_was_found_in_the_data(classes: Evidence) -> None:
    (table,) = breakdowns.found_in_data(classes)
    assert [row[1].text for row in table.rows] == ["can make errors look better", "to know", "nothing found"]
    assert table.rows[0][2].text == "2 of 240: s7; s9"
    assert breakdowns.tested(classes) == (
        "240 sequences were tested on. Same sequence in training and test: 2 of 240; errors may look better than "
        "they will be."
    )
    assert "A 100 and 30" in label(pictures.balance(classes))


def test_trainings_of_every_seed_and_rates(forecasts: Evidence) -> None:
    assert "RNN ends at 0.450, its seeds from 0.400 to 0.500" in label(pictures.watched(forecasts))
    assert "RNN ends at 0.300, its seeds from 0.300 to 0.300" in label(pictures.seeds(forecasts))
    assert "GRU 0.301 at 0.001, 0.303 at 0.003, 0.308 at 0.008, 0.310 at 0.003, chosen 0.003" in label(
        pictures.rates(forecasts)
    )


def test_what_the_networks_are(forecasts: Evidence) -> None:
    assert tables.networks(forecasts)[0] == ("RNN", "RNN plus a linear path")
    assert tables.networks(forecasts)[-1] == (
        "trained by",
        "AdamW; 1\u202f200 updates at the most of 32 sequences or windows",
    )
    table = tables.parts(forecasts)
    assert table is not None
    assert [(row.label, row.cells[0].text) for row in table.groups[0].rows] == [
        ("recurrent layer", "900"),
        ("linear skip", "33"),
    ]


def test_gates_over_a_sequence(forecasts: Evidence) -> None:
    panels = pictures.gates(forecasts)
    assert panels is not None
    assert [picture.title for picture in panels.pictures] == ["LSTM", "GRU"]
    assert panels.pictures[1].note == "whole: reset, dashed: update"
    assert "reset from 0.200 to 0.900, mean 0.533" in label(panels.pictures[1])
