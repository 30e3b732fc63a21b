"""A browser without a network, and pages in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import inspected
import pytest

import gatewise

Open = Callable[..., Any]


@pytest.fixture(scope="session")
def page_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Write the page of a case, once."""
    folder = tmp_path_factory.mktemp("pages")

    @cache
    def written(name: str) -> Path:
        case = inspected.case(name)
        return gatewise.inspect(case.models, case.data, sequence=case.sequence).save(folder / f"{name}.html")

    return written


@pytest.fixture
def open_page(browser: Any, page_of: Callable[[str], Path]) -> Iterator[Open]:
    """Open the page of a case from its file, offline; what it says on its console fails the test."""
    contexts, said = [], []

    def opened(case: str | Path, address: str = "", **options: Any) -> Any:
        context = browser.new_context(
            **{"viewport": {"width": 1440, "height": 900}, "offline": True} | options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        path = case if isinstance(case, Path) else page_of(case)
        page.goto(f"{path.as_uri()}{address}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []
