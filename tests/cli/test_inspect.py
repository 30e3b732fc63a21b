"""``gatewise inspect``."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from commands import Run
from inspected import case

import gatewise

pytestmark = pytest.mark.slow

PATIENTS = ("--id", "patient", "--time", "minute", "--target", "diagnosis")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders of models that read waves, and a table of them: RNN, GRU, GRU-again, tagger, words; waves.csv."""
    folder = tmp_path_factory.mktemp("saved")
    rows = [
        {
            "id": f"s{number}",
            "t": step,
            "wave": np.sin(step * (1 + number % 2) / 3),
            "label": "ab"[number % 2],
        }
        for number in range(12)
        for step in range(10 + number % 3)
    ]
    pd.DataFrame(rows).to_csv(folder / "waves.csv", index=False)
    config = gatewise.ClassifierConfig(training=gatewise.TrainingConfig(steps=2))
    for name, cell in (("RNN", "RNN"), ("GRU", "GRU"), ("GRU-again", "GRU")):
        model = gatewise.SequenceClassifier(cell, hidden_size=4, random_state=0, config=config)
        model.fit(folder / "waves.csv", id="id", time="t").save(folder / name)
    case("tagging").models["GRU"].save(folder / "tagger")
    case("language").models["GRU"].save(folder / "words")
    (folder / "story.txt").write_text("the cat sat on the mat. " * 4, encoding="utf-8")
    return folder


def test_models_and_data_make_a_page(saved: Path, run: Run) -> None:
    ran = run(
        "inspect",
        saved / "RNN",
        saved / "GRU",
        saved / "waves.csv",
        "--sequence",
        "s3",
        "-o",
        "out/page.html",
    )
    assert ran == (0, "page     out/page.html\n", "")
    page = Path("out/page.html").read_text(encoding="utf-8")
    assert "<title>gatewise: RNN, GRU</title>" in page


def test_json_has_the_numbers_of_the_page(saved: Path, run: Run) -> None:
    ran = run("inspect", saved / "GRU", saved / "GRU-again", saved / "waves.csv", "--sequence", 2, "--json")
    assert (ran.code, ran.err) == (0, "")
    found = json.loads(ran.out)
    assert [model["name"] for model in found["models"]] == [str(saved / "GRU"), str(saved / "GRU-again")]
    assert (found["task"], found["sequence"]["name"], found["sequence"]["truth"]) == (
        "classification",
        "s1",
        "b",
    )
    assert list(Path().iterdir()) == []
    (trace,) = [one for one in gatewise.load(saved / "GRU").trace(saved / "waves.csv") if one.name == "s1"]
    layer, shown = trace.layers[0], found["models"][0]["layers"][0]
    np.testing.assert_allclose(shown["gates"]["update"], layer.gates["update"][:, shown["units"]], rtol=1e-5)
    np.testing.assert_allclose(shown["states"]["h"], layer.states["h"][:, shown["units"]], rtol=1e-5)
    np.testing.assert_allclose(found["models"][0]["answer"]["values"], trace.answer.values, rtol=1e-5)


def test_a_text_is_read_from_its_file(saved: Path, run: Run) -> None:
    ran = run("inspect", saved / "words", saved / "story.txt", "--json")
    assert "".join(json.loads(ran.out)["sequence"]["labels"]).startswith("the cat sat")


def test_what_a_comparison_keeps_needs_no_data(files: Path, run: Run) -> None:
    compared = run(
        "compare", files / "patients.csv", *PATIENTS, "--seeds", 2, "--trials", 1, "--workers", 1, "--hidden-size", 4,
        "--no-curves", "--quiet", "--output", "found",
    )  # fmt: skip
    assert compared.code == 0
    ran = run("inspect", "found", "-o", "gates.html")
    assert ran == (0, "page     gates.html\n", "")
    ran = run("inspect", "found", files / "patients.csv", *PATIENTS, "--sequence", "p5", "--json")
    assert ran.err == ""
    found = json.loads(ran.out)
    assert [model["name"] for model in found["models"]] == ["RNN", "LSTM", "GRU"]
    assert found["sequence"]["name"] == "p5"


def test_a_comparison_that_kept_no_cells_is_one_line(run: Run) -> None:
    Path("old").mkdir()
    Path("old/comparison.json").write_text("{}", encoding="utf-8")
    assert run("inspect", "old") == (
        1, "", "error: old/cells: expected what a comparison keeps of its cells, found no sequences.json; run the "
        "comparison again\n",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("waves.csv",), "waves.csv: expected the folder of a saved model first; gatewise fit and gatewise compare "
         "write one"),
        (("waves.csv", "GRU"), "waves.csv: expected the directory of a saved model with config.json and "
         "model.safetensors, found no config.json"),
        (("GRU", "waves.csv", "--sequence", "s77"),
         "sequence: expected a number from 1 to 12 or a name (s0 … s11), got 's77'"),
        (("GRU", "waves.csv", "--member", "3"), "member: expected a number from 0 to 0, got 3"),
        (("GRU",), "data: a SequenceClassifier needs something to read; give data"),
        (("GRU", "tagger", "waves.csv"), "models: expected models of one task, got SequenceClassifier and "
         "SequenceTagger (tagger)"),
        (("GRU", "nothing.csv"), "nothing.csv: no such file; check the path"),
        (("GRU", "waves.csv", "--channels", "speed"),
         "waves.csv: has no column 'speed' for --channels; columns are id (text), "
         "t (number), wave (number), label (text)"),
    ],
)  # fmt: skip
def test_mistakes_are_one_line(
    arguments: tuple[str, ...], message: str, saved: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(saved)
    ran = run("inspect", *arguments, "-o", saved / "never.html")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"error: {message}\n"
    assert not (saved / "never.html").exists()
