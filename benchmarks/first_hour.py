"""The first hour of a newcomer: public files as they are, compared from a terminal, with nothing known of options.

Each is started as ``gatewise compare FILE``; where that is refused with the command that would work, that command is
taken next, as a newcomer would. Counted are the starts until something is trained, the longest silence, walls (ends
that name no way on), and lines cut by the terminal.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import shlex
import signal
import struct
import sys
import tempfile
import termios
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.candidates import progress
from benchmarks.inputs import data_file
from benchmarks.results import Result, Row, Target

__all__ = ["FILES", "Session", "result_of", "run", "watch"]

# By name: the file or folder that is handed over, below the folder of real data.
FILES = {
    "weather": ("weather", "weather.csv"),
    "ETTh1": ("ETT", "ETTh1.csv"),
    "M4 Weekly": ("M4", "Weekly-train.csv"),
    "gestures": ("uea", "PickupGestureWiimoteZ", "PickupGestureWiimoteZ_TRAIN.ts"),
    "vowels": ("uea", "JapaneseVowels", "JapaneseVowels_TRAIN.ts"),
    "covid": ("uea", "Covid3Month", "Covid3Month_TRAIN.ts"),
    "Atis": ("ud_english_atis", "en_atis-ud-train.conllu"),
    "Shakespeare": ("tinyshakespeare", "input.txt"),
    "digits": ("fsdd", "recordings", "0_george_0.wav"),
}
FOLDERS = ("digits",)
WIDTHS = (80, 120)
SECONDS, MOST_STARTS, PATIENCE = 120.0, 5, 60.0
# A training has ended: the table of the terminal names it.
TRAINED = re.compile(r"seed \d+: |learning rate \S+: ")
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b\][^\x07]*\x07|\r")


@dataclass
class Session:
    """What one start showed.

    Attributes
    ----------
    code : int
        130 where it was stopped once something was trained.
    first, silence, stop : float
        Seconds until the first word, the longest without any, and from Ctrl-C to the end.
    text : str
        All that was shown, without what moves the cursor.
    trained : bool
    """

    code: int = 0
    first: float = 0.0
    silence: float = 0.0
    stop: float = 0.0
    text: str = ""
    trained: bool = False
    lines: list[str] = field(default_factory=list)


def watch(command: list[str], folder: Path, columns: int, seconds: float = SECONDS) -> Session:
    """Run a command in a terminal of so many columns, until it ends or has trained something."""
    child, terminal = pty.fork()
    if child == 0:
        # A shell that starts this in the background has interrupts ignored, by all that it starts.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.chdir(folder)
        os.environ["TERM"] = "xterm-256color"
        os.environ.pop("COLUMNS", None)
        os.execvp(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    found, start = Session(), time.monotonic()
    last, asked = start, None
    while True:
        now = time.monotonic()
        if asked is None and (now - start > seconds or found.trained):
            # As Ctrl-C does, to all processes of the terminal.
            os.killpg(child, signal.SIGINT)
            asked = now
        elif asked is not None and now - asked > PATIENCE:
            os.killpg(child, signal.SIGKILL)
        try:
            ready, _, _ = select.select([terminal], [], [], 0.2)
            part = os.read(terminal, 65536) if ready else None
        except OSError:
            break
        if part == b"":
            break
        if part:
            now = time.monotonic()
            shown = ESCAPES.sub("", part.decode("utf-8", "replace"))
            if shown.strip():
                found.first = found.first or now - start
                if not found.trained:
                    found.silence = max(found.silence, now - last)
                last = now
            found.text += shown
            found.trained = found.trained or TRAINED.search(shown) is not None
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    found.stop = 0.0 if asked is None else time.monotonic() - asked
    found.code = os.waitstatus_to_exitcode(status)
    found.lines = found.text.splitlines()
    return found


def run() -> Result:
    """All files, in terminals of 80 and 120 columns."""
    with tempfile.TemporaryDirectory() as name:
        return result_of(Path(name), list(FILES))


def result_of(folder: Path, names: list[str], seconds: float = SECONDS) -> Result:
    """Replay some of the files in a folder."""
    rows = [_row(name, columns, folder, seconds) for name in names for columns in WIDTHS]
    return Result(
        name="first-hour",
        title="The first hour: public files, first try",
        protocol="`gatewise compare FILE --budget 5m` under a pseudo-terminal. Refused with a command that would work, "
        f"that command is taken next, {MOST_STARTS} starts at most; stopped once a training has ended, or after "
        f"{seconds:.0f} s. Silence is the longest time in which nothing new is shown, from the start to the first "
        "training. A wall is an end that names no command to go on with.",
        checks=(),
        digits={
            "columns": 0,
            "starts": 0,
            "first word, s": 2,
            "longest silence, s": 1,
            "walls": 0,
            "Ctrl-C, s": 1,
            "lines beyond the width": 0,
        },
        rows=tuple(rows),
        targets=(
            Target("starts of any file", max(row["starts"][0] for row in rows), 2, digits=0),
            Target("walls of all files", sum(row["walls"][0] for row in rows), 0, digits=0),
        ),
    )


def _row(name: str, columns: int, folder: Path, seconds: float) -> Row:
    path = data_file(*FILES[name])
    source = path.parent if name in FOLDERS else path
    command = [*_gatewise(), "compare", str(source), "--budget", "5m"]
    sessions = []
    for _ in range(MOST_STARTS):
        sessions.append(watch(command, folder, columns, seconds))
        if sessions[-1].trained or sessions[-1].code in (0, 130):
            break
        following = _command_named(sessions[-1].text)
        if following is None:
            break
        command = [*_gatewise(), *shlex.split(following)[1:]]
    last = sessions[-1]
    progress(f"{name}, {columns} columns: {len(sessions)} starts, ends with {last.code}")
    return {
        "file": name,
        "columns": (float(columns),),
        "starts": (float(len(sessions)),),
        "first word, s": (max(one.first for one in sessions),),
        "longest silence, s": (max(one.silence for one in sessions),),
        "walls": (float(not last.trained and last.code not in (0, 130)),),
        "Ctrl-C, s": (last.stop,),
        "traceback": "yes" if any("Traceback" in one.text for one in sessions) else "no",
        "lines beyond the width": (float(sum(len(line) > columns for line in last.lines)),),
        "asked with": " ".join(command[command.index("compare") + 2 :]).replace(str(folder), "."),
    }


def _gatewise() -> list[str]:
    return [sys.executable, "-c", "from gatewise.cli import main; main()"]


def _command_named(text: str) -> str | None:
    """The command below "This would work:", which a terminal may have broken at its width."""
    _, found, rest = text.partition("This would work:")
    return " ".join(rest.split()) if found else None
