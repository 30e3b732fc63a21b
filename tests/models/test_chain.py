"""The chain of labels against the sum over all sequences, written out."""

from __future__ import annotations

from itertools import pairwise, product

import torch
from torch import Tensor

from gatewise.models.chain import LabelChain

LABELS, LENGTHS = 3, (4, 1, 3)


def problem() -> tuple[LabelChain, Tensor, Tensor]:
    torch.manual_seed(0)
    chain = LabelChain(LABELS).double()
    for parameter in chain.parameters():
        torch.nn.init.normal_(parameter)
    scores = torch.randn(len(LENGTHS), max(LENGTHS), LABELS, dtype=torch.float64)
    target = torch.randint(LABELS, (len(LENGTHS), max(LENGTHS)))
    for row, length in enumerate(LENGTHS):
        target[row, length:] = -100
    return chain, scores, target


def weights(chain: LabelChain, scores: Tensor) -> dict[tuple[int, ...], Tensor]:
    """``exp S(y)`` of every sequence of labels of one row."""
    return {
        path: torch.exp(
            chain.begins[path[0]]
            + sum(score[label] for score, label in zip(scores, path, strict=True))
            + sum(chain.follows[a, b] for a, b in pairwise(path))
        )
        for path in product(range(LABELS), repeat=len(scores))
    }


def test_the_loss() -> None:
    chain, scores, target = problem()
    expected = torch.zeros((), dtype=torch.float64)
    for row, length in enumerate(LENGTHS):
        each = weights(chain, scores[row, :length])
        right = each[tuple(target[row, :length].tolist())]
        expected = expected - torch.log(right / torch.stack(list(each.values())).sum())
    torch.testing.assert_close(chain.loss(scores, target), expected / sum(LENGTHS))


def test_marginals() -> None:
    chain, scores, _ = problem()
    with torch.no_grad():
        found = chain.marginals(scores, torch.tensor(LENGTHS))
        for row, length in enumerate(LENGTHS):
            each = weights(chain, scores[row, :length])
            expected = torch.zeros(length, LABELS, dtype=torch.float64)
            for path, weight in each.items():
                expected[torch.arange(length), list(path)] += weight / torch.stack(list(each.values())).sum()
            torch.testing.assert_close(found[row, :length], expected)
    assert (found[1, 1:] == 0).all()


def test_it_begins_with_every_step_by_itself() -> None:
    _, scores, target = problem()
    alone = torch.nn.functional.cross_entropy(scores.flatten(0, 1), target.flatten())
    torch.testing.assert_close(LabelChain(LABELS).double().loss(scores, target), alone)
