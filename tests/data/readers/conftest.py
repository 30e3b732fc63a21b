"""Small files for the readers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gatewise.errors import ReadError


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str | bytes], str]:
    """Write a file into an empty working folder, so that messages name it as it is given."""
    monkeypatch.chdir(tmp_path)

    def write_file(name: str, content: str | bytes) -> str:
        Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
        return name

    return write_file


@pytest.fixture
def refusal() -> Callable[[Callable[[], object]], str]:
    """The message of the ReadError that a call raises."""

    def message(call: Callable[[], object]) -> str:
        with pytest.raises(ReadError) as error:
            call()
        return str(error.value)

    return message
