"""Labels that depend on their neighbours: a linear-chain conditional random field."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from gatewise.models.sequence import SequenceNetwork, SequenceShape

__all__ = ["ChainNetwork", "LabelChain"]


class LabelChain(nn.Module):
    """Probabilities of whole sequences of labels, exactly.

    Equations, for scores ``s`` of a row of ``n`` steps, and labels ``y``::

        S(y) = b[y_1] + Σ_t s[t, y_t] + Σ_t A[y_t, y_{t+1}]
        p(y) = exp S(y) / Σ_y' exp S(y')

    The sum over all sequences is taken step by step (the forward algorithm). ``A`` and ``b`` start at zero: every
    step by itself.

    References
    ----------
    Lafferty, McCallum & Pereira 2001; after a recurrent network: Huang, Xu & Yu 2015.
    """

    def __init__(self, labels: int) -> None:
        super().__init__()
        self.follows = nn.Parameter(torch.zeros(labels, labels))
        self.begins = nn.Parameter(torch.zeros(labels))

    def loss(self, scores: Tensor, target: Tensor) -> Tensor:
        """Mean over all steps of ``−log p(target)``; steps below zero in ``target`` stand after the end.

        ``scores`` are (batch, time, labels), ``target`` is (batch, time).
        """
        real = target >= 0
        labels = target.clamp(min=0)
        score = (scores.gather(2, labels[:, :, None])[:, :, 0] * real).sum(1) + self.begins[labels[:, 0]]
        score = score + (self.follows[labels[:, :-1], labels[:, 1:]] * real[:, 1:]).sum(1)
        mean: Tensor = (self.log_partition(scores, real.sum(1)) - score).sum() / real.sum()
        return mean

    def log_partition(self, scores: Tensor, lengths: Tensor) -> Tensor:
        """Return the logarithm of the sum over all sequences of labels, shape (batch,)."""
        factors = self.follows.exp()
        total = scores[:, 0] + self.begins  # (batch, labels)
        for step, score in enumerate(scores.unbind(1)[1:], 1):
            # A product of matrices in place of a sum of exponentials over pairs, and the highest taken out first:
            # exponentials of a long sequence's total would overflow.
            highest = total.amax(1, keepdim=True)
            extended = torch.log((total - highest).exp() @ factors) + highest + score
            # The total of a row that has ended stays what it was at its end.
            total = torch.where((step < lengths)[:, None], extended, total)
        return total.logsumexp(1)

    def marginals(self, scores: Tensor, lengths: Tensor) -> Tensor:
        """Probability of each label at each step, shape (batch, time, labels); zero after the end.

        A marginal is the gradient of the logarithm of the partition function with respect to its score, so the
        forward algorithm and autograd give all of them without a backward algorithm of our own.
        """
        with torch.enable_grad():
            scores = scores.detach().requires_grad_()
            (found,) = torch.autograd.grad(self.log_partition(scores, lengths).sum(), scores)
        return found


class ChainNetwork(SequenceNetwork):
    """A :class:`~gatewise.models.sequence.SequenceNetwork` whose labels are chained."""

    def __init__(self, shape: SequenceShape) -> None:
        super().__init__(shape)
        self.chain = LabelChain(shape.outputs)
