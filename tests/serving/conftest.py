"""Models that are served, in this process and in one of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from served import Server
from serving_models import models

pytest.importorskip("starlette")


@pytest.fixture(scope="session")
def fitted() -> dict[str, Any]:
    """One model of each kind."""
    return models()


@pytest.fixture(scope="session")
def saved(fitted: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of their folders."""
    folder = tmp_path_factory.mktemp("served")
    for name, model in fitted.items():
        model.save(folder / name)
    return folder


@pytest.fixture(scope="session")
def server(saved: Path, fitted: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of all of them."""
    with Server(tmp_path_factory.mktemp("server"), *(saved / name for name in fitted)) as running:
        yield running
