"""What a network makes of the past: its error where all that is older than some steps is another sequence's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from gatewise.inspection.networks import with_layer
from gatewise.nn.recurrent import Recurrent
from gatewise.nn.state import State, pack

__all__ = ["BorrowedPast", "borrowed_past"]


class BorrowedPast(nn.Module):
    """A layer whose states are made of the last steps of their own row, and before these of another row's.

    Equations, for rows ``x`` and ``x'``, ``n`` own steps, half of them ``m = n / 2``, and states ``h'`` that the
    layer makes of the other row::

        h_t = cell(x_a, …, x_t | h'_{a−1}),   a = m (⌊t / m⌋ − 1)        outputs: at most n own steps, more than m
        h_T = cell(x'_1, …, x'_{T−n}, x_{T−n+1}, …, x_T)                 the state after the last step: n own steps

    Another row's past and not an empty one: a state that has just begun is itself unlike all that the network
    was trained on, and an error may rise from that where there is nothing to remember. Outputs are taken from
    windows of ``n`` steps of which every second half is kept, so that the layer runs three times over a row and
    not ``n`` times. In a layer of two directions the windows have three halves, of which the middle is kept, and
    what is farther ahead is the other row's too. The other row is the next of the batch; a row that is alone in
    its batch gets states from half a row away for its outputs, and its own for its last state.

    Parameters
    ----------
    layer : Recurrent
        ``batch_first``, of one direction, or of one layer.
    steps : int
        Even, at least 2.

    References
    ----------
    Breiman 2001, "Random forests", section 10: what is exchanged between cases keeps its distribution and loses
    what it says of them. Khandelwal et al. 2018, "Sharp nearby, fuzzy far away", who take the words at a distance
    from a trained LSTM and measure by how much its loss rises.

    Examples
    --------
    >>> import torch
    >>> from gatewise.inspection.past import BorrowedPast
    >>> from gatewise.nn import GRU
    >>> layer, x = GRU(3, 8, batch_first=True), torch.randn(2, 30, 3)
    >>> mixed = torch.cat([x.roll(1, 0)[:, :20], x[:, 20:]], dim=1)
    >>> torch.equal(BorrowedPast(layer, 10)(x)[1], layer(mixed)[1])
    True
    """

    def __init__(self, layer: Recurrent, steps: int) -> None:
        super().__init__()
        self.layer, self.steps = layer, steps

    def forward(
        self, input: Tensor, h_0: State | None = None, *, lengths: Tensor | Sequence[int] | None = None
    ) -> tuple[Tensor, State]:
        """Return output and state as the layer does; ``h_0``, which holds the past, is not looked at."""
        del h_0
        batch, time, _ = input.shape
        given = (
            torch.full((batch,), time, device="cpu")
            if lengths is None
            else torch.as_tensor(lengths, device="cpu")
        )
        return self._outputs(input, given), self._last(input, given)

    def _outputs(self, x: Tensor, lengths: Tensor) -> Tensor:
        half, (batch, time, width) = self.steps // 2, x.shape
        blocks = -(-time // half)
        halves = 3 if self.layer.bidirectional else 2
        padded = x.new_zeros(batch, (blocks + 1) * half, width)
        padded[:, :time] = x
        states = self._states_at_blocks(padded, lengths, blocks, half)
        first, _ = self._run(
            padded[:, : (halves - 1) * half], lengths, self._borrowed(states, 0, halves - 1, half, lengths)
        )
        kept = [first[:, :half]]
        if blocks > 1:
            # All other windows at once, as rows of one batch.
            windows = padded.unfold(1, halves * half, half)[:, : blocks - 1].transpose(2, 3).flatten(0, 1)
            left = (lengths[:, None] - half * torch.arange(blocks - 1, device="cpu")).flatten()
            starts = [
                self._borrowed(states, block, block + halves, half, lengths) for block in range(blocks - 1)
            ]
            start = tuple(torch.stack(parts, 2).flatten(1, 2) for parts in zip(*starts, strict=True))
            run, _ = self._run(windows, left, start)
            kept.append(run[:, half : 2 * half].reshape(batch, (blocks - 1) * half, -1))
        output = torch.cat(kept, 1)[:, :time]
        return output.masked_fill((torch.arange(time, device="cpu") >= lengths[:, None])[:, :, None], 0.0)

    def _states_at_blocks(
        self, x: Tensor, lengths: Tensor, blocks: int, half: int
    ) -> list[tuple[Tensor, ...]]:
        """States before every block, forward; of a second direction, those that come in from its end."""
        forward = [self._zeros(len(x))]
        for block in range(blocks):
            window = x[:, block * half : (block + 1) * half]
            forward.append(self._run(window, lengths - block * half, forward[-1])[1])
        if not self.layer.bidirectional:
            return forward
        backward = [self._zeros(len(x))]
        for block in reversed(range(blocks)):
            window = x[:, block * half : (block + 1) * half]
            backward.append(self._run(window, lengths - block * half, backward[-1])[1])
        backward.reverse()
        return [_second_from(ahead, behind) for ahead, behind in zip(forward, backward, strict=True)]

    def _borrowed(
        self, states: list[tuple[Tensor, ...]], begin: int, end: int, half: int, lengths: Tensor
    ) -> tuple[Tensor, ...]:
        """States of the next row for a window of these blocks; zeros at a row's own beginning and end."""

        def of_another(edge: int) -> tuple[Tensor, ...]:
            if len(lengths) > 1:
                return tuple(one.roll(1, 1) for one in states[edge])
            return states[(edge + len(states) // 2) % len(states)]

        forward = of_another(begin) if begin else self._zeros(len(lengths))
        if not self.layer.bidirectional:
            return forward
        there = (lengths > end * half)[:, None]
        ahead = tuple(one * there for one in of_another(min(end, len(states) - 1)))
        return _second_from(forward, ahead)

    def _run(
        self, window: Tensor, lengths: Tensor, start: tuple[Tensor, ...]
    ) -> tuple[Tensor, tuple[Tensor, ...]]:
        """Run rows that have steps in the window; the others give zeros and keep their state."""
        lengths = lengths.clamp(max=window.shape[1])
        there = lengths > 0
        output = window.new_zeros(*window.shape[:2], self.layer.hidden_size * self.layer.directions)
        after = tuple(one.clone() for one in start)
        if bool(there.any()):
            begin = pack(tuple(one[:, there].contiguous() for one in start))
            output[there], found = self.layer(window[there].contiguous(), begin, lengths=lengths[there])
            for one, new in zip(after, _parts(found), strict=True):
                one[:, there] = new
        return output, after

    def _last(self, x: Tensor, lengths: Tensor) -> State:
        kept = lengths.clamp(max=self.steps)
        other, there = x.roll(1, 0), lengths.roll(1, 0)
        before = torch.minimum(lengths - kept, there)
        # Steps of the other row, then the last own ones.
        place = torch.arange(x.shape[1], device="cpu")
        own = (place + (lengths - kept - before)[:, None]).clamp(max=x.shape[1] - 1)
        rows = torch.arange(len(x), device="cpu")[:, None]
        mixed = torch.where((place < before[:, None])[:, :, None], other, x[rows, own])
        after = _parts(self.layer(mixed, lengths=before + kept)[1])
        if self.layer.bidirectional:
            # Backward it ends at the beginning: the first own steps, and the other row's from there on.
            ahead = torch.where(lengths > kept, torch.maximum(there, kept), lengths)
            mixed = torch.where((place < kept[:, None])[:, :, None], x, other)
            after = _second_from(after, _parts(self.layer(mixed, lengths=ahead)[1]))
        return pack(after)

    def _zeros(self, rows: int) -> tuple[Tensor, ...]:
        layer = self.layer
        shape = (layer.num_layers * layer.directions, rows, layer.hidden_size)
        return tuple(torch.zeros(shape, device="cpu") for _ in layer.states)


def _parts(state: State) -> tuple[Tensor, ...]:
    return (state,) if isinstance(state, Tensor) else tuple(state)


def _second_from(first: tuple[Tensor, ...], second: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """The forward direction's states of the first, the backward one's of the second."""
    return tuple(torch.cat([a[:1], b[1:]]) for a, b in zip(first, second, strict=True))


@contextmanager
def borrowed_past(network: Any, steps: int) -> Iterator[None]:
    """Let the recurrent layer of a network read another sequence's past beyond so many steps, inside the block.

    Parameters
    ----------
    network : Module
        With its layer as ``cell``, as all networks of :mod:`gatewise.models` have it.
    steps : int
        Even, at least 2; steps of the layer.
    """
    with with_layer(network, BorrowedPast(network.cell, steps)):
        yield
