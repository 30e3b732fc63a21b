"""What the code blocks of the documentation suppose: a user's files, and the names of a user's program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from sounds import record, tone
from synthetic import waves

import gatewise

__all__ = ["names", "put_files"]

WORDS = {"colour": ("red", "green", "blue"), "number": ("one", "two", "three")}
SENTENCES = [(["fly", "to", "Rome"], ["O", "O", "B-city"]), (["a", "train"], ["O", "B-means"])] * 10
CONLLU = "".join(
    "".join(f"{k}\t{word}\t{word}\t{tag}" + "\t_" * 6 + "\n" for k, (word, tag) in enumerate(sentence, 1))
    + "\n"
    for sentence in [(("the", "DET"), ("cat", "NOUN"), ("sat", "VERB")), (("dogs", "NOUN"), ("bark", "VERB"))]
    * 10
)
STORY = "It was a dark night. ROMEO: the cat sat on the mat, and a dog lay by the log. " * 40


def put_files(folder: Path) -> None:
    """Write every file that a block names, as small as it can be."""
    _sales(150).to_csv(folder / "sales.csv", index=False)
    hours = pd.date_range("2024-01-01", periods=200, freq="h")
    warm = np.random.default_rng(0).normal(size=200)
    _stacked(
        {"machine": name, "at": hours, "load": waves(200, seed=k), "temperature": warm}
        for k, name in enumerate("ab")
    ).to_parquet(folder / "log.parquet", index=False)
    _stacked(
        {"engine": f"e{k}", "cycle": range(6), "heat": warm[k : k + 6], "remaining": 0.5 + k}
        for k in range(20)
    ).to_csv(folder / "engines.csv", index=False)
    _stacked(
        {"batch": f"b{k}", "minute": range(6), "heat": warm[k : k + 6], "yield": 0.5 + k, "purity": 90 - k}
        for k in range(20)
    ).to_csv(folder / "batches.csv", index=False)
    for part in ("TRAIN", "TEST"):
        (folder / f"gestures_{part}.ts").write_text(_ts(16), encoding="utf-8")
    (folder / "rows.csv").write_text("x,y\n0.1,0.2\n0.3,0.1\n", encoding="utf-8")
    pd.DataFrame(_texts(), columns=["text", "label"]).to_csv(folder / "reviews.csv", index=False)
    rated = [(text, 3 + len(label) % 2) for text, label in _texts()]
    pd.DataFrame(rated, columns=["text", "stars"]).to_csv(folder / "ratings.csv", index=False)
    for part in ("train", "dev"):
        (folder / f"{part}.conllu").write_text(CONLLU, encoding="utf-8")
    for part in ("train", "test"):
        _put_slots(folder / "snips" / part)
    for name in ("novel.txt", "shakespeare.txt"):
        (folder / name).write_text(STORY, encoding="utf-8")
    _put_recordings(folder)


def names(folder: Path) -> dict[str, Any]:
    """Return the names that blocks use without saying where they come from."""
    random = np.random.default_rng(0)
    arrays = [random.normal(size=(length, 2)) for length in range(5, 25)]
    sentences, tags = (list(column) for column in zip(*SENTENCES, strict=True))
    texts, labels = (list(column) for column in zip(*_texts(), strict=True))
    takes = sorted((folder / "takes").glob("*.wav"))
    layer = gatewise.nn.LSTM(4, 8)
    return {
        "frame": pd.read_csv(folder / "sales.csv", parse_dates=["ds"]),
        "newer": _sales(300),
        "sequences": arrays,
        "values": [float(array.mean()) for array in arrays],
        "values_by_target": [[float(array.mean()), float(array.std())] for array in arrays],
        "texts": texts,
        "labels": labels,
        "paths": takes,
        "spoken": [path.name.split("_")[0] for path in takes],
        "speakers": [path.name.split("_")[1] for path in takes],
        "sentences": sentences,
        "tags": tags,
        "more_sentences": [["fly"]],
        "text": STORY,
        "rolls": [np.eye(4, dtype=np.uint8)[np.arange(start, start + 12) % 4] for start in range(12)],
        "network": torch.nn.Sequential(torch.nn.GRU(8, 8)),
        "model": torch.nn.ModuleDict({"lstm": layer}),
        "layer": layer,
        "observation": np.zeros(4, np.float32),
        "sensor": np.zeros((3, 4), np.float32),
    }


def _sales(rows: int) -> pd.DataFrame:
    days = pd.date_range("2024-01-01", periods=rows)
    return _stacked(
        {"unique_id": name, "ds": days, "y": waves(rows, seed=k, season=7)} for k, name in enumerate("ab")
    )


def _stacked(frames: Any) -> pd.DataFrame:
    return pd.concat([pd.DataFrame(columns) for columns in frames])


def _texts() -> list[tuple[str, str]]:
    return [(" ".join(WORDS[label]), label) for label in WORDS for _ in range(10)]


def _ts(count: int) -> str:
    head = ["@problemName gestures", "@univariate false", "@classLabel true down up", "@data"]
    rows = [
        ":".join(",".join(f"{value:.3f}" for value in waves(8, seed=k, season=4 + k % 2)) for _ in range(2))
        for k in range(count)
    ]
    return "\n".join([*head, *(f"{row}:{('down', 'up')[k % 2]}" for k, row in enumerate(rows))]) + "\n"


def _put_slots(folder: Path) -> None:
    folder.mkdir(parents=True)
    for name, column in (("seq.in", 0), ("seq.out", 1)):
        (folder / name).write_text(
            "".join(" ".join(row[column]) + "\n" for row in SENTENCES), encoding="utf-8"
        )
    (folder / "label").write_text("flight\nrail\n" * (len(SENTENCES) // 2), encoding="utf-8")


def _put_recordings(folder: Path) -> None:
    """Two words by four speakers: with a table, in a folder for each word, and with both in the name."""
    rows = ["file_name,label,speaker"]
    for number in range(24):
        word, hertz = (("no", 300), ("yes", 1500))[number % 2]
        who, sound = f"s{number // 2 % 4}", tone(hertz, 0.1, seed=number)
        record(folder / "recordings" / f"{number:04}.wav", sound)
        record(folder / "words" / word / f"{number:04}.wav", sound)
        record(folder / "takes" / f"{word}_{who}_{number}.wav", sound)
        rows.append(f"{number:04}.wav,{word},{who}")
    (folder / "recordings" / "metadata.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
