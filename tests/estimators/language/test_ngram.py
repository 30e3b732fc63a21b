"""Kneser–Ney against a plain recount of its equations."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from gatewise.estimators.language.ngram import NGramModel, _counted, _discounts, _probabilities

TEXT = "abracadabra, a bad cab; abracadabra. " * 3 + "cadaver"


def recounted(text: str, size: int, discounts: list[np.ndarray], context: str, symbol: str) -> float:
    """The probability of a symbol after a context of at most two symbols, of a model of order three."""
    grams = [Counter(text[i : i + n] for i in range(len(text) - n + 1)) for n in (1, 2, 3)]
    # Below the longest: after how many different symbols, of which the beginning of the text is one.
    for n in (1, 2):
        grams[n - 1] = Counter(gram[1:] for gram in grams[n])
        grams[n - 1][text[:n]] += 1
    probability = 1 / size
    for n in (1, 2, 3):
        if n - 1 > len(context):
            break
        before = context[len(context) - n + 1 :]
        after = {gram: count for gram, count in grams[n - 1].items() if gram[:-1] == before}
        if after:
            total = sum(after.values())
            freed = sum(discounts[n - 1][min(count, 3)] for count in after.values())
            count = after.get(before + symbol, 0)
            kept = count - discounts[n - 1][min(count, 3)]
            probability = (kept + freed * probability) / total
    return probability


def test_the_equations() -> None:
    model = NGramModel(3).fit(TEXT)
    discounts = [counts.discounts for counts in model.grams_]
    test = "a cadabra; bz"
    size = model.vocabulary_.size
    expected = -sum(
        np.log(recounted(TEXT, size, discounts, test[max(0, i - 2) : i], test[i] if test[i] != "z" else "?"))
        for i in range(len(test))
    )
    found = model.evaluate(test)
    nats = found["nats per symbol"] * len(test) - model.vocabulary_.spelling(model.vocabulary_.encode("z"))
    assert nats == pytest.approx(expected, rel=1e-9)


def test_every_context_gives_one_in_all() -> None:
    model = NGramModel(4).fit(["abracadabra", "bar"])
    predictor = model._predictor()
    for item in [0, *model.vocabulary_.encode("abzarcc")]:
        assert np.exp(predictor.next(item)).sum() == pytest.approx(1)


def test_discounts_are_those_of_chen_and_goodman() -> None:
    # Three counts of one, two of two, one of three and one of four.
    y = 3 / (3 + 2 * 2)
    expected = [0.0, 1 - 2 * y * 2 / 3, 2 - 3 * y * 1 / 2, 3 - 4 * y * 1 / 1]
    np.testing.assert_allclose(_discounts(np.array([1, 1, 1, 2, 2, 3, 4])), expected)
    assert _discounts(np.array([5, 6])).tolist() == [0.0, 0.5, 0.75, 0.9]


def test_a_longer_order_than_the_text() -> None:
    model = NGramModel(9).fit("abc")
    assert model.order_ == 3
    assert 0 < model.score("abc") < model.score("cba")


def test_it_predicts_shakespeare_better_than_a_shorter_one(data_folder: Path) -> None:
    text = (data_folder / "tinyshakespeare" / "input.txt").read_text(encoding="utf-8")[:200_000]
    nats = [NGramModel(order).fit(text[:180_000]).score(text[180_000:]) for order in (1, 3, 5)]
    assert 3.4 > nats[0] > 2.2 > nats[1] > nats[2] > 1.5


def chain(count: int, seed: int = 0) -> str:
    """Each of five letters depends on the one before it alone."""
    random = np.random.default_rng(seed)
    chances = np.random.default_rng(9).dirichlet(np.ones(5), size=5)
    letters = [0]
    for _ in range(count - 1):
        letters.append(int(random.choice(5, p=chances[letters[-1]])))
    return "".join("abcde"[letter] for letter in letters)


@pytest.mark.parametrize("documents", [1, 3])
def test_the_order_is_what_held_out_text_says(documents: int) -> None:
    text = chain(6000)
    size = len(text) // documents
    X = [text[k * size : (k + 1) * size] for k in range(documents)]
    model = NGramModel().fit(X)
    assert model.order_ == 2
    test = chain(3000, seed=1)
    errors = [NGramModel(order).fit(X).score(test) for order in range(1, 7)]
    assert min(errors) == model.score(test) == errors[1]
    assert errors[5] > 1.03 * errors[1]
    # What comes back after eight letters is seen by nine in a row.
    random = np.random.default_rng(0)
    far = "".join(c + "".join(random.choice([*"xy"], 7)) + c for c in random.choice([*"ABCD"], 3000))
    assert NGramModel().fit(far).order_ == 9


def test_a_short_text_has_the_usual_order() -> None:
    assert NGramModel().fit(chain(999)).order_ == 6
    assert NGramModel(level="word").fit("the cat sat on the mat. " * 20).order_ == 3


def test_orders_are_compared_as_they_are_fitted() -> None:
    text = chain(3000)
    learned, held_out = text[:2700], text[2700:]
    encoded = NGramModel(1).fit(text).vocabulary_.encode
    levels = [
        (one.longest, one.shorter)
        for one in _counted([encoded(learned)], 5, NGramModel(1).fit(text).vocabulary_.size)
    ]
    model = NGramModel(1).fit(text)
    for order, found in enumerate(_probabilities([encoded(held_out)], levels, model.vocabulary_.size), 1):
        model.grams_ = [one.shorter for one in _counted([encoded(learned)], order, model.vocabulary_.size)]
        assert model._nats([encoded(held_out)]) == pytest.approx(-np.log(found).sum(), rel=1e-12)
