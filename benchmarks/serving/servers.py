"""What is measured: ``gatewise serve``, and ONNX Runtime behind the same HTTP stack, each in a process of its own."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.errors import BenchmarkError

__all__ = ["Running", "running"]

GATEWISE = ["-c", "import sys; sys.argv[0] = 'gatewise'; from gatewise.cli import main; main()", "serve"]
RIVAL = ["-m", "benchmarks.serving.rival"]
PATIENCE = 60.0


class Running:
    """A server that runs.

    Attributes
    ----------
    address : str
        Host and port.
    """

    def __init__(self, process: subprocess.Popen[bytes], address: str) -> None:
        self._process, self.address = process, address

    def resident_bytes(self) -> int:
        """Return how much memory its process takes."""
        pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


@contextlib.contextmanager
def running(arguments: list[str], *, rival: bool = False) -> Iterator[Running]:
    """Start a server on a free port, and end it after the block."""
    with tempfile.NamedTemporaryFile("w+") as said:
        command = [sys.executable, *(RIVAL if rival else GATEWISE), *arguments, "--port", "0"]
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT)
        try:
            until = time.monotonic() + PATIENCE
            while not (found := re.search(r"serving on http://([^/]+)", Path(said.name).read_text())):
                if process.poll() is not None or time.monotonic() > until:
                    raise BenchmarkError(f"no server: {Path(said.name).read_text()}")
                time.sleep(0.1)
            yield Running(process, found[1])
        finally:
            process.terminate()
            process.wait(PATIENCE)
