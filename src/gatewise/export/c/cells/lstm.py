"""The LSTM in C; blocks: input, forget, candidate, output."""

from __future__ import annotations

from gatewise.export.c.cells.base import CellCode, Stage

__all__ = ["LSTM"]

LSTM = CellCode(
    "lstm",
    (
        Stage(
            4,
            "h",
            """\
sigmoid_all(a, 2 * H);
tanh_all(a + 2 * H, H);
sigmoid_all(a + 3 * H, H);
for (int u = 0; u < H; u++) {
    new_c[u] = a[H + u] * c[u] + a[u] * a[2 * H + u];
    new_h[u] = new_c[u];
}
tanh_all(new_h, H);
for (int u = 0; u < H; u++)
    new_h[u] *= a[3 * H + u];""",
        ),
    ),
)
