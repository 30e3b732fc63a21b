"""The GRU in C, its reset gate before the product and after it; blocks: reset, update, candidate."""

from __future__ import annotations

from gatewise.export.c.cells.base import CellCode, Stage

__all__ = ["GRU", "GRU_RESET_AFTER"]

GRU = CellCode(
    "gru",
    (
        Stage(
            2,
            "h",
            """\
sigmoid_all(a, 2 * H);
for (int u = 0; u < H; u++)
    m[u] = a[u] * h[u];""",
        ),
        Stage(
            1,
            "m",
            """\
tanh_all(a + 2 * H, H);
for (int u = 0; u < H; u++)
    new_h[u] = a[2 * H + u] + a[H + u] * (h[u] - a[2 * H + u]);""",
        ),
    ),
)
GRU_RESET_AFTER = CellCode(
    "gru_reset_after",
    (
        Stage(
            3,
            "h",
            """\
for (int u = 0; u < 2 * H; u++)
    a[u] += q[u];
sigmoid_all(a, 2 * H);
for (int u = 0; u < H; u++)
    a[2 * H + u] += a[u] * q[2 * H + u];
tanh_all(a + 2 * H, H);
for (int u = 0; u < H; u++)
    new_h[u] = a[2 * H + u] + a[H + u] * (h[u] - a[2 * H + u]);""",
        ),
    ),
    apart=True,
)
