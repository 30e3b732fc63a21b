"""First values of the weights.

Input weights are Xavier-uniform [1]_ and recurrent weights orthogonal [2]_, gate by gate: stacked gates taken
as one matrix would give each a wrong scale. An orthogonal matrix keeps the length of what passes through it,
so that at the start gradients neither vanish nor explode by the product alone. Biases are zero, but for the
LSTM's forget gate: 1 lets the cell remember from the first update on [3]_ [4]_. Both torch biases add up, so
the 1 stands in ``bias_ih`` and ``bias_hh`` is zero.

References
----------
.. [1] Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010.
.. [2] Saxe, McClelland and Ganguli, Exact solutions to the nonlinear dynamics of learning in deep linear
   neural networks, 2014.
.. [3] Gers, Schmidhuber and Cummins, Learning to forget: continual prediction with LSTM, 2000.
.. [4] Jozefowicz, Zaremba and Sutskever, An empirical exploration of recurrent network architectures, 2015.
.. [5] Tallec and Ollivier, Can recurrent neural networks warp time?, 2018.
"""

from __future__ import annotations

import torch
from torch import Generator, Tensor
from torch.nn import init

from gatewise.nn.cells.base import Weights

__all__ = ["initialise", "initialise_memory"]


@torch.no_grad()
def initialise(weights: Weights, bias: tuple[float, ...], generator: Generator | None = None) -> None:
    """Fill the weights of one direction of one layer in place.

    Parameters
    ----------
    weights : Weights
        With one block of rows per entry of ``bias``.
    bias : tuple of float
        The value of ``input_bias`` in each block.
    generator : torch.Generator, optional
        Source of randomness; the global one by default.
    """
    for block in weights.input.chunk(len(bias)):
        init.xavier_uniform_(block, generator=generator)
    for block in weights.hidden.chunk(len(bias)):
        init.orthogonal_(block, generator=generator)
    if weights.input_bias is not None:
        for part, value in zip(weights.input_bias.chunk(len(bias)), bias, strict=True):
            part.fill_(value)
    if weights.hidden_bias is not None:
        weights.hidden_bias.zero_()


@torch.no_grad()
def initialise_memory(
    bias: Tensor, keeps: tuple[int, ...], longest: int, generator: Generator | None = None
) -> None:
    """Set gates so that units remember for 1 to ``longest`` steps from the start [5]_, in place.

    A gate that keeps the past gets the bias ``log u`` with ``u`` uniform between 1 and ``longest − 1``, one
    that lets in the new gets ``−log u`` of the same unit.

    Parameters
    ----------
    bias : Tensor
        ``input_bias`` of one direction of one layer.
    keeps : tuple of int
        Per block: 1 keeps the past, −1 lets in the new, 0 is neither and stays as it is.
    longest : int
        Steps over which something may have to be remembered.
    generator : torch.Generator, optional
        Source of randomness; the global one by default.
    """
    blocks = bias.chunk(len(keeps))
    memory = torch.empty_like(blocks[0]).uniform_(1, max(2, longest - 1), generator=generator).log()
    for block, sign in zip(blocks, keeps, strict=True):
        if sign:
            block.copy_(sign * memory)
