"""What linear taggers see at each word."""

from __future__ import annotations

from collections.abc import Iterator

from gatewise.data.inputs.words import FEATURES

__all__ = ["numbered", "word_features"]


def numbered(names: list[str]) -> dict[str, int]:
    """Return the place of each name."""
    return {name: number for number, name in enumerate(names)}


def word_features(words: list[str]) -> Iterator[list[str]]:
    """Yield names of what is seen at each word: the word, its affixes and shape, and four neighbours."""
    seen = [{name: of(word) for name, of in FEATURES.items()} for word in words]
    beyond = dict.fromkeys(FEATURES, "")
    padded = [beyond, beyond, *seen, beyond, beyond]
    for step, own in enumerate(seen, 2):
        before, after = padded[step - 1], padded[step + 1]
        yield [
            "bias",
            *(f"{name}={entry}" for name, entry in own.items()),
            f"word-1={before['words']}",
            f"word-2={padded[step - 2]['words']}",
            f"word+1={after['words']}",
            f"word+2={padded[step + 2]['words']}",
            f"suffix-1={before['suffixes']}",
            f"suffix+1={after['suffixes']}",
            f"words-1,0={before['words']} {own['words']}",
            f"words0,+1={own['words']} {after['words']}",
        ]
