"""One process per contestant, told what to prepare and when to take its turn."""

from __future__ import annotations

import multiprocessing
import os
import sys
import traceback
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from benchmarks.layers.grid import Job
from benchmarks.layers.inputs import Arrays

__all__ = ["Worker", "WorkerError", "confine"]

START_LIMIT_S = 120
PREPARE_LIMIT_S = 180
TURN_LIMIT_S = 60


class WorkerError(Exception):
    """What a contestant could not do, in a phrase."""


class Worker:
    """A process of one contestant; as a context, it is gone at the end.

    Parameters
    ----------
    module : str
        With ``VERSION`` and ``prepare(job, inputs, threads) -> Task``.
    threads : int
    """

    def __init__(self, module: str, threads: int) -> None:
        # A fork would take over this process's threads of torch.
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, module, threads), daemon=True)
        self._process.start()
        theirs.close()

    def version(self) -> str:
        """Wait until it is there; the version of its library."""
        return str(self._answer(START_LIMIT_S))

    def prepare(self, job: Job) -> Arrays:
        """Get a job ready and do it once; its results."""
        found: Arrays = self._ask(("prepare", job), PREPARE_LIMIT_S)
        return found

    def turn(self, job: Job, seconds: float) -> list[float]:
        """Seconds per call of a job that was prepared."""
        times: list[float] = self._ask(("turn", job, seconds), TURN_LIMIT_S)
        return times

    def extra_bytes(self, job: Job) -> int:
        """Memory at the height of a job above what it keeps anyway; of a new process, once."""
        return int(self._ask(("memory", job), PREPARE_LIMIT_S))

    def forget(self, job: Job) -> None:
        """Free what was prepared."""
        self._ask(("forget", job), TURN_LIMIT_S)

    def stop(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.join()
        self._connection.close()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _ask(self, message: tuple[object, ...], limit_s: float) -> Any:
        try:
            self._connection.send(message)
        except OSError:
            raise WorkerError("its process has ended") from None
        return self._answer(limit_s)

    def _answer(self, limit_s: float) -> Any:
        try:
            if not self._connection.poll(limit_s):
                # What it would answer later answers nothing that is asked then.
                self._process.kill()
                raise WorkerError(f"no answer within {limit_s:g} s")
            fine, answer = self._connection.recv()
        except (EOFError, OSError):
            self._process.join()
            raise WorkerError(f"its process ended with code {self._process.exitcode}") from None
        if not fine:
            raise WorkerError(answer)
        return answer


def confine(threads: int) -> None:
    """Hold this process to some threads; before numerical libraries are imported."""
    os.environ.update({name: str(threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "NPROC")})
    if threads == 1:
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    # XLA counts the processors that it may use and has no other setting.
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def _serve(connection: Connection, module: str, threads: int) -> None:
    # Standard output is the result's; libraries print what they like.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    confine(threads)
    try:
        contestant = import_module(module)
        connection.send((True, contestant.VERSION))
    except Exception as error:
        connection.send((False, _phrase(error)))
        return
    from benchmarks.layers.inputs import draw
    from benchmarks.layers.memory import extra_bytes

    tasks = {}
    while True:
        try:
            action, job, *more = connection.recv()
        except EOFError:
            return
        answer: object = None
        try:
            if action == "prepare":
                tasks[job] = contestant.prepare(job, draw(job), threads)
                answer = tasks[job].results()
            elif action == "turn":
                answer = tasks[job].turn(*more)
            elif action == "memory":
                answer = extra_bytes(contestant.prepare, job, threads)
            else:
                tasks.pop(job, None)
            connection.send((True, answer))
        except Exception as error:
            traceback.print_exc()
            connection.send((False, _phrase(error)))


def _phrase(error: Exception) -> str:
    lines = str(error).splitlines()
    return f"{type(error).__name__}: {lines[0] if lines else 'without a message'}"
