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
"""

from __future__ import annotations

import torch
from torch import Generator
from torch.nn import init

from gatewise.nn.reference import Weights

__all__ = ["initialise"]


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
