"""The best labels that could stand there."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest

from gatewise.estimators.tagging.decoding import LabelGrammar, best_labels

BIO = np.array(["B-a", "B-b", "I-a", "I-b", "O"])
IOBES = np.array(["B-a", "E-a", "I-a", "O", "S-a"])


def grammar(classes: np.ndarray, *rows: str) -> LabelGrammar | None:
    return LabelGrammar.of(classes, [np.searchsorted(classes, row.split()) for row in rows])


def test_which_label_may_follow_which() -> None:
    found = grammar(BIO, "B-a I-a O")
    assert found is not None
    allowed = {(str(BIO[a]), str(BIO[b])) for a, b in zip(*np.nonzero(found.follows), strict=True)}
    assert allowed == {
        (a, b) for a, b in product(BIO.tolist(), repeat=2) if b[0] != "I" or (a[0] != "O" and a[2:] == b[2:])
    }
    assert BIO[found.begins].tolist() == ["B-a", "B-b", "O"]
    assert found.ends.all()


def test_spans_with_marked_ends_are_closed() -> None:
    found = grammar(IOBES, "B-a I-a E-a S-a O")
    assert found is not None
    assert {str(a): IOBES[row].tolist() for a, row in zip(IOBES, found.follows, strict=True)} == {
        "B-a": ["E-a", "I-a"],
        "I-a": ["E-a", "I-a"],
        "E-a": ["B-a", "O", "S-a"],
        "O": ["B-a", "O", "S-a"],
        "S-a": ["B-a", "O", "S-a"],
    }
    assert IOBES[found.begins].tolist() == ["B-a", "O", "S-a"]
    assert IOBES[found.ends].tolist() == ["E-a", "O", "S-a"]


def test_spans_of_characters_have_the_grammar_of_marked_ends() -> None:
    classes = np.array(["B-a", "E-a", "M-a", "O", "S-a"])
    found = grammar(classes, "B-a M-a E-a S-a O")
    assert found is not None
    assert {str(a): classes[row].tolist() for a, row in zip(classes, found.follows, strict=True)} == {
        "B-a": ["E-a", "M-a"],
        "M-a": ["E-a", "M-a"],
        "E-a": ["B-a", "O", "S-a"],
        "O": ["B-a", "O", "S-a"],
        "S-a": ["B-a", "O", "S-a"],
    }


def test_spans_whose_beginning_nothing_marks_may_begin_anywhere() -> None:
    found = grammar(np.array(["I-a", "I-b", "O"]), "I-a I-b O", "O I-b")
    assert found is not None
    assert found.follows.all()
    assert found.begins.all()
    assert found.ends.all()


@pytest.mark.parametrize("rows", [("I-a I-a O", "O I-b"), ("O I-a", "B-a I-b")])
def test_labels_of_another_scheme_have_no_grammar(rows: tuple[str, ...]) -> None:
    assert grammar(BIO, *rows) is None
    assert grammar(np.array(["NOUN", "VERB"]), "NOUN VERB") is None


@pytest.mark.parametrize("classes", [BIO, IOBES])
def test_the_best_of_all_paths(classes: np.ndarray) -> None:
    found = grammar(classes, "B-a O" if classes is BIO else "S-a O")
    assert found is not None
    random = np.random.default_rng(0)
    rows = [random.dirichlet(np.ones(len(classes)), size=length) for length in (1, 4, 2, 3)]
    for row, best in zip(rows, best_labels(rows, found), strict=True):
        paths = [
            path
            for path in product(range(len(classes)), repeat=len(row))
            if found.begins[path[0]]
            and found.ends[path[-1]]
            and all(found.follows[a, b] for a, b in pairwise(path))
        ]
        scored = {path: np.log(row[np.arange(len(row)), path]).sum() for path in paths}
        assert tuple(best) == max(scored, key=lambda path: scored[path])


def test_without_a_grammar_each_step_by_itself() -> None:
    assert [one.tolist() for one in best_labels([np.array([[0.2, 0.8], [0.9, 0.1]])], None)] == [[1, 0]]
