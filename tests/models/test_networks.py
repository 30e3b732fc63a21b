"""Networks: from batches to answers of the right shape."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gatewise.errors import ConfigurationError
from gatewise.estimators.classification.network import SequenceClassifier
from gatewise.estimators.config import ClassifierConfig
from gatewise.models.cells import build_cell, name_or_cell
from gatewise.nn import GRU, LSTM, RNN, cell_named
from gatewise.training.config import TrainingConfig

CELLS = ("RNN", "LSTM", "GRU")


def test_names_of_cells() -> None:
    named = [cell_named(name) for name in ("rnn", "LSTM", "Gru", GRU, GRU.cell)]
    assert named == [RNN.cell, LSTM.cell, GRU.cell, GRU.cell, GRU.cell]
    assert [name_or_cell(cell) for cell in ("gru-after", LSTM, GRU.cell)] == ["GRU-after", "LSTM", "GRU"]


def test_an_unknown_cell() -> None:
    with pytest.raises(ConfigurationError) as error:
        cell_named("QRNN")
    assert str(error.value) == (
        "cell: expected one of RNN, RNN-relu, LSTM, GRU, GRU-after, CIFG, MGU, got 'QRNN'; did you mean RNN?"
    )


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_is_built_batch_first(cell: str) -> None:
    layer = build_cell(cell, 3, 5, 2, bidirectional=True)
    assert (layer.cell, repr(layer)[: len(cell) + 1]) == (cell_named(cell), f"{cell}(")
    assert layer(torch.zeros(2, 7, 3))[0].shape == (2, 7, 10)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("readout", ["pool", "last"])
def test_padding_never_changes_a_class(cell: str, readout: str) -> None:
    random = np.random.default_rng(0)
    sequences = [random.normal(size=(length, 2)).astype(np.float32) for length in (3, 9, 5, 1)] * 3
    config = ClassifierConfig(readout=readout, training=TrainingConfig(steps=2))  # type: ignore[arg-type]
    model = SequenceClassifier(cell, hidden_size=4, random_state=0, config=config)
    model.fit(sequences, np.arange(12) % 2)
    together = model.predict_proba(sequences)
    alone = np.concatenate([model.predict_proba([sequence]) for sequence in sequences])
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_padding_is_never_read() -> None:
    sequences = [np.ones((2, 1), np.float32), np.ones((5, 1), np.float32)]
    model = SequenceClassifier(
        "GRU", hidden_size=4, random_state=0, config=ClassifierConfig(training=TrainingConfig(steps=1))
    )
    network = model.fit(sequences * 2, [0, 1, 0, 1]).networks_[0]
    batch = model.inputs_.collate([model.inputs_.encode(sequence) for sequence in sequences])
    spoilt = model.inputs_.collate([model.inputs_.encode(sequence) for sequence in sequences])
    spoilt.values[0, int(spoilt.lengths[0]) :] = 1e3
    with torch.inference_mode():
        assert torch.equal(network(batch), network(spoilt))
