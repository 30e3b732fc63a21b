"""Fit, predict, evaluate and generate on files of every kind."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from commands import Run
from sounds import record, tone

from gatewise.comparison.compare import prepare

QUICK = ("--hidden-size", 4, "--max-seconds", "1s", "--quiet")


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables of texts, ratings and values, ``tags.conllu``, ``story.txt`` and the folder ``tones``."""
    folder = tmp_path_factory.mktemp("kinds")
    words = {"colour": ("red", "green", "blue"), "number": ("one", "two", "three")}
    rows = [(" ".join(words[label]), label) for label in words for _ in range(10)]
    pd.DataFrame(rows, columns=["text", "label"]).to_csv(folder / "texts.csv", index=False)
    sentence = "".join(
        f"{place}\t{word}\t{word}\t{tag}" + "\t_" * 6 + "\n"
        for place, (word, tag) in enumerate((("the", "DET"), ("cat", "NOUN"), ("sat", "VERB")), 1)
    )
    (folder / "tags.conllu").write_text((sentence + "\n") * 20)
    random = np.random.default_rng(0)
    engines = [
        pd.DataFrame({"id": f"e{k}", "time": range(6), "heat": random.normal(size=6), "wear": 0.5 + k})
        for k in range(20)
    ]
    pd.concat(engines).to_csv(folder / "values.csv", index=False)
    sized = [one.assign(size=1000.0 * number) for number, one in enumerate(engines)]
    pd.concat(sized).to_csv(folder / "sizes.csv", index=False)
    rated = [(" ".join(words[label]), 0.5 + len(label)) for label in words for _ in range(10)]
    pd.DataFrame(rated, columns=["review", "rating"]).to_csv(folder / "ratings.csv", index=False)
    (folder / "story.txt").write_text("the cat sat on the mat. a dog lay by the log. " * 60)
    for number in range(16):
        label, hertz = (("high", 900), ("low", 300))[number % 2]
        record(folder / "tones" / label / f"{number}.wav", tone(hertz, seed=number))
    return folder


TASKS = {
    "texts.csv": ((), ["id", "label", "p-colour", "p-number"], "accuracy"),
    "tags.conllu": ((), ["id", "step", "token", "label"], "sentence accuracy"),
    "values.csv": (("--target", "wear"), ["id", "value"], "RMSE"),
    "sizes.csv": (("--target", "wear,size", "--task", "regression"), ["id", "wear", "size"], "scaled MAE"),
    "ratings.csv": ((), ["id", "value"], "RMSE"),
    "tones": ((), ["id", "label", "p-high", "p-low"], "accuracy"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", TASKS)
def test_fit_predict_and_evaluate(run: Run, kinds: Path, name: str):
    options, columns, metric = TASKS[name]
    assert run("fit", kinds / name, *options, *QUICK).code == 0
    answered = run("predict", "gatewise-model", kinds / name)
    assert answered.code == 0, answered.err
    table = list(csv.DictReader(io.StringIO(answered.out)))
    assert list(table[0]) == columns
    measured = run("evaluate", "gatewise-model", kinds / name, "--json")
    assert measured.code == 0, measured.err
    assert metric in json.loads(measured.out)


CARDS = {
    **{name: dict(zip(options[::2], options[1::2], strict=True)) for name, (options, *_) in TASKS.items()},
    "hourly.csv": {"--horizon": 6},
    "story.txt": {},
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CARDS)
def test_every_baseline_answers_the_commands_of_its_card(run: Run, kinds: Path, files: Path, name: str):
    data = (files if name == "hourly.csv" else kinds) / name
    words: dict[str, Any] = {option.strip("-"): value for option, value in CARDS[name].items()}
    if "," in str(words.get("target")):
        words["target"] = words["target"].split(",")
    task = prepare(data, **words).task
    for baseline, (_, estimator) in task.baselines().items():
        task.fit_all(estimator)
        card = estimator.save("model") / "README.md"
        commands = [line for line in card.read_text().splitlines() if line.startswith("    gatewise ")]
        assert len(commands) >= 2, baseline
        for command in commands:
            words_of = [
                {"DATA": data, "NEWER_ROWS": data, "PROMPT": "the"}.get(word, word)
                for word in command.split()[1:]
            ]
            answered = run(*words_of)
            assert (answered.code, bool(answered.out)) == (0, True), f"{baseline}: {command}: {answered.err}"


def test_generate(run: Run, kinds: Path):
    assert run("fit", kinds / "story.txt", *QUICK, "--level", "word").code == 0
    first = run("generate", "gatewise-model", "the", "--length", 5, "--seed", 1)
    assert first.code == 0
    assert first.out.startswith("the")
    assert run("generate", "gatewise-model", "the", "--length", 5, "--seed", 1).out == first.out
    as_json = json.loads(run("generate", "gatewise-model", "the", "--length", 5, "--seed", 1, "--json").out)
    assert "the" + as_json["text"] == first.out.removesuffix("\n")
    measured = run("evaluate", "gatewise-model", kinds / "story.txt", "--json")
    # Of what is in the file, not of its name.
    assert json.loads(measured.out)["symbols"] == 841
    assert measured.err.endswith(" were seen in training: the errors below are too low\n")


@pytest.mark.slow
def test_sub_words(run: Run, kinds: Path):
    assert run("fit", kinds / "story.txt", *QUICK, "--level", "subword").code == 0
    measured = run("evaluate", "gatewise-model", kinds / "story.txt", "--json")
    assert measured.code == 0, measured.err
    assert {"bits per subword", "bits per character"} <= json.loads(measured.out).keys()
    assert run("generate", "gatewise-model", "the", "--length", 5, "--seed", 1).code == 0


@pytest.mark.slow
def test_a_language_model_predicts_nothing(run: Run, kinds: Path):
    run("fit", kinds / "story.txt", *QUICK)
    answered = run("predict", "gatewise-model")
    assert answered.code == 1
    assert answered.err == (
        "error: model: a LanguageModel has nothing to predict; let it write with gatewise generate\n"
    )


@pytest.mark.slow
def test_only_a_language_model_generates(run: Run, kinds: Path):
    run("fit", kinds / "texts.csv", *QUICK)
    answered = run("generate", "gatewise-model")
    assert answered.code == 1
    assert answered.err == (
        "error: gatewise-model: expected a language model, found a SequenceClassifier; use gatewise predict\n"
    )


def test_options_of_another_task_are_refused(run: Run, kinds: Path):
    answered = run("fit", kinds / "texts.csv", "--horizon", 3, *QUICK)
    assert answered.code == 1
    assert answered.err == "error: --horizon: has no meaning for the task classification; leave it out\n"


def test_the_task_is_told(run: Run, kinds: Path):
    planned = run("compare", kinds / "tags.conllu", "--dry-run", "--workers", 1, "--hidden-size", 4)
    assert planned.code == 0, planned.err
    assert "task tagging: a .conllu file holds a label for each token" in " ".join(planned.out.split())
