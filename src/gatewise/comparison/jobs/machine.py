"""Where a comparison was measured."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path

from gatewise.verdict.evidence import Machine
from gatewise.version import __version__

__all__ = ["machine", "processor_name"]


def machine(workers: int) -> Machine:
    """This machine, and what runs on it."""
    return Machine(
        processor=processor_name(),
        cores=os.cpu_count() or 1,
        system=f"{platform.system()} {platform.release()}",
        versions={
            "gatewise": __version__,
            "python": platform.python_version(),
            "torch": metadata.version("torch"),
            "numpy": metadata.version("numpy"),
        },
        threads_per_job=1,
        workers=workers,
    )


def processor_name() -> str:
    """The processor's name as the system gives it."""
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as lines:
            return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
