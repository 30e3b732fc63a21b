"""A process that does not outlive its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

# Starts a child that waits, tells its number, and is killed.
PARENT = """
import os, signal, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE, text=True)
child.stdout.readline()
print(child.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
CHILD = """
import os, time
from gatewise import processes
WATCHED
processes.end_with(os.getppid())
print("ready", flush=True)
end = time.monotonic() + 60
while time.monotonic() < end:
    pass
"""


def is_there(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")
@pytest.mark.parametrize("watched", ["", "processes._ask_the_system = lambda: False"])
def test_a_child_that_computes_ends_with_its_parent(watched: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PARENT, CHILD.replace("WATCHED", watched)],
        stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == -signal.SIGKILL
    child, until = int(ran.stdout), time.monotonic() + 20
    while is_there(child) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_there(child)


def test_a_parent_that_is_gone_is_noticed() -> None:
    code = "import os\nfrom gatewise.processes import end_with\nend_with(os.getppid() + 1)\nprint('goes on')"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert os.getppid() > 0
