"""What commands print: notes on standard error, results on standard output; a log keeps the former."""

from __future__ import annotations

import json
import math
import sys
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from rich.console import Console
from rich.text import Text

__all__ = ["Notes", "err", "out", "print_json", "show_path"]


class Notes(Console):
    """Standard error, and a log file beside it where one is wanted.

    Attributes
    ----------
    verbose : bool
        Whether ``--verbose`` was given.
    """

    verbose = False
    _log: IO[str] | None = None

    def begin_log(self, path: Path) -> None:
        """Add all that is printed from now on to a file, each line with the time.

        Raises
        ------
        OSError
            It cannot be written to.
        """
        self._log = path.open("a", encoding="utf-8", buffering=1)

    def end_log(self) -> None:
        """Close the file, if there is one."""
        if self._log is not None:
            self._log.close()
            self._log = None

    def print(self, *objects: Any, **options: Any) -> None:
        """Print, and log what is text; what rich prints to draw is not."""
        super().print(*objects, **options)
        self.note(" ".join(str(one) for one in objects if isinstance(one, str | Text)))

    def note(self, text: str) -> None:
        """Log a text, and show it to nobody."""
        if self._log is not None:
            now = datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
            self._log.writelines(f"{now} {line}\n" for line in text.splitlines())


out = Console(highlight=False, soft_wrap=False)
err = Notes(stderr=True, highlight=False)


def print_json(value: object) -> None:
    """Write a value as JSON to standard output, unadorned, so that programs can read it."""
    text = json.dumps(_without_nan(value), indent=1, ensure_ascii=False, default=str, allow_nan=False)
    sys.stdout.write(text + "\n")


def _without_nan(value: object) -> object:
    """JSON has no NaN: ``null`` stands for it, and for infinity."""
    if isinstance(value, dict):
        return {key: _without_nan(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def show_path(label: str, path: Path) -> None:
    """A path on one line, never broken at the width of the terminal."""
    out.print(f"{label:8} {path}", soft_wrap=True, markup=False)
