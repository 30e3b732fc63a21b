"""The RNN in C, with tanh and with max(0, ·)."""

from __future__ import annotations

from gatewise.export.c.cells.base import CellCode, Stage

__all__ = ["RNN_RELU", "RNN_TANH"]

RNN_TANH = CellCode(
    "rnn_tanh",
    (
        Stage(
            1,
            "h",
            """\
tanh_all(a, H);
for (int u = 0; u < H; u++)
    new_h[u] = a[u];""",
        ),
    ),
)
RNN_RELU = CellCode(
    "rnn_relu",
    (
        Stage(
            1,
            "h",
            """\
for (int u = 0; u < H; u++)
    new_h[u] = a[u] > 0.0f ? a[u] : 0.0f;""",
        ),
    ),
)
