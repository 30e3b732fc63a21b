"""gatewise.nn of another checkout, whose root stands in ``GATEWISE_BEFORE``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

SOURCES = Path(os.environ["GATEWISE_BEFORE"]) / "src"
# Before anything imports this checkout's own.
sys.path.insert(0, str(SOURCES))

# Only now, when the other one comes first.
import gatewise  # noqa: E402
from benchmarks.layers.rivals.ours import VERSION, prepare  # noqa: E402

if not Path(gatewise.__file__).is_relative_to(SOURCES):
    raise ImportError(f"gatewise was imported from {gatewise.__file__}, expected {SOURCES}")

__all__ = ["VERSION", "prepare"]
