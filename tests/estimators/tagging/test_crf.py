"""The conditional random field: what CRFsuite answers, spans that can stand there, any word."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pycrfsuite
import pytest
from scipy.sparse import csr_matrix

import gatewise
from gatewise.errors import ConfigurationError
from gatewise.estimators.tagging.crf import CRFTagger
from gatewise.estimators.tagging.features import word_features

WORDS = ("red", "Blue", "one", "42", "to", "Rome")


def sentences(count: int = 60) -> tuple[list[list[str]], list[list[str]]]:
    """A label that the word and the label before decide, and a tenth of labels at random."""
    random = np.random.default_rng(0)
    X, y = [], []
    for length in random.integers(1, 9, count):
        words = random.choice(WORDS, length).tolist()
        labels = ["a"]
        for word in words:
            chance = random.random() < 0.1
            labels.append(
                str(random.choice(["a", "b", "c"]))
                if chance
                else "ab"[(word in WORDS[:3]) ^ (labels[-1] == "b")]
            )
        X.append(words)
        y.append(labels[1:])
    return X, y


def test_it_answers_what_crfsuite_answers(tmp_path: Path) -> None:
    X, y = sentences()
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params({"c1": 0.1, "c2": 0.1, "max_iterations": 50})
    for words, labels in zip(X, y, strict=True):
        trainer.append(list(word_features(words)), labels)
    trainer.train(str(tmp_path / "model"))
    tagger = pycrfsuite.Tagger()
    tagger.open(str(tmp_path / "model"))
    new = [[*words[::-1], "unseen"] for words in X]
    model = CRFTagger().fit(X, y)
    assert model.predict(new) == [tagger.tag(list(word_features(words))) for words in new]
    # Rows and columns of the weights are those of their names.
    weight = model.weights_[model.number_of_["word+1=to"]].toarray()[0]
    expected = tagger.info().state_features
    assert weight == pytest.approx([expected.get(("word+1=to", label), 0.0) for label in "abc"])
    assert len(model.number_of_) == len({name for name, _ in expected})


def test_the_same_data_give_the_same_weights() -> None:
    first, second = (CRFTagger().fit(*sentences()) for _ in range(2))
    assert first.number_of_ == second.number_of_
    assert not (first.weights_ != second.weights_).nnz
    np.testing.assert_array_equal(first.transitions_, second.transitions_)


def test_spans_keep_to_their_marks() -> None:
    X = [["in", "the", "big", "apple"], ["the", "big", "apple"], ["the", "apple"]] * 10
    y = [["O", "B-x", "I-x", "I-x"], ["O", "O", "O"], ["O", "O"]] * 10
    model = CRFTagger().fit(X, y)
    assert model.grammar_ is not None
    # What speaks for "I-x" alone cannot make it stand at the beginning.
    assert model.predict([["apple", "big", "apple"]])[0][0] in ("O", "B-x")
    assert model.classes_[1] == "I-x"
    weights = model.weights_.toarray()
    weights[:, 1] = 9.0
    model.weights_ = csr_matrix(weights)
    assert model.predict([["big", "apple"]]) == [["B-x", "I-x"]]


def test_any_word_is_a_word(tmp_path: Path) -> None:
    odd = ["-->", "a:1", "two\nlines", "", "\ud800", "(1) x --> 2: 0.5", "\t"]
    X, y = [[word, "end"] for word in odd] * 4, [[str(k), "e"] for k in range(len(odd))] * 4
    model = CRFTagger(c1=0.0).fit(X, y)
    assert model.predict(X) == y
    # Of half a pair of surrogates no file can be made.
    model = CRFTagger(c1=0.0).fit(X[:4], y[:4])
    assert gatewise.load(model.save(tmp_path / "model")).predict(X[:4]) == y[:4]


def test_a_penalty_is_no_reward() -> None:
    with pytest.raises(ConfigurationError) as caught:
        CRFTagger(c2=-1.0).fit([["a", "b"]], [["x", "y"]])
    assert str(caught.value) == "c2: expected a number from 0, got -1.0"
