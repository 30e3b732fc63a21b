"""Fixtures of the layers' tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch


@pytest.fixture(autouse=True)
def _hostile_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Memory that nobody filled reads as NaN, every test draws the same numbers, and no backend is forced."""
    monkeypatch.delenv("GATEWISE_BACKEND", raising=False)
    torch.manual_seed(0)
    torch.set_deterministic_debug_mode("error")
    yield
    torch.set_deterministic_debug_mode("default")
