"""Machine code that is kept is what was kept, or is made anew."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from gatewise.kernels.compiling.kept import CheckedFiles


def files(folder: Path) -> CheckedFiles:
    return CheckedFiles(str(folder), "kernel", "stamp")


@pytest.mark.parametrize("suffix", ["nbi", "nbc"])
@pytest.mark.parametrize("how", ["empty", "half", "zeros", "foreign", "bit", "gone"])
def test_what_is_damaged_is_dropped(tmp_path: Path, suffix: str, how: str) -> None:
    files(tmp_path).save("key", b"code" * 100)
    assert files(tmp_path).load("key") == b"code" * 100
    (path,) = tmp_path.glob(f"*.{suffix}")
    content = path.read_bytes()
    path.write_bytes(
        {
            "empty": b"",
            "half": content[: len(content) // 2],
            "zeros": bytes(len(content)),
            "foreign": b"\x80\x04K\x01." * 20,
            "bit": content[:-1] + bytes([content[-1] ^ 1]),
            "gone": b"",
        }[how]
    )
    if how == "gone":
        path.unlink()
    assert files(tmp_path).load("key") is None
    assert not path.exists()
    files(tmp_path).save("key", b"again")
    assert files(tmp_path).load("key") == b"again"


def test_code_of_other_sources_is_none(tmp_path: Path) -> None:
    files(tmp_path).save("key", b"code")
    assert CheckedFiles(str(tmp_path), "kernel", "another").load("key") is None


def test_a_disk_that_is_full_is_told_and_harmless(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(CheckedFiles, "_open_for_write", full)
    with caplog.at_level(logging.WARNING, logger="gatewise"):
        files(tmp_path).save("key", b"code")
    assert caplog.messages == [
        f"gatewise: {tmp_path}: machine code cannot be kept (No space left on device); it is compiled again next time"
    ]
