"""The page on what torch's layers do not do: every test that it names is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_named_tests_exist() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "beyond_torch.md").read_text(encoding="utf-8")))
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "nn").rglob("test_*.py"))
    assert len(named) >= 8
    assert {name for name in named if f"def {name}(" not in tests} == set()
