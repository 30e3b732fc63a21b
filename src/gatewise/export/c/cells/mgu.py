"""The minimal gated unit in C; blocks: forget, candidate."""

from __future__ import annotations

from gatewise.export.c.cells.base import CellCode, Stage

__all__ = ["MGU"]

MGU = CellCode(
    "mgu",
    (
        Stage(
            1,
            "h",
            """\
sigmoid_all(a, H);
for (int u = 0; u < H; u++)
    m[u] = a[u] * h[u];""",
        ),
        Stage(
            1,
            "m",
            """\
tanh_all(a + H, H);
for (int u = 0; u < H; u++)
    new_h[u] = h[u] + a[u] * (a[H + u] - h[u]);""",
        ),
    ),
)
