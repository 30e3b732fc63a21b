"""A comparison that is killed half way, as a process of its own: ``python stopping.py KILL_AFTER ARGUMENT …``."""

from __future__ import annotations

import os
import signal
import sys

from gatewise.cli import main
from gatewise.comparison.jobs.job import Result
from gatewise.comparison.running import store
from gatewise.comparison.tasks.forecast import ForecastTask

UPDATES = 20


def run(kill_after: int, arguments: list[str]) -> None:
    """Run ``gatewise`` with short trainings; 0: never kill."""
    # Where tests run in the background, interrupts may be ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    ForecastTask.default_steps = lambda _: UPDATES  # type: ignore[method-assign]  # no option is that short
    keep = store.Store.keep
    kept = []

    def counted(self: store.Store, result: Result) -> None:
        keep(self, result)
        kept.append(result)
        if len(kept) == kill_after:
            os.kill(os.getpid(), signal.SIGKILL)

    store.Store.keep = counted  # type: ignore[method-assign]  # what is tested is what comes after
    sys.argv = ["gatewise", *arguments]
    main()


if __name__ == "__main__":
    run(int(sys.argv[1]), sys.argv[2:])
