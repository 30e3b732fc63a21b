"""An answer to every line, going on after a stop, and lines that cannot be read."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from commands import Ran, Run

import gatewise
from gatewise import ClassifierConfig, LanguageModelConfig, TrainingConfig
from gatewise.estimators.forecast.linear import LinearForecaster

TRAINING = TrainingConfig(steps=5)
RANDOM = np.random.default_rng(0)
ROWS = RANDOM.normal(size=(6, 2)).round(2)
Said = Callable[..., Ran]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Saved models: of columns with names, of arrays, of texts, of characters, of a series."""
    folder = tmp_path_factory.mktemp("models")
    options: dict[str, Any] = {"hidden_size": 4, "random_state": 0}
    config = ClassifierConfig(training=TRAINING)
    frame = pd.DataFrame(RANDOM.normal(size=(40, 2)), columns=["heat", "load"])
    frame = frame.assign(id=np.arange(40) // 5, label=np.where(np.arange(40) // 5 % 2, "ill", "well"))
    causal = gatewise.SequenceClassifier("GRU", bidirectional=False, config=config, **options)
    causal.fit(frame, id="id", target="label").save(folder / "columns")
    causal.open_stream()  # has kernels compiled by now: that would be said on standard error
    causal.fit([RANDOM.normal(size=(5, 2)) for _ in range(8)], [0, 1] * 4).save(folder / "arrays")
    causal.fit(["good film", "a bad one"] * 4, ["up", "down"] * 4).save(folder / "texts")
    gatewise.SequenceClassifier("GRU", bidirectional=True, config=config, **options).fit(
        [RANDOM.normal(size=(5, 2)) for _ in range(8)], [0, 1] * 4
    ).save(folder / "both")
    language = gatewise.LanguageModel("GRU", config=LanguageModelConfig(training=TRAINING), **options)
    language.fit("the cat\nsat. " * 40).save(folder / "letters")
    series = pd.DataFrame({"load": np.sin(np.arange(80))})
    LinearForecaster(2).fit(series, every="row").save(folder / "series")
    return folder


@pytest.fixture
def say(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Said:
    """Stream text through a model."""

    def said(model: str, text: str | bytes, *options: object) -> Ran:
        raw = text if isinstance(text, bytes) else text.encode()
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
        return run("stream", folder / model, *options)

    return said


def expected(folder: Path, model: str, rows: Any = ROWS) -> list[list[float]]:
    stream = gatewise.load(folder / model).open_stream()
    return [stream.step(np.float32(row)).tolist() for row in rows]


def answered(ran: Ran) -> list[list[float]]:
    assert (ran.code, ran.err) == (0, "")
    table = list(csv.DictReader(io.StringIO(ran.out)))
    return [[float(one) for name, one in row.items() if name.startswith("p-")] for row in table]


@pytest.mark.parametrize(
    "text",
    [
        "heat,load\n" + "".join(f"{a},{b}\n" for a, b in ROWS),
        "time;load;heat\n" + "".join(f"12:00;{b};{a}\n" for a, b in ROWS),
        "\ufeff" + "".join(f"{a}\t{b}\r\n" for a, b in ROWS),
        "\n".join(f" {a}  {b} " for a, b in ROWS),
        "".join(json.dumps({"load": b, "heat": a, "more": "x"}) + "\n" for a, b in ROWS),
        "\n" + "".join(json.dumps([a, b]) + "\n" for a, b in ROWS),
    ],
    ids=["names", "other columns", "tabs", "space", "objects", "lists"],
)
def test_rows(say: Said, folder: Path, text: str) -> None:
    np.testing.assert_allclose(answered(say("columns", text)), expected(folder, "columns"), atol=1e-6)


def test_what_is_written(say: Said) -> None:
    ran = say("columns", "heat,load\n1,2\n")
    first, second = ran.out.splitlines()
    assert first == "line,label,p-ill,p-well"
    assert second.startswith("2,well,0.") or second.startswith("2,ill,0.")
    (one,) = map(json.loads, say("columns", "1,2\n", "--json").out.splitlines())
    assert list(one) == ["line", "label", "p-ill", "p-well"]


def test_models_without_names_take_places(say: Said, folder: Path) -> None:
    text = "a,b\n" + "".join(f"{a},{b}\n" for a, b in ROWS)
    np.testing.assert_allclose(answered(say("arrays", text)), expected(folder, "arrays"), atol=1e-6)


def test_words(say: Said, folder: Path) -> None:
    ran = say("texts", "It is good, isn't\nit?\n")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert [row["text"] for row in rows] == ["It", "is", "good", ",", "isn't", "it", "?"]
    assert [row["line"] for row in rows] == list("1111122")
    (own,) = gatewise.load(folder / "texts").predict_proba([[row["text"] for row in rows]])
    np.testing.assert_allclose([float(rows[-1][name]) for name in ("p-down", "p-up")], own, atol=1e-6)


def test_characters(say: Said, folder: Path) -> None:
    records = [json.loads(line) for line in say("letters", "the\ncat", "--json").out.splitlines()]
    assert "".join(one["text"] for one in records) == "the\ncat"
    stream = gatewise.load(folder / "letters").open_stream()
    for symbol, record in zip("the\ncat", records, strict=True):
        answer = stream.step(symbol)
        assert record["next"] == stream.names[answer.argmax()]
        np.testing.assert_allclose(record["probability"], answer.max(), rtol=1e-5)


def test_forecasts(say: Said) -> None:
    for text in ("load\n1\n2\n", "y\n1\n2\n", "1\n2\n", '{"load": 1}\n{"y": 2}\n'):
        lines = say("series", text).out.splitlines()
        assert lines[0].startswith("line,step,y_hat")
        assert [line.split(",")[1] for line in lines[1:]] == ["1", "2"] * 2


def test_it_goes_on_from_a_file(say: Said, folder: Path, tmp_path: Path) -> None:
    lines = [f"{a},{b}\n" for a, b in ROWS]
    parts = [answered(say("columns", "".join(part), "--state", "kept")) for part in (lines[:2], lines[2:])]
    np.testing.assert_allclose(parts[0] + parts[1], expected(folder, "columns"), atol=1e-6)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    other = say("arrays", "1,2\n", "--state", "kept")
    assert (other.code, other.err.splitlines()[0]) == (
        1,
        "error: kept: states of another model; open a stream of the one that wrote them",
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("1", "expected 2 numbers, found 1"),
        ("1,", "channel 1 is NaN; give the value before it again, or leave the row out"),
        ("1,x", "expected a number, found 'x'"),
        ("1,inf", "channel 1 is inf; give the value before it again, or leave the row out"),
        ('{"heat": 1}', "expected the columns heat, load; 'load' is missing"),
        ('{"heat": 1', "not a line of JSON (Expecting ',' delimiter: line 1 column 11 (char 10))"),
        ('{"heat": {}, "load": 1}', "expected 2 numbers, got [{}, 1]"),
    ],
)
def test_lines_that_cannot_be_read(say: Said, folder: Path, line: str, message: str) -> None:
    a, b = ROWS[0], ROWS[1]
    text = f"{a[0]},{a[1]}\n{line}\n{b[0]},{b[1]}\n"
    ran = say("columns", text, "--state", "kept")
    assert (ran.code, ran.err) == (
        1,
        f"error: line 2: {message}; correct it, or leave such lines out with --skip-bad\n",
    )
    assert len(ran.out.splitlines()) == 2
    went_on = say("columns", text, "--skip-bad")
    assert went_on.err == f"skipped: line 2: {message}\n1 of 3 lines were skipped\n"
    np.testing.assert_allclose(
        answered(went_on._replace(err="")), expected(folder, "columns", ROWS[:2]), atol=1e-6
    )


def test_what_is_not_there_or_no_text(say: Said) -> None:
    assert say("columns", "", "nowhere.csv").err == (
        "error: nowhere.csv: cannot be read (No such file or directory)\n"
    )
    assert say("texts", b"\xff\xfe\n").err.startswith("error: line 1: expected UTF-8, found other bytes;")
    assert say("columns", "heat,time\n1,2\n").err.startswith(
        "error: line 1: expected the columns heat, load; 'load' is missing;"
    )
    both = say("both", "1,2\n").err
    assert both.startswith("error: the network reads each sequence from both ends")
    assert "--no-bidirectional" in both


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
def test_a_process_that_is_stopped_goes_on_when_it_is_begun_again(
    folder: Path, tmp_path: Path, kind: signal.Signals
) -> None:
    answers: list[str] = []
    for part in (ROWS[:2], ROWS[2:]):
        with subprocess.Popen(
            [
                sys.executable, "-c", "from gatewise.cli import main; main()", "stream", folder / "columns",
                "--state", tmp_path / "kept",
            ],
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        ) as ran:  # fmt: skip
            assert ran.stdin is not None
            assert ran.stdout is not None
            for number, (a, b) in enumerate(part):
                ran.stdin.write(f"{a},{b}\n")
                ran.stdin.flush()
                # It comes before the next line is there.
                answers += [ran.stdout.readline() for _ in range(2 if number == 0 else 1)][-1:]
            # It waits for a line that does not come.
            ran.send_signal(kind)
            ran.wait(timeout=60)
            assert ran.stderr is not None
            said = ran.stderr.read()
        assert (ran.returncode, said) == (130, f"stopped after line {len(part)}\nstopped\n")
    found = [[float(cell) for cell in line.split(",")[2:]] for line in answers]
    np.testing.assert_allclose(found, expected(folder, "columns"), atol=1e-6)
