"""Sentences follow the numbers."""

from __future__ import annotations

import pytest
from evidence import classification_evidence, forecast_evidence

from gatewise.report import sentences
from gatewise.verdict.evidence import Difference, Evidence


def plain(sentence: str) -> str:
    return sentence.replace("\u202f", " ")


def test_fit_names_those_it_cannot_tell_apart() -> None:
    assert sentences.fit_sentence(forecast_evidence()) == (
        "GRU has the lowest error of the cells, MASE 0.682 (95 % interval 0.655 to 0.709); the interval of the "
        "paired difference excludes a tie with RNN and does not exclude a tie with LSTM. The best baseline, "
        "gradient boosting, has 0.751, which is clearly higher."
    )


@pytest.mark.parametrize(
    ("mean", "clear", "ending"),
    [
        (0.069, True, "has 0.751, which is clearly lower."),
        (-0.01, False, "has 0.751; the interval of their paired difference does not exclude a tie."),
    ],
)
def test_fit_weighs_the_best_baseline(mean: float, clear: bool, ending: str) -> None:
    evidence = forecast_evidence()
    pair = Difference(
        first="GRU",
        second="gradient boosting",
        mean=mean,
        low=mean - 0.02,
        high=mean + 0.02,
        p=0.1,
        clear=clear,
    )
    changed = evidence.model_copy(update={"differences": (*evidence.differences[:3], pair)})
    assert sentences.fit_sentence(changed).endswith(ending)


def test_a_cell_compared_with_itself_shares_the_lowest_error() -> None:
    evidence = forecast_evidence()
    twins = tuple(evidence.cells[0].model_copy(update={"name": name}) for name in ("one", "other"))
    changed = evidence.model_copy(update={"candidates": twins, "differences": ()})
    assert sentences.fit_sentence(changed) == "one and other have the lowest error of the cells, MASE 0.741."


def test_a_pair_stored_the_other_way_round_is_turned() -> None:
    evidence = forecast_evidence()
    pair = Difference(
        first="gradient boosting", second="GRU", mean=0.069, low=0.04, high=0.1, p=0.1, clear=True
    )
    changed = evidence.model_copy(update={"differences": (pair,)})
    assert sentences.fit_sentence(changed).endswith("has 0.751, which is clearly higher.")


def test_curves() -> None:
    assert plain(sentences.along_amount(forecast_evidence())) == (
        "At 10 % of the training data linear has the lowest mean, 0.840; its interval overlaps with that of LSTM "
        "and GRU. At 100 % of the training data GRU has the lowest mean, 0.682; its interval overlaps with that of "
        "LSTM."
    )
    assert plain(sentences.along_length(classification_evidence())) == (
        "Between 20 and 100 steps the mean goes from 17.3 % to 61.2 % for RNN, from 2.31 % to 1.25 % for LSTM and "
        "from 2.10 % to 0.42 % for GRU."
    )


def test_gradient() -> None:
    assert plain(sentences.gradient_sentence(classification_evidence())) == (
        "After training, the gradient falls to half or less 3 steps back in RNN and never to half in LSTM or GRU; "
        "what is left of it 96 steps back is under 0.1 % in RNN, 100 % in LSTM and 66 % in GRU. Share of updates that "
        "were clipped: 12 % for RNN, 3.1 % for LSTM and 0 % for GRU."
    )


def test_a_bound_that_sets_most_updates_is_a_warning() -> None:
    evidence = classification_evidence()
    rnn, *others = evidence.candidates
    assert rnn.gradient is not None
    clipped = rnn.model_copy(update={"gradient": rnn.gradient.model_copy(update={"clip_rate": 0.87})})
    found = plain(sentences.gradient_sentence(evidence.model_copy(update={"candidates": (clipped, *others)})))
    assert found.endswith(
        "In RNN the bound on the gradient, not the gradient, set the size of most updates: a lower learning rate or "
        "a higher clip_norm may do better."
    )


def test_gradient_counts_in_the_users_units() -> None:
    assert plain(sentences.gradient_sentence(forecast_evidence())).startswith(
        "After training, the gradient falls to half or less 6 steps of 24 rows back in RNN, 38 steps of 24 rows back "
        "in LSTM and 31 steps of 24 rows back in GRU; what is left of it 96 steps of 24 rows back is "
    )


def test_training_names_who_never_arrived() -> None:
    assert plain(sentences.training_sentence(classification_evidence())) == (
        "GRU reached the common training loss of 0.210 first, in 2.50 s; 1.2 times as long for LSTM; RNN never "
        "reached it. Trainings that diverged: 1 of RNN."
    )


def test_training_names_who_was_unstable() -> None:
    evidence = forecast_evidence()
    rnn, *others = evidence.candidates
    assert rnn.training is not None
    unstable = rnn.model_copy(update={"training": rnn.training.model_copy(update={"unstable": 2})})
    found = plain(
        sentences.training_sentence(evidence.model_copy(update={"candidates": (unstable, *others)}))
    )
    assert found.endswith(
        "Unstable trainings, whose loss climbed, or was no number any more, until they went back to earlier weights at "
        "half the rate: 2 of RNN."
    )


def test_memory_and_structure() -> None:
    evidence = forecast_evidence()
    assert plain(sentences.memory_sentence(evidence)) == (
        "Training peaks lowest with RNN, 3.81 MiB; 1.4 times as much for GRU and 1.7 times as much for LSTM. Between "
        "two steps of a stream, least is carried by GRU, 272 B; 1.7 times as much for LSTM and 1.8 times as much for "
        "RNN."
    )
    assert plain(sentences.structure_sentence(evidence)) == (
        "Networks of 16 960 to 18 384 parameters have a hidden size of 120 for RNN, 58 for LSTM and 68 for GRU. "
        "A step needs the fewest multiply-adds with RNN, 15 480; about as much for LSTM and GRU."
    )


def test_nothing_is_said_without_cells() -> None:
    evidence: Evidence = forecast_evidence()
    bare = evidence.model_copy(update={"candidates": evidence.baselines})
    assert (
        sentences.fit_sentence(bare) == "No cell finished its trainings with an error that can be compared."
    )
    assert sentences.gradient_sentence(bare) == ""
    assert sentences.training_sentence(bare) == ""
    assert sentences.memory_sentence(bare) == ""
    assert sentences.structure_sentence(bare) == ""


def test_what_is_not_trained_is_so_far_the_lowest() -> None:
    evidence = forecast_evidence()
    short = evidence.model_copy(update={"plan": evidence.plan.model_copy(update={"steps": 20})})
    assert sentences.fit_sentence(short) == f"So far {sentences.fit_sentence(evidence)}"
