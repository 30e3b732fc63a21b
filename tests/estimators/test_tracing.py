"""Looking into fitted estimators: what the trace holds is what the estimator computes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.typing import NDArray

import gatewise
from gatewise.data.sequences import SequenceSet
from gatewise.errors import ConfigurationError, DataError, SeriesTooShortError
from gatewise.estimators.tracing import SequenceTrace

STEPS = gatewise.TrainingConfig(steps=10)
RANDOM = np.random.default_rng(0)
ARRAYS = [RANDOM.normal(size=(length, 2)).astype(np.float32) for length in (9, 30, 17, 12)]


def classifier(cell: str = "GRU", **options: Any) -> Any:
    config = gatewise.ClassifierConfig(training=STEPS, **options)
    model = gatewise.SequenceClassifier(cell, hidden_size=6, random_state=0, config=config)
    return model.fit(ARRAYS, ["a", "b", "a", "b"])


def hourly(rows: int) -> pd.DataFrame:
    stamps = pd.date_range("2026-01-01", periods=rows, freq="h")
    values = np.sin(np.arange(rows) * 2 * np.pi / 24) + 2 + RANDOM.normal(0, 0.1, rows)
    return pd.DataFrame({"ds": stamps, "y": values, "warm": RANDOM.normal(size=rows)})


def forecaster(**columns: Any) -> Any:
    config = gatewise.ForecasterConfig(members=2, training=STEPS)
    model = gatewise.SequenceForecaster("LSTM", 6, hidden_size=5, random_state=0, config=config)
    return model.fit(hourly(300).drop(columns=[] if columns else ["warm"]), **columns)


def test_a_classifier_shows_every_layer_direction_and_its_answer() -> None:
    model = classifier("LSTM", num_layers=2)
    traces = model.trace(ARRAYS)
    assert [len(trace) for trace in traces] == [9, 30, 17, 12]
    shapes = [(one.layer, one.direction) for one in traces[0].layers]
    assert shapes == [(1, "forward"), (1, "backward"), (2, "forward"), (2, "backward")]
    assert traces[0].top == traces[0].layers[2:]
    for layer in traces[1].layers:
        assert {name: gate.shape for name, gate in layer.gates.items()} == dict.fromkeys(
            ("input", "forget", "output"), (30, 6)
        )
        # The equations of the LSTM, from what the trace holds.
        i, f, g, o = np.split(
            layer.input @ layer.weights["input"].T
            + layer.weights["input_bias"]
            + layer.before["h"] @ layer.weights["hidden"].T
            + layer.weights["hidden_bias"],
            4,
            axis=1,
        )
        c = sigmoid(f) * layer.before["c"] + sigmoid(i) * np.tanh(g)
        np.testing.assert_allclose(layer.states["c"], c, atol=1e-5)
        np.testing.assert_allclose(layer.states["h"], sigmoid(o) * np.tanh(c), atol=1e-5)
    np.testing.assert_allclose(traces[2].answer.values, model.predict_proba(ARRAYS)[2], atol=1e-6)
    assert traces[2].answer.names == ("a", "b")


def sigmoid(x: NDArray[np.float32]) -> NDArray[np.float32]:
    return 1 / (1 + np.exp(-x))


def test_what_is_known_of_a_sequence_comes_along() -> None:
    given = SequenceSet(ARRAYS, np.array(["a", "b", "a", "b"]), "classification", ids=np.array(list("wxyz")))
    trace = classifier().trace(given)[3]
    assert (trace.name, trace.answer.truth, trace.axis.unit, trace.axis.labels[-1]) == (
        "z",
        "b",
        "step",
        "12",
    )
    np.testing.assert_array_equal(trace.given, ARRAYS[3])


def test_a_patch_is_named_by_its_last_step() -> None:
    axis = classifier(most_tokens=10).trace(ARRAYS)[2].axis
    assert (axis.size, axis.labels) == (3, ("3", "6", "9", "12", "15", "17"))


def test_a_regressor_answers_in_the_units_of_its_target() -> None:
    config = gatewise.RegressorConfig(members=2, training=STEPS)
    y = [100.0, 130.0, 90.0, 120.0]
    model = gatewise.SequenceRegressor("RNN", hidden_size=4, random_state=0, config=config).fit(ARRAYS, y)
    both = [model.trace(ARRAYS, member=member) for member in (0, 1)]
    mean = np.mean([[trace.answer.values.item() for trace in one] for one in both], axis=0)
    np.testing.assert_allclose(mean, model.predict(ARRAYS), rtol=1e-5)
    each = [values[:, 0] * 3 for values in ARRAYS]
    per_step = gatewise.SequenceRegressor("RNN", hidden_size=4, random_state=0, config=config).fit(
        ARRAYS, each
    )
    assert [trace.answer.values.shape for trace in per_step.trace(ARRAYS)] == [
        (9, 1),
        (30, 1),
        (17, 1),
        (12, 1),
    ]


def test_a_tagger_shows_words_and_the_probabilities_of_labels() -> None:
    X = [["fly", "to", city] for city in ("Oslo", "Rome", "Bonn", "Kyiv")] * 5
    model = gatewise.SequenceTagger(
        "GRU", hidden_size=4, random_state=0, config=gatewise.TaggerConfig(training=STEPS)
    )
    model.fit(X, [["O", "O", "B-city"]] * 20)
    (trace,) = model.trace([["to", "Rome"]])
    assert trace.axis.labels == ("to", "Rome")
    np.testing.assert_allclose(trace.answer.values, model.predict_proba([["to", "Rome"]])[0], atol=1e-6)


def test_what_is_not_read_of_a_long_text_is_said() -> None:
    words = [f"w{number}" for number in range(600)]
    config = gatewise.ClassifierConfig(training=STEPS)
    model = gatewise.SequenceClassifier("GRU", hidden_size=4, random_state=0, config=config)
    model.fit([words, words[:9], words[3:20], words[:40]], ["a", "b", "a", "b"])
    long, short = model.trace([words, words[:9]])
    assert (long.total, long.cut, len(long)) == (600, "middle", 512)
    assert (short.total, short.cut) == (None, "")
    tagger = gatewise.SequenceTagger(
        "GRU", hidden_size=4, random_state=0, config=gatewise.TaggerConfig(training=STEPS)
    )
    tagger.fit([words], [["O"] * 599 + ["X"]])
    (trace,) = tagger.trace(SequenceSet([words], [["O"] * 599 + ["X"]], "tagging"))
    assert (trace.total, trace.cut, len(trace), len(trace.answer.truth)) == (600, "end", 512, 512)
    np.testing.assert_allclose(trace.answer.values, tagger.predict_proba([words])[0][:512], atol=1e-6)


def test_labels_of_a_file_come_along(tmp_path: Path) -> None:
    table = pd.DataFrame({"text": ["good film", "bad film"] * 8, "label": ["yes", "no"] * 8})
    table.to_csv(tmp_path / "t.csv", index=False)
    config = gatewise.ClassifierConfig(training=STEPS)
    model = gatewise.SequenceClassifier("GRU", hidden_size=4, random_state=0, config=config)
    model.fit(tmp_path / "t.csv", target="label")
    assert [trace.answer.truth for trace in model.trace(tmp_path / "t.csv")[:2]] == ["yes", "no"]
    table.drop(columns="label").to_csv(tmp_path / "u.csv", index=False)
    assert model.trace(tmp_path / "u.csv")[0].answer.truth is None


def test_a_language_model_shows_what_it_read_before_each_symbol() -> None:
    config = gatewise.LanguageModelConfig(training=STEPS)
    model = gatewise.LanguageModel("GRU", hidden_size=8, random_state=0, config=config).fit("abcab " * 60)
    (trace,) = model.trace("cab")
    assert trace.axis.labels == ("", "c", "a")
    assert trace.answer.truth == ["c", "a", "b"]
    nats = -np.log([trace.answer.values[step, trace.answer.names.index(s)] for step, s in enumerate("cab")])
    assert nats.mean() == pytest.approx(model.score("cab"), rel=1e-5)


def test_keys_of_frames_are_probabilities_of_their_own() -> None:
    frames = (RANDOM.random((80, 5)) < 0.3).astype(np.uint8)
    config = gatewise.LanguageModelConfig(training=STEPS)
    model = gatewise.LanguageModel("RNN", level="frame", hidden_size=4, random_state=0, config=config).fit(
        frames
    )
    (trace,) = model.trace(frames[:7])
    assert trace.answer.values.shape == (7, 5)
    np.testing.assert_array_equal(trace.given, frames[:7])


def test_a_forecaster_shows_the_window_by_its_stamps_and_what_came() -> None:
    model, data = forecaster(), hourly(310).drop(columns="warm")
    (trace,) = model.trace(data)
    geometry = model.preparation_.geometry
    assert (trace.axis.size, len(trace)) == (geometry.segment, geometry.context // geometry.segment)
    assert trace.axis.labels[-1] == "2026-01-13 15:00"
    assert trace.answer.names[0] == "2026-01-13 16:00"
    assert trace.axis.seconds == 3600 * geometry.segment
    np.testing.assert_allclose(trace.answer.truth, data["y"].to_numpy()[-6:])
    np.testing.assert_allclose(trace.given[:, 0], data["y"].to_numpy()[-6 - geometry.context : -6], rtol=1e-6)
    members = [model.trace(data, member=member)[0].answer.values for member in (0, 1)]
    before = model.predict(data.iloc[:-6])
    np.testing.assert_allclose(np.mean(members, axis=0), before["y_hat"], rtol=1e-4)


def test_without_data_a_forecaster_shows_its_next_forecast() -> None:
    model = forecaster()
    assert model.trace()[0].answer.truth is None
    members = [model.trace(member=member)[0].answer.values for member in (0, 1)]
    np.testing.assert_allclose(np.mean(members, axis=0), model.predict()["y_hat"], rtol=1e-4)


def test_a_loaded_model_shows_the_same(tmp_path: Path) -> None:
    model = classifier()
    before, after = model.trace(ARRAYS)[1], gatewise.load(model.save(tmp_path / "m")).trace(ARRAYS)[1]
    for name in ("update", "reset"):
        np.testing.assert_array_equal(before.layers[0].gates[name], after.layers[0].gates[name])


def test_looking_changes_nothing() -> None:
    model = classifier(dropout=0.5)
    expected = model.predict_proba(ARRAYS)
    model.trace(ARRAYS)
    np.testing.assert_array_equal(model.predict_proba(ARRAYS), expected)
    assert not model.networks_[0].training


@pytest.mark.parametrize("member", [2, -1, True, "first"])
def test_a_member_that_is_not_there_is_named(member: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"member: expected a number from 0 to 0, got"):
        classifier().trace(ARRAYS, member=member)


def test_bad_sequences_are_refused_as_in_predict() -> None:
    model, spoiled = classifier(), ARRAYS[0].copy()
    spoiled[3, 1] = np.nan
    with pytest.raises(DataError, match="step 3, channel 1 is NaN"):
        model.trace([spoiled])
    with pytest.raises(DataError, match="3 channels, expected 2"):
        model.trace([np.zeros((4, 3))])
    with pytest.raises(DataError, match="known ahead; give data"):
        forecaster(known="warm").trace()
    with pytest.raises(SeriesTooShortError, match="has 7 rows"):
        forecaster().trace(hourly(7).drop(columns="warm"))


def test_known_columns_are_read_from_the_data() -> None:
    model = forecaster(known="warm")
    trace: SequenceTrace = model.trace(hourly(310))[0]
    assert trace.channels == ("y", "warm")
    assert trace.answer.values.shape == (6,)


def test_gradients_are_not_kept() -> None:
    with torch.enable_grad():
        assert not torch.is_inference_mode_enabled()
        classifier().trace(ARRAYS)
