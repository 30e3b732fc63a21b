"""``gatewise serve`` in a process of its own, on a free port of this machine."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import gatewise

__all__ = ["Server"]

SOURCES = str(Path(gatewise.__file__).parents[1])
SCRIPT = "import sys; sys.argv[0] = 'gatewise'; from gatewise.cli import main; main()"


class Server:
    """A server that runs."""

    def __init__(self, folder: Path, *arguments: object, **environment: str) -> None:
        self.log = folder / "server.log"
        path = os.pathsep.join([SOURCES, *filter(None, [os.environ.get("PYTHONPATH")])])
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", SCRIPT, "serve", *map(str, arguments), "--port", "0"],
                # Where tests run in the background, interrupts are ignored.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
                cwd=folder, stdout=log, stderr=log, env={**os.environ, "PYTHONPATH": path, **environment},
            )  # fmt: skip
        try:
            self.port = self._port()
        except AssertionError:
            self.__exit__()
            raise

    def _port(self, seconds: float = 180) -> int:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = re.search(r"serving on http://[^/]*:(\d+)/ui", self.said())
            if found:
                return int(found[1])
            if self.process.poll() is not None:
                raise AssertionError(self.said())
            time.sleep(0.05)
        raise AssertionError(f"not there after {seconds} seconds: {self.said()}")

    def said(self) -> str:
        """Return what it has printed."""
        return self.log.read_text()

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    def resident_bytes(self) -> int:
        """Return how much memory it takes."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def stop(self, number: int = signal.SIGTERM, seconds: float = 30) -> int:
        """Send a signal, and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(seconds)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: Any) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
