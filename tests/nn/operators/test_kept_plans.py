"""Plans of runs are kept by what they take."""

from __future__ import annotations

import torch

from gatewise.nn import GRU
from gatewise.nn.operators import runs


def test_large_plans_are_made_anew_and_small_ones_kept() -> None:
    most = runs._KEPT_BYTES // (runs._KEPT * runs._BYTES_OF_A_ROW)
    for rows, kept in ((most, True), (most + 1, False)):
        x, h, w, u = torch.zeros(rows, 1, 2), torch.zeros(1, 3), torch.zeros(9, 2), torch.zeros(9, 3)
        first, second = (runs.prepare("gru", (x, h, None, w, u, None, None), False)[0] for _ in range(2))
        assert (first is second) == kept
        assert first.batch(None).table.nbytes < runs._BYTES_OF_A_ROW * rows + 1000
    assert runs._KEPT * most * runs._BYTES_OF_A_ROW <= 1 << 24


def test_results_do_not_depend_on_it() -> None:
    layer, x = GRU(1, 2), torch.randn(30_000, 1, 1)
    assert torch.equal(layer(x)[0][:100], layer(x[:100])[0])
