"""Whether two checkouts compute the same bits: every way of every cell, and a small model of every task.

Run as a program it prints what one checkout computes, as names and hashes of arrays. Only public names are used,
so that states of the project far apart can be compared, on one machine.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.errors import BenchmarkError
from benchmarks.results import Result, Target

__all__ = ["run"]

ROOT = Path(__file__).resolve().parents[1]
# time, batch, input, hidden: whole vectors and not, many rows and few, and one that two threads share.
SHAPES = ((1, 1, 1, 1), (9, 5, 3, 7), (33, 16, 12, 32), (20, 1, 128, 256), (7, 70, 17, 65))


def run(other: Path) -> Result:
    """Compare this checkout with another."""
    ours, theirs = _digests_of(ROOT), _digests_of(other)
    differing = sorted(name for name in theirs if ours.get(name) != theirs[name])
    kinds = {name.partition(" ")[0]: 0 for name in theirs}
    same = dict(kinds)
    for name in theirs:
        kinds[name.partition(" ")[0]] += 1
        same[name.partition(" ")[0]] += ours.get(name) == theirs[name]
    return Result(
        name="bits",
        title=f"Bits of {_commit(ROOT)} beside those of {_commit(other)}",
        protocol="Every way of every cell, with 1 and 2 threads, in float32 and float64, whole and ragged, forward, "
        "back and step by step; and predictions of a small model of every task after 25 updates. Each checkout in a "
        "process of its own. Arrays are compared by their hashes.",
        checks=(),
        digits={"arrays": 0, "the same": 0},
        rows=tuple(
            {"of": kind, "arrays": (float(count),), "the same": (float(same[kind]),)}
            for kind, count in kinds.items()
        ),
        targets=(Target("arrays that differ", len(differing), 0, digits=0),),
        notes=tuple(f"differs: {name}" for name in differing[:20]),
    )


def _digests_of(checkout: Path) -> dict[str, str]:
    if not (checkout / "src" / "gatewise").is_dir():
        raise BenchmarkError(f"{checkout}: expected a checkout of gatewise, found no src/gatewise")
    # The other's package, and this file.
    environment = os.environ | {"PYTHONPATH": f"{checkout.resolve() / 'src'}:{ROOT}"}
    ran = subprocess.run(
        [sys.executable, str(Path(__file__).resolve())], capture_output=True, text=True, env=environment
    )
    if ran.returncode:
        raise BenchmarkError(f"{checkout}: {ran.stderr.strip().splitlines()[-1]}")
    digests: dict[str, str] = json.loads(ran.stdout.splitlines()[-1])
    return digests


def _commit(checkout: Path) -> str:
    ran = subprocess.run(
        ["git", "-C", str(checkout), "rev-parse", "--short", "HEAD"], capture_output=True, text=True
    )
    return ran.stdout.strip() or str(checkout)


def _arrays() -> Iterator[tuple[str, Any]]:
    yield from _of_layers()
    yield from _of_estimators()


def _of_layers() -> Iterator[tuple[str, Any]]:
    import torch

    from gatewise import nn

    made = {
        "rnn": lambda *a, **k: nn.RNN(*a, **k),
        "relu": lambda *a, **k: nn.RNN(*a, nonlinearity="relu", **k),
        "lstm": lambda *a, **k: nn.LSTM(*a, **k),
        "gru": lambda *a, **k: nn.GRU(*a, **k),
        "gru-after": lambda *a, **k: nn.GRU(*a, reset_after=True, **k),
    }
    for (name, make), shape, ragged, dtype, threads in product(
        made.items(), SHAPES, (False, True), (torch.float32, torch.float64), (1, 2)
    ):
        time, batch, features, hidden = shape
        torch.set_num_threads(threads)
        torch.manual_seed(0)
        layer = make(features, hidden, 2, bidirectional=ragged, dtype=dtype)
        x = torch.randn(time, batch, features, dtype=dtype, requires_grad=True)
        lengths = torch.randint(1, time + 1, (batch,)) if ragged else None
        place = f"{name} {shape} {'ragged' if ragged else 'whole'} {dtype} {threads}"
        output, state = layer(x, lengths=lengths)
        states = (state,) if isinstance(state, torch.Tensor) else tuple(state)
        loss = output.square().sum() + sum(part.sin().sum() for part in states)
        yield f"{place}: y", output
        yield from ((f"{place}: state {k}", part) for k, part in enumerate(states))
        for key, grad in zip(
            ("x", *dict(layer.named_parameters())),
            torch.autograd.grad(loss, [x, *layer.parameters()]),
            strict=True,
        ):
            yield f"{place}: d {key}", grad
        with torch.no_grad():
            yield f"{place}: without gradients", layer(x, lengths=lengths)[0]
        if not ragged:
            stream = layer.stream(batch, threads=threads)
            yield f"{place}: stream", torch.stack([stream.step(row.detach()).clone() for row in x])


def _of_estimators() -> Iterator[tuple[str, Any]]:
    import numpy as np
    import pyarrow as pa

    import gatewise

    training = gatewise.TrainingConfig(steps=25)
    random = np.random.default_rng(0)
    lengths = random.integers(10, 30, 40)
    values = [random.normal(size=(length, 3)).astype(np.float32) for length in lengths]
    words = [[f"w{number}" for number in random.integers(0, 30, length)] for length in lengths]
    tags = [[f"t{_number_of(word) % 3}" for word in row] for row in words]
    text = " ".join(word for row in words * 3 for word in row)
    hours = np.arange("2024-01-01", "2024-02-15", dtype="datetime64[h]").astype("datetime64[s]")
    series = pa.table(
        {"time": hours, "y": np.sin(np.arange(len(hours)) / 4) + 2 + random.normal(size=len(hours)) / 9}
    )
    for cell in ("RNN", "LSTM", "GRU"):
        options: dict[str, Any] = {"hidden_size": 12, "random_state": 1}
        forecaster = gatewise.SequenceForecaster(
            cell, 24, config=gatewise.ForecasterConfig(training=training, members=1), **options
        ).fit(series)
        yield (
            f"{cell} forecaster",
            np.stack([column.to_numpy() for column in forecaster.predict().select([-3, -2, -1]).columns]),
        )
        labels = np.array([f"c{round(float(row.sum())) % 2}" for row in values])
        classifier = gatewise.SequenceClassifier(
            cell, config=gatewise.ClassifierConfig(training=training), **options
        ).fit(values, labels)
        yield f"{cell} classifier", classifier.predict_proba(values)
        regressor = gatewise.SequenceRegressor(
            cell, config=gatewise.RegressorConfig(training=training, members=2), **options
        ).fit(values, [float(row.mean()) for row in values])
        yield f"{cell} regressor", regressor.predict(values)
        tagger = gatewise.SequenceTagger(
            cell, config=gatewise.TaggerConfig(training=training), **options
        ).fit(words, tags)
        yield f"{cell} tagger", np.concatenate([np.asarray(row) for row in tagger.predict_proba(words)])
        model = gatewise.LanguageModel(
            cell, config=gatewise.LanguageModelConfig(training=training), **options
        ).fit(text)
        yield f"{cell} language model", np.array(sorted(model.evaluate(text[:500]).values()))


def _number_of(text: str) -> int:
    """A number that does not change from process to process."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def _print_digests() -> None:
    import numpy as np

    warnings.simplefilter("ignore")
    digests = {}
    for name, array in _arrays():
        whole = np.ascontiguousarray(array.detach().numpy() if hasattr(array, "detach") else array)
        digests[name] = hashlib.sha256(
            repr((whole.dtype.str, whole.shape)).encode() + whole.tobytes()
        ).hexdigest()
    print(json.dumps(digests))


if __name__ == "__main__":
    _print_digests()
