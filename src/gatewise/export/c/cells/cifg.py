"""The LSTM with coupled gates in C; blocks: forget, candidate, output."""

from __future__ import annotations

from gatewise.export.c.cells.base import CellCode, Stage

__all__ = ["CIFG"]

CIFG = CellCode(
    "cifg",
    (
        Stage(
            3,
            "h",
            """\
sigmoid_all(a, H);
tanh_all(a + H, H);
sigmoid_all(a + 2 * H, H);
for (int u = 0; u < H; u++) {
    new_c[u] = a[H + u] + a[u] * (c[u] - a[H + u]);
    new_h[u] = new_c[u];
}
tanh_all(new_h, H);
for (int u = 0; u < H; u++)
    new_h[u] *= a[2 * H + u];""",
        ),
    ),
)
