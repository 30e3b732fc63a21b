"""One training as an independent job, and what comes back from it."""

from __future__ import annotations

import time
import zlib
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

import numpy as np
import torch
from numpy.typing import NDArray

from gatewise.comparison.jobs.anatomy import gates_over_time, network_in_words, parts_of
from gatewise.comparison.jobs.limit import OutOfTime, time_limit
from gatewise.comparison.jobs.past import without_past
from gatewise.comparison.jobs.warmup import warm_up
from gatewise.comparison.tasks.base import Scores, Settings, Task, timed
from gatewise.errors import SavedModelError, TrainingError
from gatewise.estimators.saving.directory import model_bytes, saved_files
from gatewise.estimators.saving.fingerprint import not_asked_for_seen_data
from gatewise.inspection import cost
from gatewise.inspection.gradients import GradientFlow, gradient_flow
from gatewise.inspection.memory import peak_training_bytes
from gatewise.training.history import History
from gatewise.verdict.evidence import BackendFacts, Past, Structure

__all__ = ["CandidateFacts", "Job", "Purpose", "Result", "execute", "job_seed", "structure_of"]

INSPECTED = 64

Purpose = Literal["probe", "tune", "main", "amount", "length", "baseline"]


@dataclass(frozen=True)
class Job:
    """One training.

    Attributes
    ----------
    name : str
        Of the candidate.
    purpose : str
        Why it is run; together with name, fold, number and settings it identifies the job.
    fold, number : int
        Split, and which of the repetitions.
    settings : Settings or None
        ``None`` for baselines.
    inspect : bool
        Measure gradients, memory and latency as well.
    """

    name: str
    purpose: Purpose
    fold: int
    number: int
    settings: Settings | None
    inspect: bool = False


@dataclass(frozen=True)
class CandidateFacts:
    """What is measured once per candidate.

    Attributes
    ----------
    gates : dict of str to tuple of float
        The mean of all units of each gate at each step of one test sequence.
    files : dict of str to uint8 array
        The trained model as it would be saved, to be looked into later; empty where it cannot be saved.
    """

    structure: Structure
    backend: BackendFacts
    initial: GradientFlow
    trained: GradientFlow
    gates: dict[str, tuple[float, ...]]
    past: tuple[Past, ...]
    peak_training_bytes: int
    model_bytes: int
    step_latency_us: float
    files: dict[str, NDArray[np.uint8]]


@dataclass(frozen=True)
class Result:
    """What came of a job.

    Attributes
    ----------
    scores : Scores or None
    tuning_loss : float
        Of a "tune" job; infinite where it diverged.
    history : History or None
    fit_seconds : float
        Wall clock of fitting alone.
    model_bytes : int or None
        Of a baseline: what saving it would write; ``None`` where it cannot be saved.
    seconds : float
        Wall clock of the whole job.
    failure : str or None
        Why there are no scores.
    ended : bool
        A time limit has ended it; with more time there would be scores.
    """

    job: Job
    scores: Scores | None = None
    tuning_loss: float = float("inf")
    history: History | None = None
    inspection: CandidateFacts | None = None
    fit_seconds: float = 0.0
    model_bytes: int | None = None
    seconds: float = 0.0
    failure: str | None = None
    ended: bool = False


def job_seed(random_state: int, name: str, purpose: str, fold: int, number: int) -> int:
    """The seed of a job, from what identifies it and not from when it runs."""
    words = [random_state, zlib.crc32(name.encode()), zlib.crc32(purpose.encode()), fold, number]
    return int(np.random.SeedSequence(words).generate_state(1)[0] >> 1)


def execute(task: Task, job: Job, limit: float | None = None) -> Result:
    """Run one job in this process, with one thread of arithmetic; after ``limit`` seconds it is ended."""
    torch.set_num_threads(1)
    if job.settings is not None:
        warm_up(job.settings.cell)
    start = time.perf_counter()
    try:
        with time_limit(limit), not_asked_for_seen_data():
            result = _run(task, job)
    except TrainingError as error:
        result = Result(job, failure=str(error))
    except OutOfTime:
        result = Result(job, failure="ended by its time limit", ended=True)
    if result.history is not None and result.history.stopped == "interrupted":
        # A training keeps what it has when it is interrupted; among whole ones it has no place.
        raise KeyboardInterrupt
    return replace(result, seconds=time.perf_counter() - start)


def _run(task: Task, job: Job) -> Result:
    if job.settings is None:
        _, estimator = task.baselines()[job.name]
        _, seconds = timed(task.fit, estimator, job.fold)
        scores = _kept(task, estimator, job, task.score(estimator, job.fold))
        return Result(job, scores=scores, fit_seconds=seconds, model_bytes=_saved_size(estimator))
    estimator = task.estimator(job.settings)
    if job.purpose == "tune":
        loss = task.fit_for_tuning(estimator, job.fold, job.settings)
        return Result(
            job,
            tuning_loss=loss if np.isfinite(loss) else float("inf"),
            history=History.of_model(estimator.histories_),
        )
    _, seconds = timed(task.fit, estimator, job.fold, job.settings)
    scores = task.score(estimator, job.fold, job.settings)
    return Result(
        job,
        scores=_kept(task, estimator, job, scores),
        history=History.of_model(estimator.histories_),
        inspection=_inspect(task, estimator, job, scores) if job.inspect else None,
        fit_seconds=seconds,
    )


def _kept(task: Task, estimator: Any, job: Job, scores: Scores) -> Scores:
    """Answers of the first training of a fold, to be looked at; those of others would only take room."""
    if job.purpose not in ("main", "baseline") or job.number:
        return replace(scores, answers={})
    return replace(scores, answers=scores.answers | task.further_answers(estimator, job.fold, scores))


def _saved_size(estimator: Any) -> int | None:
    try:
        return model_bytes(estimator)
    except SavedModelError:
        return None


def _files(estimator: Any) -> dict[str, NDArray[np.uint8]]:
    try:
        return {name: np.frombuffer(content, np.uint8) for name, content in saved_files(estimator).items()}
    except SavedModelError:
        return {}


def _inspect(task: Task, estimator: Any, job: Job, scores: Scores) -> CandidateFacts:
    settings = cast(Settings, job.settings)
    batch = task.sample(estimator, INSPECTED)
    training_batch = task.sample(estimator, task.batch_size())
    trained = estimator.networks_[0]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        untrained = estimator._network()
    layer = trained.cell
    members = len(estimator.networks_)
    return CandidateFacts(
        structure=structure_of(trained, members).model_copy(
            update={
                "layers": layer.num_layers,
                "parts": parts_of(trained),
                "network": network_in_words(estimator),
            }
        ),
        backend=BackendFacts(name=layer.backend.name, reason=layer.backend.reason),
        initial=_flow(untrained, batch),
        trained=_flow(trained, batch),
        gates=gates_over_time(trained, task.sample(estimator, 1)),
        past=without_past(task, estimator, settings, scores),
        peak_training_bytes=peak_training_bytes(
            trained, lambda network: network(training_batch).square().mean()
        ),
        model_bytes=4 * members * cost.parameter_count(trained),
        step_latency_us=members * cost.step_latency_us(layer),
        files=_files(estimator),
    )


def structure_of(network: Any, members: int = 1) -> Structure:
    """Size of a model of some networks of one shape, and of their recurrent layers."""
    layer = network.cell
    return Structure(
        hidden_size=layer.hidden_size,
        members=members,
        parameters=members * cost.parameter_count(network),
        cell_parameters=members * cost.parameter_count(layer),
        gates=layer.gates,
        states=layer.states,
        multiply_adds_per_step=members * cost.multiply_adds_per_step(layer),
        state_bytes=members * cost.state_bytes(layer),
    )


def _flow(network: Any, batch: Any) -> GradientFlow:
    network.eval()
    with torch.no_grad():
        tokens = network.tokens(batch)
    return gradient_flow(network.cell, tokens, getattr(batch, "lengths", None))
