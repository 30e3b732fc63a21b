"""The processes that jobs run in: they end with this one, and one that is ended from outside is named."""

from __future__ import annotations

import multiprocessing.resource_tracker
import os
import sys
import warnings
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import Any

import joblib
from joblib._parallel_backends import LokyBackend
from joblib.externals.loky.backend import resource_tracker
from joblib.externals.loky.process_executor import TerminatedWorkerError
from joblib.parallel import get_active_backend

from gatewise.comparison.jobs.interrupts import interrupts_held
from gatewise.comparison.jobs.job import Result
from gatewise.processes import end_with

__all__ = ["WorkerKilledError", "executed"]


class WorkerKilledError(Exception):
    """A worker was ended from outside, as a system does that is out of memory; nobody knows which job was its."""


class _Workers(LokyBackend):  # type: ignore[misc]  # joblib is untyped
    """loky's processes, each of which ends with this one from its first moment on, also while it waits for a job."""

    def configure(self, *arguments: Any, **words: Any) -> int:
        return int(super().configure(*arguments, **words, initializer=end_with, initargs=(os.getpid(),)))


def executed(calls: Iterator[Any], workers: int, *, timed: bool, alone: bool = False) -> Generator[Result]:
    """Results in the order in which they come; closing it ends the workers.

    Parameters
    ----------
    timed : bool
        Hand a job on only when there is somebody for it: by then it may not be due any more.
    alone : bool
        One job at a time, in a process of its own all the same.

    Raises
    ------
    WorkerKilledError
    """
    backend, _ = get_active_backend()
    # Under joblib.parallel_config another may run them: a cluster has its own ways to end workers.
    ours = {"backend": _Workers(nesting_level=backend.nesting_level)} if type(backend) is LokyBackend else {}
    parallel = joblib.Parallel(
        # joblib runs them here where there is one process.
        n_jobs=2 if alone else workers,
        return_as="generator_unordered",
        # No more than loky hands on at once: it cannot forget jobs that wait when it is stopped.
        pre_dispatch=1 if alone else "n_jobs + 1" if timed else "2 * n_jobs",
        batch_size=1,
        **ours,
    )
    with warnings.catch_warnings():
        # loky warns when it replaces a worker that has grown; nothing is lost.
        warnings.filterwarnings("ignore", message="A worker stopped", category=UserWarning)
        # Of jobs that nobody waits for, as the comparison is being stopped.
        warnings.filterwarnings("ignore", message=r"\d+ tasks ", category=UserWarning)
        try:
            if ours and sys.platform != "win32":
                # Whoever starts these lets interrupts through again, and workers that start after that would see them.
                for tracker in (resource_tracker, multiprocessing.resource_tracker):
                    tracker.ensure_running()
            with interrupts_held():
                results = parallel(calls)
            with closing(results):
                yield from results
        except TerminatedWorkerError:
            raise WorkerKilledError from None
