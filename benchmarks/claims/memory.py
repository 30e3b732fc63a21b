"""How far back: the reach of the gradient, and recall over short and long delays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from benchmarks.candidates import GATED, progress
from benchmarks.claims.rules import Claim, Measurement, Region
from gatewise import ClassifierConfig, SequenceClassifier, TrainingConfig
from gatewise.data.samples.recall import recall
from gatewise.data.sequences import SequenceSet
from gatewise.inspection.gradients import gradient_flow
from gatewise.models.cells import build_cell
from gatewise.nn.recurrent import Recurrent

__all__ = ["LONG", "SHORT", "Recall", "measure_recall", "memory_claims"]

SHORT, LONG = 10, 100
TRAINING, TEST = 2000, 500
TEST_SEED = 1000
INSPECTED = 64
SOLVED, LOST = 99.0, 90.0
TENTH = -1.0


@dataclass(frozen=True)
class Recall:
    """One network's delayed recall.

    Attributes
    ----------
    accuracy : float
        Percent of the test sequences.
    plain, initial, trained : float
        Decimal logarithm of the gradient's norm at the longest lag: of a layer as it comes, of one whose gates
        were set to remember, and of the same after training.
    """

    accuracy: float
    plain: float
    initial: float
    trained: float


def measure_recall(
    cell: str,
    delay: int,
    seed: int,
    *,
    training: int = TRAINING,
    hidden_size: int = 64,
    steps: int | None = None,
) -> Recall:
    """Train a classifier that answers from the last step, and look at its gradient before and after."""
    data = recall(delay, sequences=training + TEST, seed=TEST_SEED + seed)
    learned, test = data.take(np.arange(training)), data.take(np.arange(training, len(data)))
    config = ClassifierConfig(readout="last", training=TrainingConfig(steps=steps))
    model = SequenceClassifier(
        cell, hidden_size=hidden_size, bidirectional=False, random_state=seed, config=config
    ).fit(learned)
    accuracy = 100 * model.evaluate(test)["accuracy"]
    plain, initial, trained = _reaches(model, test, seed)
    progress(f"recall over {delay}, {cell}, seed {seed}: {accuracy:.1f} %, gradient 1e{trained:.1f}")
    return Recall(accuracy, plain, initial, trained)


def _reaches(model: SequenceClassifier, test: SequenceSet, seed: int) -> tuple[float, float, float]:
    network = model.networks_[0]
    batch = model.inputs_.collate([model.inputs_.encode(one) for one in test.sequences[:INSPECTED]])

    def drawn(build: Callable[[], Recurrent]) -> Recurrent:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return build()

    width, hidden_size = batch.values.shape[2], network.shape.hidden_size
    plain = drawn(lambda: build_cell(model.cell, width, hidden_size, 1))
    remembering = drawn(lambda: model._network().cell)
    layers = (plain, remembering, network.cell)
    norms = [
        gradient_flow(layer, batch.values, batch.lengths, random_state=seed).norms[-1] for layer in layers
    ]
    plain_norm, initial, trained = (float(np.log10(norm)) for norm in norms)
    return plain_norm, initial, trained


def memory_claims(found: dict[tuple[str, int], list[Recall]]) -> list[Claim]:
    """From what :func:`measure_recall` gave, by cell and delay, one for each seed."""

    def gradient(cell: str, state: str, region: Region) -> Measurement:
        values = tuple(getattr(one, state) for one in found[cell, LONG])
        return Measurement(f"{cell}, {STATES[state]}", values, region, digits=1)

    def accuracy(cell: str, delay: int, region: Region) -> Measurement:
        values = tuple(one.accuracy for one in found[cell, delay])
        return Measurement(f"{cell}, accuracy over {delay} distractors", values, region, "%", 1)

    vanished, steady = Region(below=TENTH), Region(above=TENTH)
    return [
        Claim(
            "The RNN's gradient vanishes with distance",
            tuple(gradient("RNN", state, vanished) for state in ("plain", "trained")),
        ),
        Claim(
            "Gates alone, as layers come, keep the gradient from vanishing",
            tuple(gradient(cell, "plain", steady) for cell in GATED),
        ),
        Claim(
            "Gates that are set to remember keep the gradient from vanishing, before and after training",
            tuple(gradient(cell, state, steady) for cell in GATED for state in ("initial", "trained")),
        ),
        Claim(
            "The RNN is enough for short dependencies, and not for long ones",
            (
                accuracy("RNN", SHORT, Region(above=SOLVED)),
                accuracy("RNN", LONG, Region(below=LOST)),
                *(accuracy(cell, LONG, Region(above=SOLVED)) for cell in GATED),
            ),
        ),
    ]


STATES = {
    "plain": f"log10 of the gradient at lag {LONG + 1}, untrained",
    "initial": f"log10 of the gradient at lag {LONG + 1}, untrained, gates set to remember",
    "trained": f"log10 of the gradient at lag {LONG + 1}, trained on delayed recall",
}
