"""Standard output and error as they may be: closed, full, without a reader, of few characters."""

from __future__ import annotations

import codecs
import io
import os
import sys
from contextlib import suppress

__all__ = ["OutputError", "flush_output", "give_up", "prepare_output"]

# What is written where a terminal has no such character. Of others their number is written: a name that is read
# from a file stays one that can be told from others.
_PLAIN = {
    "…": "...", "–": "-", "—": "-", "−": "-", "×": "x", "±": "+/-", "≥": ">=", "≤": "<=", "→": "->", "·": "*",
    "‘": "'", "’": "'", "“": '"', "”": '"', "µ": "u", "²": "2", "█": "#", "▌": "#", "━": "-", "─": "-",
    "│": "|", "•": "*", "∞": "inf", "σ": "sigma", "‖": "|", "Δ": "delta", "°": "deg ",
    "\u00a0": " ", "\u202f": " ", "\u2009": " ",
}  # fmt: skip
_ERRORS = "gatewise"


class OutputError(Exception):
    """Standard output cannot be written; the message says why."""


def prepare_output() -> None:
    """Make sure that whatever is printed can be printed."""
    codecs.register_error(_ERRORS, _plain)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            # It was closed before this began. Python's own files would be given its number.
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - open until the end
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ERRORS)


def flush_output() -> None:
    """Write what is still to be written.

    Raises
    ------
    OutputError
        It cannot be, and not because nobody reads any more.
    """
    for name in ("stdout", "stderr"):
        try:
            getattr(sys, name).flush()
        except BrokenPipeError:
            give_up(name)
        except (OSError, ValueError) as error:
            give_up(name)
            if name == "stdout":
                raise OutputError(getattr(error, "strerror", None) or str(error)) from None


def give_up(name: str) -> None:
    """Let what is buffered go nowhere, or Python would try once more at its end, and say so."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, getattr(sys, name).fileno())
        os.close(nowhere)


def _plain(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    return "".join(_PLAIN.get(one, _number(one)) for one in text), error.end


def _number(character: str) -> str:
    code = ord(character)
    # A byte of a file name that is no text.
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"
