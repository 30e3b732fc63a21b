"""Raw text to words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatewise.data.tokens import tokenise


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        (" \t\n", []),
        ("Don't pay $3.50 at 12:30!", ["Don't", "pay", "$", "3.50", "at", "12:30", "!"]),
        (
            "a well-known (e.g. big) one…",
            ["a", "well-known", "(", "e", ".", "g", ".", "big", ")", "one", "…"],
        ),
        ("été über Ærø снег", ["été", "über", "Ærø", "снег"]),
        ("e\u0301te\u0301", ["e\u0301te\u0301"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("我爱北京", ["我", "爱", "北", "京"]),
        ("กินข้าว", ["กิ", "น", "ข้", "า", "ว"]),
        ("snake_case 😀😀", ["snake", "_", "case", "😀", "😀"]),
    ],
)
def test_words_of_any_script(text: str, tokens: list[str]) -> None:
    assert tokenise(text) == tokens


@given(st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_nothing_but_white_space_is_lost(text: str) -> None:
    tokens = tokenise(text)
    assert "".join(tokens) == "".join(character for character in text if not character.isspace())
