"""Words as a recurrent layer reads them: by themselves, by their affixes, and by their characters."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from gatewise.data.batch import SequenceBatch
from gatewise.data.inputs.words import FEATURES, PADDING
from gatewise.models.input_layer import InputLayer

__all__ = ["WordInput"]

WIDTHS = {"words": 100, "prefixes": 30, "pairs": 30, "suffixes": 30, "shapes": 10}
CHARACTER_WIDTH, FILTERS, REACHES = 32, 50, (3, 5)


class WordInput(InputLayer):
    """Embeddings of a word, its affixes and its shape, beside a convolution over its characters.

    Equations, for a word with features ``f`` and characters ``c_1 … c_n``::

        x = [E_1 f_1, …, E_5 f_5, max_j relu(K_3 * E c)_j, max_j relu(K_5 * E c)_j]

    Characters before the first and after the last are zero. Each distinct word of a batch is convolved once.

    References
    ----------
    Ma & Hovy 2016, "End-to-end sequence labeling via bi-directional LSTM-CNNs-CRF".
    """

    def __init__(self, *, characters: int, **features: int) -> None:
        super().__init__()
        self.features = nn.ModuleList(
            nn.Embedding(features[name], WIDTHS[name], padding_idx=PADDING) for name in FEATURES
        )
        self.characters = nn.Embedding(characters, CHARACTER_WIDTH, padding_idx=PADDING)
        self.filters = nn.ModuleList(nn.Linear(reach * CHARACTER_WIDTH, FILTERS) for reach in REACHES)
        for table in (*self.features, self.characters):
            nn.init.normal_(table.weight, std=0.1)
            nn.init.zeros_(table.weight[PADDING])
        self.width = sum(WIDTHS[name] for name in FEATURES) + FILTERS * len(REACHES)

    def forward(self, batch: SequenceBatch) -> Tensor:
        """From columns as :class:`~gatewise.data.inputs.words.WordInputs` makes them."""
        features, letters = batch.values[..., : len(FEATURES)], batch.values[..., len(FEATURES) :]
        embedded = [table(features[..., column]) for column, table in enumerate(self.features)]
        return torch.cat([*embedded, self._convolved(letters)], dim=-1)

    def _convolved(self, letters: Tensor) -> Tensor:
        """Convolve the characters (batch, time, longest) of each word to (batch, time, filters)."""
        words, place = _distinct(letters.flatten(0, 1))
        inside = words != PADDING  # (words, longest)
        # Words are short and padding is long: only windows around real characters are multiplied, those of both
        # widths cut from one gather of the widest.
        widest = max(REACHES)
        windows = nn.functional.pad(words, (widest // 2, widest // 2), value=PADDING)
        around = self.characters(windows.unfold(1, widest, 1)[inside])  # (real, widest, width)
        parts = []
        for reach, linear in zip(REACHES, self.filters, strict=True):
            skipped = (widest - reach) // 2
            parts.append(linear(around[:, skipped : skipped + reach].flatten(1)))
        # Rectified, the lowest value is zero, which is also what padding has.
        found = torch.relu(torch.cat(parts, dim=1))
        padded = found.new_zeros(*inside.shape, found.shape[1])
        padded[inside] = found
        spelled: Tensor = padded.amax(1)[place]
        return spelled.view(*letters.shape[:2], -1)


def _distinct(rows: Tensor) -> tuple[Tensor, Tensor]:
    """Return the distinct rows, and for every row which of them it is.

    Rows are compared by a random sum of 64 bits, which sorts faster than rows do; two words are mistaken for
    each other with a probability below 1e-16.
    """
    generator = torch.Generator().manual_seed(0)
    factors = torch.randint(-(2**63), 2**63 - 1, (rows.shape[1],), generator=generator, device="cpu")
    keys, place = torch.unique((rows * factors).sum(1), return_inverse=True)
    first = keys.new_empty(len(keys)).scatter_(0, place, torch.arange(len(rows), device="cpu"))
    return rows[first], place
