"""What is printed arrives, as far as it can."""

from __future__ import annotations

import io
import sys

import pytest

from gatewise.cli import terminal
from gatewise.cli.terminal import OutputError, flush_output, prepare_output


@pytest.mark.parametrize(
    ("encoding", "printed"),
    [
        ("ascii", "a - 3 x 4 +/- 1... \\u4e2d \\xff"),
        ("cp1252", "a – 3 × 4 ± 1… \\u4e2d \\xff"),
        ("utf-8", "a – 3 × 4 ± 1… 中 \\xff"),
    ],
)
def test_every_character_is_printed_somehow(
    encoding: str, printed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    prepare_output()
    sys.stdout.write("a – 3 × 4 ± 1… 中 \udcff")
    stream.flush()
    assert stream.buffer.getvalue().decode(encoding) == printed  # type: ignore[attr-defined]  # of BytesIO


def test_output_that_was_closed_goes_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    prepare_output()
    with sys.stdout:
        sys.stdout.write("lost")


@pytest.mark.parametrize(
    ("error", "raised"), [(OSError(28, "No space left on device"), True), (BrokenPipeError(), False)]
)
def test_output_that_cannot_be_written(error: OSError, raised: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.StringIO):
        def flush(self) -> None:
            raise error

    given_up: list[str] = []
    monkeypatch.setattr(sys, "stdout", Full())
    monkeypatch.setattr(terminal, "give_up", given_up.append)
    if raised:
        with pytest.raises(OutputError, match="No space left on device"):
            flush_output()
    else:
        flush_output()
    assert given_up == ["stdout"]
