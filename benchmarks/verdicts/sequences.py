"""Sequences of known laws: classes, values and tags."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gatewise.data.sequences import SequenceSet

__all__ = ["brackets", "early", "memory", "nothing", "order", "previous", "speakers"]

Integers = NDArray[np.int64]

SYMBOLS = 4
BACK = 12
DEEPEST = 4
EVENTS = "ABC"
ONSETS, VOWELS = "bdfgklmnprst", "aeo"


def memory(seed: int, sequences: int = 800) -> SequenceSet:
    """Of 16 to 24 symbols one is marked, always 12 steps before the last: name it.

    No sum over steps knows it, as every symbol stands at other steps too, without the mark.
    """
    random = np.random.default_rng(seed)
    lengths = random.integers(16, 25, size=sequences)
    steps, labels = [], []
    for length in lengths:
        symbols = random.integers(SYMBOLS, size=length)
        marks = np.zeros(length, int)
        marks[-1 - BACK] = 1
        steps.append(_one_hot(symbols, marks))
        labels.append(f"symbol {symbols[-1 - BACK]}")
    names = (*(f"symbol {number}" for number in range(SYMBOLS)), "mark")
    return _classes(steps, labels, names, "memory of 12")


def early(seed: int, sequences: int = 800, length: int = 24) -> SequenceSet:
    """A rare symbol among the first 8 of 24 steps: the label is the symbol right after it."""
    random = np.random.default_rng(seed)
    steps, labels = [], []
    for at in random.integers(8, size=sequences):
        symbols = random.integers(SYMBOLS, size=length)
        rare = np.zeros(length, int)
        rare[at] = 1
        steps.append(_one_hot(np.where(rare == 1, -1, symbols), rare))
        labels.append(f"symbol {symbols[at + 1]}")
    names = (*(f"symbol {number}" for number in range(SYMBOLS)), "rare")
    return _classes(steps, labels, names, "rare early symbol")


def order(seed: int, sequences: int = 800, length: int = 20) -> SequenceSet:
    """Three events, once each, anywhere in 20 steps: which came second?"""
    random = np.random.default_rng(seed)
    steps, labels = [], []
    for _ in range(sequences):
        places = random.choice(length, len(EVENTS), replace=False)
        values = np.zeros((length, len(EVENTS)), np.float32)
        values[places, np.arange(len(EVENTS))] = 1
        steps.append(values)
        labels.append(EVENTS[int(np.argsort(places)[1])])
    return _classes(steps, labels, tuple(EVENTS), "order of events")


def speakers(seed: int, people: int = 60, each: int = 8, length: int = 16) -> SequenceSet:
    """Sixty speakers say four waves, each with an accent of their own; a linear map tells the waves apart."""
    random = np.random.default_rng(seed)
    waves = random.normal(size=(SYMBOLS, length, 2))
    steps, labels, groups = [], [], []
    for person in range(people):
        accent = random.normal(size=(SYMBOLS, length, 2))
        for _ in range(each):
            label = int(random.integers(SYMBOLS))
            noise = random.normal(size=(length, 2))
            steps.append((waves[label] + accent[label] + noise).astype(np.float32))
            labels.append(f"wave {label}")
            groups.append(f"speaker {person:02d}")
    return SequenceSet(
        task="classification",
        sequences=steps,
        target=np.array(labels),
        groups=np.array(groups),
        channels=("left", "right"),
        source="speakers",
    )


def nothing(seed: int, sequences: int = 600, length: int = 12) -> SequenceSet:
    """White noise, and a value that has nothing to do with it."""
    random = np.random.default_rng(seed)
    return SequenceSet(
        task="regression",
        sequences=list(random.normal(size=(sequences, length, 2)).astype(np.float32)),
        target=random.normal(size=sequences),
        channels=("a", "b"),
        source="white noise",
    )


def brackets(seed: int, sequences: int = 400, length: int = 24) -> SequenceSet:
    """Brackets that open and close, at most four at once; the tag of each is how many are open after it."""
    random = np.random.default_rng(seed)
    opens = random.integers(2, size=(sequences, length)) == 1
    steps, tags = [], []
    for row in opens:
        depth, moves, depths = 0, [], []
        for opening in row:
            opening = depth == 0 or (opening and depth < DEEPEST)
            depth += 1 if opening else -1
            moves.append([float(opening), float(not opening)])
            depths.append(str(depth))
        steps.append(np.array(moves, np.float32))
        tags.append(depths)
    return SequenceSet(
        task="tagging", sequences=steps, target=tags, channels=("opens", "closes"), source="brackets"
    )


def previous(seed: int, sequences: int = 400) -> SequenceSet:
    """Sentences of 5 to 10 of 36 words; the tag of each is decided by the word before it."""
    random = np.random.default_rng(seed)
    words = [f"{onset}{vowel}t" for onset in ONSETS for vowel in VOWELS]
    kinds = random.integers(SYMBOLS, size=len(words))
    sentences, tags = [], []
    for length in random.integers(5, 11, size=sequences):
        drawn = random.integers(len(words), size=length)
        sentences.append([words[number] for number in drawn])
        tags.append(["first", *(f"after {kinds[number]}" for number in drawn[:-1])])
    return SequenceSet(
        task="tagging", sequences=sentences, target=tags, channels=("words",), source="the word before"
    )


def _one_hot(symbols: Integers, extra: Integers) -> NDArray[np.float32]:
    """A channel per symbol, none for −1, and one more of marks: (time, symbols + 1)."""
    known = symbols[:, None] == np.arange(SYMBOLS)
    return np.concatenate([known, extra[:, None]], axis=1).astype(np.float32)


def _classes(
    steps: list[NDArray[np.float32]], labels: list[str], channels: tuple[str, ...], source: str
) -> SequenceSet:
    return SequenceSet(
        task="classification", sequences=steps, target=np.array(labels), channels=channels, source=source
    )
