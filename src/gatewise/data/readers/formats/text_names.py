"""How columns of texts, of their labels and of those who wrote them are called."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gatewise.data.readers.table.roles import LABEL_NAMES, SEQUENCE_NAMES, usual_names

__all__ = ["LABEL_NAMES_OF_TEXTS", "TEXT_NAMES", "ids_in", "pair_in", "person_in", "texts_in"]

TEXT_NAMES = (
    "text", "sentence", "utterance", "review", "content", "message", "comment", "query", "question", "tweet",
    "document", "body", "description", "title", "headline",
    "文本", "评论", "內容", "内容", "句子", "正文", "评价", "标题", "標題",
    "テキスト", "文章", "本文", "文", "レビュー", "コメント",
)  # fmt: skip
LABEL_NAMES_OF_TEXTS = (
    *LABEL_NAMES, "intent", "sentiment", "topic", "labels", "emotion", "stance",
    "标签", "標籤", "类别", "類別", "分类", "分類", "情感", "ラベル", "カテゴリ", "カテゴリー", "感情",
)  # fmt: skip
# Texts that are to be read together, in this order.
PAIRS = (
    ("premise", "hypothesis"), ("sentence1", "sentence2"), ("sentence_1", "sentence_2"), ("question1", "question2"),
    ("text1", "text2"), ("text_a", "text_b"), ("query", "passage"), ("question", "context"), ("question", "answer"),
)  # fmt: skip
HEADS = ("title", "headline", "subject", "summary", "标题", "標題")
# Of several columns that name somebody or something more than once, those of one of these are kept together.
PEOPLE = (
    "user", "author", "speaker", "reviewer", "customer", "client", "patient", "subject", "person", "writer",
    "dialogue", "dialog", "conversation", "thread",
)  # fmt: skip
WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_A-Za-z]+")


def texts_in(names: Sequence[str]) -> list[str]:
    """Names of texts, the most usual first: ``text``, ``Review``, then ``reviewText`` and ``comment_text``."""
    usual = usual_names(names, TEXT_NAMES)
    ends = {name: _words(name)[-1:] for name in names if name not in usual}
    return [*usual, *(name for name, end in ends.items() if end and end[0] in TEXT_NAMES)]


def pair_in(names: Sequence[str]) -> tuple[str, ...]:
    """Two columns that are one text together: a premise and a hypothesis, or a title and a body."""
    for pair in PAIRS:
        found = usual_names(names, pair)
        if len(found) == len(pair):
            return tuple(found)
    heads, bodies = usual_names(names, HEADS), [name for name in texts_in(names) if name.lower() not in HEADS]
    return (heads[0], bodies[0]) if heads and bodies else ()


def ids_in(names: Sequence[str]) -> list[str]:
    """Names of columns that name something: usual ones, and those that end in id."""
    usual = [name for name in SEQUENCE_NAMES if name in names]
    return [*usual, *(name for name in names if name not in usual and _words(name)[-1:] == ["id"])]


def person_in(names: Sequence[str]) -> str:
    """The one name that says whose a text is, by one of its words, or by being alone; else nothing."""
    people = [name for name in names if {*_words(name)} & {*PEOPLE}]
    found = people[:1] or (names if len(names) == 1 else [])
    return found[0] if found else ""


def _words(name: str) -> list[str]:
    return [word.lower() for word in WORDS.findall(name)]
