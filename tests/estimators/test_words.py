"""The words of ``fit`` and others: shown, and checked by name."""

from __future__ import annotations

import inspect

import pytest

from gatewise import SequenceClassifier, SequenceForecaster, SequenceRegressor, SequenceTagger
from gatewise.errors import ConfigurationError


def words(function: object) -> list[str]:
    """Names of the keyword-only arguments that help() shows."""
    parameters = inspect.signature(function).parameters.values()  # type: ignore[arg-type]  # a method
    return [one.name for one in parameters if one.kind is one.KEYWORD_ONLY]


def test_signatures_show_every_word() -> None:
    series = [
        "id", "time", "target", "past", "known", "static", "static_data", "every", "aggregate", "impute", "duplicates",
        "decimal", "encoding", "date_format", "day_first", "timezone", "calendar", "holidays",
    ]  # fmt: skip
    assert words(SequenceForecaster.fit) == ["warm_start", *series]
    assert words(SequenceForecaster(horizon=3).predict) == ["future", *series]
    sequences = [
        "id", "time", "target", "channels", "group", "impute", "decimal", "encoding", "categorical", "axes",
        "duplicates",
    ]  # fmt: skip
    assert words(SequenceRegressor.evaluate) == words(SequenceTagger.evaluate) == sequences
    assert words(SequenceTagger.fit) == ["warm_start", *sequences]
    assert words(SequenceRegressor.fit) == ["sample_weight", "warm_start", *sequences]
    assert words(SequenceClassifier.fit) == ["sample_weight", "warm_start", *sequences, "pattern", "rare"]


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("tarjet", "tarjet: fit takes no such argument; did you mean target?"),
        ("freq", "freq: fit takes no such argument; did you mean every?"),
        ("horizon", "horizon: fit takes no such argument; it belongs to the constructor: "
         "SequenceForecaster(horizon=…)"),
        ("budget", "budget: fit takes no such argument; it belongs to the constructor: "
         "SequenceForecaster(max_seconds=…)"),
        ("dropout", "dropout: fit takes no such argument; it belongs to the constructor: "
         "SequenceForecaster(config=ForecasterConfig(dropout=…))"),
        ("colour", "colour: fit takes no such argument; expected some of data, warm_start, id, time, target, past, "
         "known, static, static_data, every, aggregate, impute, duplicates, decimal, encoding, date_format, day_first, "
         "timezone, calendar, holidays"),
    ],
)  # fmt: skip
def test_a_word_that_fit_does_not_take(word: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        SequenceForecaster(horizon=3).fit("missing.csv", **{word: 1})
    assert str(error.value) == message


def test_a_time_limit_may_have_a_unit() -> None:
    data = [float(k % 12) for k in range(80)]
    frame = {"y": data}
    import polars

    model = SequenceForecaster(horizon=3, max_seconds="1m", hidden_size=4, random_state=0)
    assert model.get_params()["max_seconds"] == "1m"
    with pytest.raises(ConfigurationError) as error:
        model.set_params(max_seconds="soon").fit(polars.DataFrame(frame), every="row")
    assert str(error.value) == "max_seconds: expected a time such as 90s, 5m or 1h, got 'soon'"
