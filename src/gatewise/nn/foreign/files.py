"""What is believed of a file that somebody else wrote: nothing, and nothing large is made of a small one."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gatewise.errors import GatewiseError, ReadError

__all__ = ["brief", "check_zip", "most_bytes", "opened_as"]

# Archives of weights hold them as they are; what grows more than this is none, or would fill the memory.
FREE, GROWTH = 64 << 20, 20
# Characters of a reason.
REASON = 160


@contextmanager
def opened_as(path: Path, kind: str) -> Iterator[None]:
    """Say in one line that a file is damaged or something else, whatever the library that reads it raises.

    Raises
    ------
    ReadError
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except GatewiseError:
        raise
    # Libraries of formats raise what their parsers happen to meet, errors of their own and of C++ among them.
    except Exception as error:
        reason = brief(f"{type(error).__name__}: {error}")
        raise ReadError(f"{path}: expected {kind}; it is damaged, or something else ({reason})") from None


def brief(value: object, most: int = REASON) -> str:
    """Return a value in one short line that can be printed, whatever it is."""
    text = " ".join(str(value)[: 8 * most].split())
    text = "".join(one if one.isprintable() else "�" for one in text)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def most_bytes(path: Path) -> int:
    """Return how many bytes may be made of a file."""
    return max(FREE, GROWTH * path.stat().st_size)


def check_zip(path: Path, archive: zipfile.ZipFile) -> None:
    """Check that an archive does not hold many times its own size.

    Raises
    ------
    ReadError
    """
    held = sum(one.file_size for one in archive.infolist())
    most = most_bytes(path)
    if held > most:
        raise ReadError(
            f"{path}: expected weights as they are, found an archive that would grow to {held:,} bytes; at most "
            f"{most:,} are read"
        )
