"""Texts with spans, and lists that were written as text, to words and tags."""

from __future__ import annotations

import json
from collections.abc import Callable

import pandas as pd
import pytest

from gatewise.data.readers import read, read_sequences, read_tagged

Write = Callable[[str, str | bytes], str]
Refusal = Callable[[Callable[[], object]], str]

TEXT = "EU rejects German call"
TAGS = ["B-ORG", "O", "B-MISC", "O"]
KEYS = [{"start": 0, "end": 2, "label": "ORG"}, {"start": 11, "end": 17, "label": "MISC"}]


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("doccano.jsonl", [{"text": TEXT, "label": [[0, 2, "ORG"], [11, 17, "MISC"]]}]),
        ("doccano.jsonl", [{"id": 1, "text": TEXT, "entities": KEYS, "Comments": []}]),
        ("studio.json", [{"text": TEXT, "label": [{**one, "labels": [one["label"]]} for one in KEYS]}]),
        ("spacy.json", [[TEXT, {"entities": [[0, 2, "ORG"], [11, 17, "MISC"]]}]]),
    ],
)
def test_spans_are_tags_of_words(name: str, rows: list[object], write: Write) -> None:
    lines = name.endswith("jsonl")
    data = read(write(name, "\n".join(map(json.dumps, rows)) if lines else json.dumps(rows)))
    assert data.task == "tagging"
    assert data.sequences == [TEXT.split()]
    assert data.target == [TAGS]


def test_words_without_spaces_and_spans_within_words(write: Write) -> None:
    rows = [
        {"text": "我在北京工作", "label": [[2, 4, "LOC"]]},
        {"text": "to Paris.", "label": [[3, 8, "LOC"]]},
        {"text": "none here", "label": []},
    ]
    data = read(write("a.jsonl", "\n".join(json.dumps(row) for row in rows)))
    assert data.sequences == [[*"我在北京工作"], ["to", "Paris."], ["none", "here"]]
    assert data.target == [["O", "O", "B-LOC", "I-LOC", "O", "O"], ["O", "B-LOC"], ["O", "O"]]
    assert (
        "'label' marks spans: words of 'text' are tagged B-, I- and O; 1 span that begin or end within a word have all "
        "of it" in data.notes
    )
    # A text to be tagged is cut alike.
    assert read_sequences(write("b.txt", "我在\n"), tokens=True).sequences == [["我", "在"]]


def test_a_span_outside_its_text(write: Write, refusal: Refusal) -> None:
    path = write("a.jsonl", '{"text": "a b", "label": [[0, 9, "X"]]}\n')
    assert refusal(lambda: read(path)) == (
        "a.jsonl: line 1, column 'label': a span from 0 to 9 is not within its text of 3 characters"
    )


@pytest.mark.parametrize(
    ("tokens", "tags"),
    [
        ("['EU', 'rejects']", "['B-ORG', 'O']"),
        ('["EU", "rejects"]', '["B-ORG", "O"]'),
        ("['EU' 'rejects']", "['B-ORG' 'O']"),
        ("EU rejects", "B-ORG O"),
    ],
)
def test_lists_that_were_written_as_text(tokens: str, tags: str) -> None:
    data = read(pd.DataFrame({"tokens": [tokens] * 2, "ner_tags": [tags] * 2}))
    assert data.task == "tagging"
    assert data.sequences == [["EU", "rejects"]] * 2
    assert data.target == [["B-ORG", "O"]] * 2


def test_names_that_stand_in_the_first_row_of_a_sentence(write: Write) -> None:
    rows = "Sentence #,Word,POS,Tag\nSentence: 1,London,NNP,B-geo\n,calls,VB,O\nSentence: 2,Iraq,NNP,B-geo\n,too,RB,O\n"
    data = read(write("ner.csv", rows))
    assert data.task == "tagging"
    assert data.sequences == [["London", "calls"], ["Iraq", "too"]]
    assert data.target == [["B-geo", "O"]] * 2
    assert "'Sentence #' stands in the first row of each sequence; filled down" in data.notes
    assert read_tagged("ner.csv", id="Sentence #", target="POS").target == [["NNP", "VB"], ["NNP", "RB"]]
