"""The public data sets as `gatewise.compare` takes them: one line for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.inputs import data_file, read_m4
from gatewise.data.readers import read_labelled, read_tagged, read_valued
from gatewise.data.readers.formats.recordings import read_recordings
from gatewise.data.sequences import SequenceSet

__all__ = ["PUBLIC", "PublicSet"]

TEST_TAKES = 5
# Large sets of texts.
TEXTS = 2.0
COLUMNS = ("dewp", "humid", "pressure", "wind_speed", "precip")


@dataclass(frozen=True)
class PublicSet:
    """A public data set.

    Attributes
    ----------
    name, about : str
    data : callable
        What is compared on.
    test : callable or None
        The official test set, where there is one.
    options : mapping
        Further arguments of :func:`gatewise.compare`.
    longer : float
        How many times the usual budget it takes to train networks on it.
    """

    name: str
    about: str
    data: Callable[[], Any]
    test: Callable[[], Any] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    longer: float = 1.0


def _uea(name: str, part: str) -> SequenceSet:
    read = read_valued if name == "Covid3Month" else read_labelled
    return read(data_file("uea", name, f"{name}_{part}.ts"))


def _of_archive(name: str, about: str) -> PublicSet:
    return PublicSet(name, about, partial(_uea, name, "TRAIN"), partial(_uea, name, "TEST"))


def _m4_weekly() -> Any:
    return read_m4(data_file("M4", "Weekly-train.csv"), data_file("M4", "Weekly-test.csv")).long()


def _ett() -> Path:
    return data_file("ETT", "ETTh1.csv")


def _digits(*, test: bool) -> SequenceSet:
    recordings = read_recordings(data_file("fsdd", "recordings", "0_george_0.wav").parent)
    takes = np.array([int(Path(str(path)).stem.rsplit("_", 1)[1]) for path in recordings.sequences])
    part = recordings.take(np.flatnonzero((takes < TEST_TAKES) == test))
    # Takes are held out, not speakers: all speakers are known.
    return replace(part, groups=None)


def _snips(part: str) -> SequenceSet:
    return read_tagged(data_file("snips", part, "seq.in").parent)


def _requests(part: str) -> SequenceSet:
    """Whole sentences and what they ask for."""
    tagged = _snips(part)
    texts = [" ".join(map(str, words)) for words in tagged.sequences]
    return SequenceSet(texts, tagged.sentence_labels, "classification", source=tagged.source)


def _atis(part: str) -> SequenceSet:
    return read_tagged(data_file("ud_english_atis", f"en_atis-ud-{part}.conllu"))


def _shakespeare() -> Path:
    return data_file("tinyshakespeare", "input.txt")


def _weather() -> str:
    return "sample:weather"


PUBLIC = (
    PublicSet("weather", "hourly temperature, 24 rows ahead", _weather, options={"horizon": 24}),
    PublicSet(
        "weather-past",
        "the same, 5 columns of the past",
        _weather,
        options={"horizon": 24, "past": COLUMNS, "impute": "previous"},
    ),
    PublicSet(
        "weather-known",
        "the same, these columns known ahead",
        _weather,
        options={"horizon": 24, "known": COLUMNS, "impute": "previous"},
    ),
    PublicSet(
        "ETTh1-OT", "hourly oil temperature, 96 rows ahead", _ett, options={"horizon": 96, "target": "OT"}
    ),
    PublicSet("ETTh1-HUFL", "hourly load, 96 rows ahead", _ett, options={"horizon": 96, "target": "HUFL"}),
    PublicSet("M4-Weekly", "359 weekly series, 13 rows ahead", _m4_weekly, options={"horizon": 13}),
    _of_archive("JapaneseVowels", "9 speakers, 12 channels, 7–29 steps"),
    _of_archive("BasicMotions", "4 motions, 6 channels, 100 steps, 40 sequences"),
    _of_archive("PickupGestureWiimoteZ", "10 gestures, 29–361 steps, 50 sequences"),
    _of_archive("Covid3Month", "a value for each of 140 countries, 84 steps"),
    PublicSet(
        "digits",
        "spoken digits of 4 known speakers",
        partial(_digits, test=False),
        partial(_digits, test=True),
    ),
    PublicSet(
        "SNIPS-intents",
        "7 intents of 13,084 requests",
        partial(_requests, "train"),
        partial(_requests, "test"),
        longer=TEXTS,
    ),
    PublicSet(
        "SNIPS-slots",
        "72 labels of words in these",
        partial(_snips, "train"),
        partial(_snips, "test"),
        longer=TEXTS,
    ),
    PublicSet(
        "Atis",
        "parts of speech in 4,274 sentences",
        partial(_atis, "train"),
        partial(_atis, "test"),
        longer=TEXTS,
    ),
    PublicSet("TinyShakespeare", "1.1 million characters", _shakespeare, longer=TEXTS),
)
