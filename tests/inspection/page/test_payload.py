"""What a page holds: units and steps, weights or bytes, what it leaves out and says so."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import inspected
import numpy as np
import pytest
from inspected import case

import gatewise
from gatewise.errors import ConfigurationError, DataError
from gatewise.estimators.classification.linear import LinearClassifier
from gatewise.inspection.page.lanes import evenly, time_scales

pytestmark = pytest.mark.slow
RANDOM = np.random.default_rng(0)
MOST = 3_000_000


def classifiers(
    cells: tuple[str, ...], hidden: int, steps: int, **options: Any
) -> tuple[list[Any], list[Any]]:
    """Untrained but for one update, with every step a step of the cell."""
    X = [RANDOM.normal(size=(12, 1)).astype(np.float32) for _ in range(4)]
    config = gatewise.ClassifierConfig(
        training=gatewise.TrainingConfig(steps=1), most_tokens=10_000, features="patches"
    )
    models = [
        gatewise.SequenceClassifier(cell, hidden_size=hidden, random_state=0, config=config, **options).fit(
            X, list("abab")
        )
        for cell in cells
    ]
    return models, [RANDOM.normal(size=(steps, 1)).astype(np.float32)]


def made_by(models: Any, data: Any, **options: Any) -> dict[str, Any]:
    payload: dict[str, Any] = gatewise.inspect(models, data, gradients={}, **options).payload
    return payload


@pytest.mark.parametrize("name", [make.__name__ for make in inspected.CASES])
def test_every_task_has_a_page(name: str) -> None:
    given = case(name)
    found = gatewise.inspect(given.models, given.data, sequence=given.sequence)
    names = [model["name"] for model in found.payload["models"]]
    assert names == list(given.models)
    assert [model["why_not"] for model in found.payload["models"]] == [None] * len(names)
    assert len(found.to_html()) < MOST
    assert found._repr_html_().startswith('<iframe srcdoc="&lt;!doctype html&gt;')
    assert repr(found) == f"Inspection({', '.join(names)} on {found.payload['sequence']['name']!r})"


def test_truth_and_answer_come_along() -> None:
    given = case("forecast")
    payload = made_by(given.models, given.data)
    sequence = payload["sequence"]
    np.testing.assert_allclose(sequence["truth"], given.data["y"].to_numpy()[-6:])
    assert sequence["stamps"][0] == str(given.data["ds"].iloc[-6])[:16]
    trace = given.models["GRU"].trace(given.data)[0]
    np.testing.assert_allclose(payload["models"][2]["answer"]["values"], trace.answer.values)
    assert made_by(given.models, None)["sequence"]["truth"] is None


def test_many_units_are_sampled_evenly_over_their_order() -> None:
    models, data = classifiers(("GRU",), 100, 20)
    found = gatewise.inspect(models, data, gradients={})
    (layer, _) = found.payload["models"][0]["layers"]
    scales = time_scales(found.seen[0].trace.layers[0])
    assert (layer["size"], len(layer["units"])) == (100, 64)
    assert layer["units"] == evenly(scales, 64).tolist()
    assert layer["scales"] == sorted(layer["scales"], reverse=True)
    assert layer["units"][0] == scales.argmax()
    assert layer["units"][-1] == scales.argmin()


def test_a_cell_without_a_keep_gate_is_ordered_by_how_its_state_moves() -> None:
    given = case("streamed")
    (layer,) = made_by({"RNN": given.models["RNN"]}, given.data)["models"][0]["layers"]
    assert not layer["gated"]
    states = given.models["RNN"].trace(given.data)[0].layers[0].state.astype(float)
    correlation = [np.corrcoef(one[:-1] - one.mean(), one[1:] - one.mean())[0, 1] for one in states.T]
    assert layer["units"][0] in np.argsort(correlation)[-2:]


def test_only_the_last_steps_of_a_long_sequence_are_shown() -> None:
    models, data = classifiers(("LSTM",), 4, 2300, bidirectional=False)
    payload = made_by(models, data)
    sequence, (model,) = payload["sequence"], payload["models"]
    assert (sequence["first"], len(sequence["labels"]), sequence["labels"][0]) == (300, 2000, "301")
    assert sequence["notes"] == [{"code": "steps", "shown": 2000, "total": 2300}]
    before = models[0].trace(data)[0].layers[0].before
    (layer,) = model["layers"]
    for name in ("h", "c"):
        start = np.frombuffer(base64.b64decode(layer["start"][name]), np.float32)
        np.testing.assert_array_equal(start, before[name][300])
    assert model["head"]["before"]["count"] == 300


def test_a_long_text_is_read_from_its_end_as_a_document_of_its_own() -> None:
    model = case("language").models["GRU"]
    text = "the cat sat on the mat. " * 100
    sequence = made_by(model, text)["sequence"]
    assert sequence["notes"] == [{"code": "document", "shown": 2000, "total": 2400}]
    assert "".join(sequence["labels"][1:]) == text[-2000:-1]


@pytest.mark.parametrize(
    ("cells", "hidden", "steps", "reasons"),
    [
        (("RNN", "LSTM", "GRU"), 128, 2000, [None, None, None]),
        (("RNN", "LSTM", "GRU"), 128, 2500, ["both_ways", "both_ways", "both_ways"]),
        (("RNN", "LSTM", "GRU"), 300, 2500, ["size", "size", "size"]),
        (("LSTM",) * 6, 128, 2000, [None, None, None, "size", "size", "size"]),
    ],
)
def test_however_large_the_models_the_page_is_not(
    cells: tuple[str, ...], hidden: int, steps: int, reasons: list[str | None]
) -> None:
    models, data = classifiers(cells, hidden, steps)
    found = gatewise.inspect(dict(zip("abcdef", models, strict=False)), data, gradients={})
    got = [model["why_not"] and model["why_not"]["code"] for model in found.payload["models"]]
    assert got == reasons
    assert len(found.to_html().encode()) < MOST


def test_bytes_are_the_gates_and_states() -> None:
    models, data = classifiers(("LSTM",), 130, 15)
    found = gatewise.inspect(models, data, gradients={})
    layer, made = found.seen[0].trace.layers[0], found.payload["models"][0]["layers"][0]
    for kind in ("gates", "states"):
        for name, values in getattr(layer, kind).items():
            part = made[kind][name]
            numbers = np.frombuffer(base64.b64decode(part["bytes"]), np.uint8).reshape(15, 64)
            got = part["low"] + (part["high"] - part["low"]) * numbers / 255
            np.testing.assert_allclose(got, values[:, made["units"]], atol=(part["high"] - part["low"]) / 509)


def test_one_model_may_be_a_path(tmp_path: Path) -> None:
    given = case("streamed")
    path = given.models["GRU"].save(tmp_path / "gru")
    found = gatewise.inspect([given.models["GRU"], path, str(path)], given.data, path=tmp_path / "page.html")
    assert [one.name for one in found.seen] == ["GRU", "GRU 2", "GRU 3"]
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == found.to_html()


def test_models_that_do_not_belong_together_are_one_line() -> None:
    given, other = case("streamed"), case("classification")
    with pytest.raises(DataError, match="X: sequence 0 has 1 channels, expected 2"):
        made_by([given.models["GRU"], other.models["GRU"]], given.data)
    with pytest.raises(ConfigurationError) as refused:
        made_by([given.models["GRU"], case("regression").models["GRU"]], given.data)
    assert str(refused.value) == (
        "models: expected models of one task, got SequenceClassifier and SequenceRegressor (GRU 2)"
    )
    with pytest.raises(ConfigurationError, match="models: expected at least one, got none"):
        made_by([], given.data)
    with pytest.raises(ConfigurationError, match="LinearClassifier has no recurrent cell to look into"):
        made_by([given.models["GRU"], LinearClassifier()], given.data)


def test_what_is_no_number_is_one_line() -> None:
    spoiled = RANDOM.normal(size=(20, 1))
    spoiled[7] = np.nan
    with pytest.raises(DataError) as caught:
        made_by(case("streamed").models, [spoiled])
    assert str(caught.value) == ("X: sequence 0, step 7, channel 0 is NaN; fill it or leave the sequence out")


def test_models_of_other_windows_are_one_line() -> None:
    given = case("forecast")
    config = gatewise.ForecasterConfig(training=gatewise.TrainingConfig(steps=1), segment_length=12)
    other = gatewise.SequenceForecaster("GRU", 6, hidden_size=4, random_state=0, config=config).fit(
        given.data
    )
    with pytest.raises(DataError) as caught:
        made_by({"GRU": given.models["GRU"], "wide": other}, given.data)
    assert str(caught.value) == (
        "models: wide reads 4 steps of 12, GRU 8 of 6; take models of the same task, data and windows"
    )


def test_a_page_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    given = case("streamed")
    with pytest.raises(ConfigurationError) as caught:
        gatewise.inspect(given.models, given.data, path=tmp_path / "none" / "page.html")
    assert str(caught.value) == (
        f"{tmp_path / 'none' / 'page.html'}: cannot be written (No such file or directory); name another path"
    )
