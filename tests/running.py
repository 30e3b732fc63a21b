"""A command in a process of its own, which a test can stop, and of which it sees what is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import gatewise

SCRIPT = """
import sys
from gatewise.cli.signals import STOPPED, interrupts
interrupts.take_over()
try:
    from gatewise.comparison.tasks.forecast import ForecastTask
    ForecastTask.default_steps = lambda _: 20  # no option is that short
    from gatewise.estimators.extra import Extra
    Extra.at_hand = False  # rivals that take long
    from gatewise.cli import main
    sys.argv[0] = "gatewise"
    main()
except (KeyboardInterrupt, Exception):
    if not interrupts.came:
        raise
    sys.exit(STOPPED)
"""
SOURCES = str(Path(gatewise.__file__).parents[1])


class Command:
    """A command that runs, in a session of its own."""

    def __init__(self, folder: Path, *arguments: object, **environment: str) -> None:
        self.folder, self.mark = folder, f"gatewise-{uuid.uuid4().hex}"
        (folder / "tmp").mkdir(exist_ok=True)
        self._files = [(folder / name).open("w+", encoding="utf-8") for name in ("stdout", "stderr")]
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, *map(str, arguments)],
            # Where tests run in the background, interrupts are ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            cwd=folder, start_new_session=True, stdout=self._files[0], stderr=self._files[1],
            env={
                **os.environ, "PYTHONPATH": SOURCES, "GATEWISE_TEST_MARK": self.mark, "TMPDIR": str(folder / "tmp"),
                **environment,
            },
        )  # fmt: skip

    def stop(self, number: int) -> float:
        """Send a signal as a terminal, or a system, does; returns the seconds until the end."""
        start = time.monotonic()
        (os.killpg if number == signal.SIGINT else os.kill)(self.process.pid, number)
        self.process.wait(60)
        return time.monotonic() - start

    def end(self, seconds: float = 240) -> tuple[int, str, str]:
        """Wait for the end; returns exit code, standard output and error."""
        code = self.process.wait(seconds)
        texts = []
        for file in self._files:
            file.seek(0)
            texts.append(file.read())
        return code, texts[0], texts[1]

    def processes(self) -> list[int]:
        """What runs of it, itself and all that it has started, however deep."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
                if state != "Z" and self.mark.encode() in (folder / "environ").read_bytes():
                    found.append(int(folder.name))
            except OSError:
                continue
        return found

    def left(self, seconds: float = 10) -> list[str]:
        """Processes that are there so many seconds later, and what is left in shared memory."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and (self.processes() or self._shared()):
            time.sleep(0.1)
        return [*map(str, self.processes()), *self._shared()]

    def _shared(self) -> list[str]:
        return [path.name for path in Path("/dev/shm").glob("*") if str(self.process.pid) in path.name]

    def close(self) -> None:
        """End all of it."""
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        self.process.wait()
        for file in self._files:
            file.close()
