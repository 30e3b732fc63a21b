"""What is said after a stop."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from rich.text import Text

from gatewise.cli.console import err

__all__ = ["how_to_go_on", "resuming_line", "say_how_to_go_on"]


def say_how_to_go_on(done: int, total: int, *, kept: bool) -> None:
    """Say how many trainings were done when a comparison was stopped, and the line that takes them as they are."""
    if done:
        how = "and kept" if kept else "but could not all be kept"
        err.print(f"{done} of {total} trainings are done {how}; to go on with them:")
        err.print(Text(f"  {resuming_line()}"), soft_wrap=True)


def how_to_go_on() -> tuple[str, ...]:
    """Lines that say so where there is no time to count."""
    return "what was done is kept; to go on with it:", f"  {resuming_line()}"


def resuming_line() -> str:
    """The command line that goes on with what this one has begun."""
    program, *arguments = sys.argv
    given = arguments if "--resume" in arguments else [*arguments, "--resume"]
    return shlex.join([Path(program).name, *given])
