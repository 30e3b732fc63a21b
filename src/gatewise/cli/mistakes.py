"""What a command says of a mistake: everything that is in the way, and the command that would work."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

from gatewise.spelling import spelled

__all__ = ["as_json", "as_lines", "working_line"]


def as_lines(message: str, others: Sequence[str], remedy: Mapping[str, object]) -> list[str]:
    """A message, wrapped at words in a terminal; what else is in the way; the command that would work."""
    texts = [message, *(f"also: {other}" for other in others)]
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns
        wrap = textwrap.TextWrapper(
            width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
        )
        texts = [line for text in texts for line in wrap.wrap(text)]
    if remedy:
        texts += ["This would work:", f"  {working_line(remedy)}"]
    return texts


def working_line(remedy: Mapping[str, object]) -> str:
    """The command line that was given, with more options."""
    program, *arguments = sys.argv
    given = shlex.join([Path(program).name, *arguments])
    return " ".join([given, *(spelled(name, value) for name, value in remedy.items())])


def as_json(code: int, kind: str, message: str, others: Sequence[str], remedy: Mapping[str, object]) -> str:
    """The same for a program."""
    found = {"kind": kind, "message": message, "exit_code": code}
    if others:
        found["others"] = list(others)
    if remedy:
        found |= {"remedy": dict(remedy), "command": working_line(remedy)}
    return json.dumps({"error": found}, ensure_ascii=False)
