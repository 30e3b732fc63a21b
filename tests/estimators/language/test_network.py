"""Language models: what they learn, what they write, what they refuse, and that nothing is left to chance."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from synthetic import name_of

from gatewise.data.corpus import Corpus
from gatewise.errors import ConfigurationError, DataError, SavedModelError
from gatewise.estimators.config import LanguageModelConfig
from gatewise.estimators.language.network import LanguageModel
from gatewise.estimators.language.ngram import NGramModel
from gatewise.estimators.loading import load
from gatewise.training.config import TrainingConfig

CELLS = ("RNN", "LSTM", "GRU")
LEVELS = ("character", "byte", "subword", "word")
TEXT = "the cat sat on the mat, the dog sat on the log. " * 12


def small(cell: str = "GRU", steps: int = 60, *, rate: float = 0.01, **options: Any) -> LanguageModel:
    config = LanguageModelConfig(window=20, training=TrainingConfig(steps=steps, learning_rate=rate))
    return LanguageModel(cell, **{"hidden_size": 16, "random_state": 0, "config": config} | options)


def rolls(count: int = 12, keys: int = 4) -> list[np.ndarray]:
    """The keys sound one after the other, in turn."""
    return [np.eye(keys, dtype=np.uint8)[np.arange(start, start + 12) % keys] for start in range(count)]


def every() -> list[Any]:
    return [small("LSTM"), NGramModel()]


every_model = pytest.mark.parametrize("model", every(), ids=name_of)


@pytest.mark.filterwarnings("ignore::gatewise.errors.SeenDataWarning")
@pytest.mark.parametrize("model", [*map(small, CELLS), NGramModel()], ids=name_of)
@pytest.mark.parametrize("level", LEVELS)
def test_what_repeats_is_learned(model: Any, level: str) -> None:
    fitted = clone(model).set_params(level=level).fit(TEXT)
    found = fitted.evaluate(TEXT[:96])
    assert found["nats per symbol"] < 0.6 * math.log(fitted.vocabulary_.size)
    assert found[f"bits per {level}"] == pytest.approx(found["nats per symbol"] / math.log(2))
    assert found["perplexity"] == pytest.approx(math.exp(found["nats per symbol"]))
    assert found["symbols"] == len(fitted.vocabulary_.encode(TEXT[:96]))
    assert found["unknown"] == 0
    assert fitted.score(TEXT[:96]) == found["nats per symbol"]


@every_model
def test_what_it_gives_to_all_symbols_adds_up_to_one(model: Any) -> None:
    fitted = clone(model).fit(["abab", "bcc" * 9])
    predictor = fitted._predictor()
    for item in [0, *fitted.vocabulary_.encode("abz")]:
        logits = predictor.next(item)
        assert np.isfinite(logits).all()
    if isinstance(fitted, NGramModel):
        assert np.exp(logits).sum() == pytest.approx(1)


@every_model
def test_the_score_is_the_sum_over_one_step_after_the_other(model: Any) -> None:
    fitted = clone(model).fit(TEXT)
    predictor, items = fitted._predictor(), fitted.vocabulary_.encode("the dog sat on zebras")
    nats, before = 0.0, 0
    for item in items:
        logits = torch.from_numpy(predictor.next(before))
        nats -= float(logits.log_softmax(0)[item])
        before = int(item)
    nats += fitted.vocabulary_.spelling(items)
    assert fitted.score("the dog sat on zebras") * len(items) == pytest.approx(nats, rel=1e-5)


@every_model
def test_documents_know_nothing_of_each_other(model: Any) -> None:
    fitted = clone(model).fit([TEXT, Corpus(TEXT, source="again")])
    parts = ["the cat", "sat on the mat, the dog", "log."]
    nats = [fitted.score(part) * len(part) for part in parts]
    assert fitted.score(parts) == pytest.approx(sum(nats) / sum(map(len, parts)), rel=1e-5)
    assert fitted.score([Corpus(part) for part in reversed(parts)]) == fitted.score(parts)
    assert fitted.score([*parts, ""]) == fitted.score(parts)


def test_a_long_text_is_scored_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted = small("LSTM").fit(TEXT)
    whole = fitted.score(TEXT)
    monkeypatch.setattr("gatewise.estimators.language.network.SCORING_WINDOW", 7)
    assert fitted.score(TEXT) == pytest.approx(whole, rel=1e-5)


@every_model
def test_unknown_characters_are_paid_for(model: Any) -> None:
    fitted = clone(model).fit(TEXT)
    found = fitted.evaluate("the cat é")
    assert found["unknown"] == pytest.approx(1 / 9)
    assert 9 * found["nats per symbol"] > math.log(0x110000 - len(fitted.vocabulary_)) + 1
    assert np.isfinite(fitted.score("日本語"))
    assert clone(model).set_params(level="byte").fit(TEXT).evaluate("日本語")["unknown"] == 0


@every_model
def test_writing(model: Any) -> None:
    fitted = clone(model).fit(TEXT)
    text = fitted.generate("the ", 40, random_state=1)
    assert len(text) == 40
    assert set(text) <= set(TEXT)
    assert text == fitted.generate("the ", 40, random_state=1)
    assert text != fitted.generate("the ", 40, random_state=2)
    sure = fitted.generate("the ", 20, temperature=0)
    assert sure == fitted.generate("the ", 20, top_k=1, random_state=5)
    assert fitted.generate(length=0) == ""
    assert len(fitted.generate("unseen: Ω", 3, temperature=0.5, top_k=3)) == 3


def test_it_writes_on_where_the_prompt_ends() -> None:
    model = small("LSTM", steps=150, rate=0.02).fit("abcd" * 100)
    assert model.generate("abcdab", 7, temperature=0) == "cdabcda"
    words = small("GRU", level="word", steps=100, rate=0.02).fit("one two three, " * 60)
    assert words.generate("one two", 3, temperature=0) == " three, one"


@pytest.mark.parametrize("level", ["byte", "subword"])
def test_what_is_not_a_character_is_compared_per_character(level: str) -> None:
    fitted = NGramModel(level=level).fit(TEXT)
    texts = ["the cat, naïve", "日"]
    found = fitted.evaluate(texts)
    assert found["bits per character"] * 15 == pytest.approx(found[f"bits per {level}"] * found["symbols"])


def test_the_number_of_words_and_sub_words_is_chosen() -> None:
    for level, size in (("word", 5), ("subword", 260)):
        config = LanguageModelConfig(vocabulary_size=size, training=TrainingConfig(steps=2))
        assert small(level=level, config=config).fit(TEXT).vocabulary_.size == size + 1
    characters = LanguageModelConfig(vocabulary_size=5, training=TrainingConfig(steps=2))
    assert small(config=characters).fit(TEXT).vocabulary_.size == 1 + len(set(TEXT))


@pytest.mark.filterwarnings("ignore::gatewise.errors.SeenDataWarning")
def test_music() -> None:
    data = rolls()
    model = small("GRU", level="frame", steps=150, rate=0.02).fit(data)
    assert model.evaluate(data)["nats per symbol"] < 2.0 < 4 * math.log(2)
    assert "bits per frame" in model.evaluate(data)
    written = model.generate(data[0][:2], 4, temperature=0)
    assert (written.shape, written.dtype) == ((4, 4), np.uint8)
    assert written.tolist() == data[0][2:6].tolist()
    assert model.generate(length=30, temperature=3.0, top_k=1, random_state=0).sum(1).max() == 1
    assert model.score(data[0]) == model.score(data[:1]) == model.score([data[0].tolist()])


@pytest.mark.parametrize("cell", CELLS)
def test_the_same_seed_gives_the_same_bits(cell: str) -> None:
    first, second, other = (small(cell, 10, random_state=seed).fit(TEXT).score(TEXT) for seed in (1, 1, 2))
    assert first == second != other


def test_nothing_is_carried_from_one_fit_to_the_next() -> None:
    model = small(steps=10)
    assert model.fit(TEXT).score(TEXT) == model.fit(TEXT).score(TEXT)


@pytest.mark.parametrize(
    "model",
    [
        small("LSTM"),
        small("RNN", level="word"),
        small(level="byte"),
        small(level="subword"),
        NGramModel(3),
        NGramModel(level="word"),
        NGramModel(level="subword"),
    ],
    ids=name_of,
)
def test_saved_and_loaded_bit_for_bit(model: Any, tmp_path: Path) -> None:
    fitted = clone(model).fit([TEXT, "naïve 日本"])
    loaded = load(fitted.save(tmp_path / "model"))
    assert type(loaded) is type(fitted)
    assert loaded.vocabulary_ == fitted.vocabulary_
    assert loaded.score("the cat, naïve ñ") == fitted.score("the cat, naïve ñ")
    assert loaded.generate("the", 30, random_state=3) == fitted.generate("the", 30, random_state=3)
    assert loaded.get_params()["level"] == fitted.level


def test_music_saved_and_loaded(tmp_path: Path) -> None:
    model = small("LSTM", steps=10, level="frame").fit(rolls())
    loaded = load(model.save(tmp_path / "model"))
    assert loaded.score(rolls()) == model.score(rolls())
    assert np.array_equal(loaded.generate(length=5, random_state=0), model.generate(length=5, random_state=0))


def test_a_damaged_model(tmp_path: Path) -> None:
    path = small(steps=2).fit(TEXT).save(tmp_path / "model")
    config = (path / "config.json").read_text(encoding="utf-8")
    changed = config.replace('"alphabet"', '"letters"')
    (path / "config.json").write_text(changed, encoding="utf-8")
    with pytest.raises(SavedModelError, match=r"config.json: expected .* as manifest.json says"):
        load(path)
    # As an earlier version has saved it, without a manifest.
    changed = changed.replace('"manifest": "manifest.json",', "")
    (path / "config.json").write_text(changed, encoding="utf-8")
    (path / "manifest.json").unlink()
    with pytest.raises(SavedModelError, match="the saved model is damaged"):
        load(path)


def test_the_end_is_held_out_only_to_watch() -> None:
    config = LanguageModelConfig(validation_fraction=0.25, training=TrainingConfig(steps=20))
    model = small(config=config).fit([TEXT[:200], TEXT[:200]])
    assert [step for step, _, _ in model.histories_[0].evaluations] == list(range(2, 21, 2))
    assert small(steps=5).fit(TEXT).histories_[0].evaluations == []


def test_time_ends_training_annealed() -> None:
    model = small(steps=100_000, max_seconds=0.5).fit(TEXT)
    assert model.histories_[0].stopped == "time"
    assert model.histories_[0].total_seconds < 5


def test_a_text_shorter_than_a_window() -> None:
    model = LanguageModel(hidden_size=4, config=LanguageModelConfig(training=TrainingConfig(steps=3)))
    assert np.isfinite(model.fit("ab").score("a"))


EMPTY = "X: expected a text, got an empty one"


@every_model
@pytest.mark.parametrize(
    ("X", "message"),
    [
        ("", EMPTY),
        (["", Corpus("")], EMPTY),
        ([], "X: expected a text, got none"),
        ("aaaa", "X: expected a text of at least two different characters, got only 'a'"),
        (None, "X: expected a text, a Corpus or a list of them, got None"),
        (b"abc", "X: expected a text, a Corpus or a list of them, got a bytes"),
        (3, "X: expected a text, a Corpus or a list of them, got a int"),
        (["ab", 3], "X: document 1: expected a text or a Corpus, got a int"),
    ],
)
def test_texts_that_are_refused(model: Any, X: Any, message: str) -> None:
    with pytest.raises(DataError) as error:
        clone(model).fit(X)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("X", "message"),
    [
        ("la la", "X: expected an array (time, keys) of 0 and 1 or a list of them, got a str"),
        ([], "X: expected at least one sequence of frames, got none"),
        ([np.zeros((0, 3))], "X: expected at least one frame, got none"),
        ([np.zeros(3)], "X: document 0: expected an array of shape (time, keys), got shape (3,)"),
        (
            [np.eye(3), np.eye(2)],
            "X: document 1: expected an array of shape (time, 3) of 0 and 1, got shape (2, 2) of float64",
        ),
        ([np.eye(3), np.full((2, 3), 0.5)], "X: document 1: step 0, key 0: expected 0 or 1, got 0.5"),
    ],
)
def test_frames_that_are_refused(X: Any, message: str) -> None:
    with pytest.raises(DataError) as error:
        small(level="frame").fit(X)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (
            small(level="letter"),
            "level: expected one of 'character', 'byte', 'subword', 'word', 'frame', got 'letter'",
        ),
        (small(hidden_size=0), "hidden_size: expected a whole number from 1 or None, got 0"),
        (small(max_seconds=0), "max_seconds: expected more than 0, got 0"),
        (
            small(cell="CNN"),
            "cell: expected one of RNN, RNN-relu, LSTM, GRU, GRU-after, CIFG, MGU, got 'CNN'; did you mean RNN?",
        ),
        (NGramModel(0), "order: expected a whole number from 1 or None, got 0"),
    ],
)
def test_options_that_are_refused(model: Any, message: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        model.fit(TEXT)
    assert str(error.value) == message


def test_n_grams_do_not_play_music() -> None:
    with pytest.raises(ConfigurationError) as error:
        NGramModel(level="frame").fit(rolls())
    expected = "level: n-grams count symbols, expected 'character', 'byte', 'subword' or 'word', got 'frame'"
    assert str(error.value) == expected


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"length": -1}, "length: expected a whole number from 0, got -1"),
        ({"length": 2.5}, "length: expected a whole number from 0, got 2.5"),
        ({"temperature": -0.1}, "temperature: expected a number from 0, got -0.1"),
        ({"temperature": math.nan}, "temperature: expected a number from 0, got nan"),
        ({"temperature": "hot"}, "temperature: expected a number from 0, got 'hot'"),
        ({"top_k": 0}, "top_k: expected a whole number from 1 or None, got 0"),
    ],
)
def test_sampling_that_is_refused(options: dict[str, Any], message: str) -> None:
    model = NGramModel(2).fit(TEXT)
    with pytest.raises(ConfigurationError) as error:
        model.generate(**options)
    assert str(error.value) == message


def test_prompts_that_are_refused() -> None:
    model = NGramModel(2).fit(TEXT)
    with pytest.raises(DataError) as error:
        model.generate(["a", "b"])
    assert str(error.value) == "prompt: expected one document, got a list"
    with pytest.raises(NotFittedError):
        NGramModel().generate()
    with pytest.raises(DataError) as error:
        model.score("")
    assert str(error.value) == EMPTY
