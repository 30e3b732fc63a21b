"""What is told of a running comparison."""

from __future__ import annotations

from dataclasses import dataclass

from gatewise.comparison.jobs.job import Purpose, Result

__all__ = ["Finished", "Stage"]


@dataclass(frozen=True)
class Finished:
    """One training that has ended; ``str`` of it is a line such as ``[12/45] GRU seed 3: MASE 0.412 (8.1 s)``.

    Attributes
    ----------
    done, total : int
        Trainings of the whole comparison by now, and in all that were planned; baselines are not among them.
    name : str
        Of the candidate.
    purpose : {"tune", "main", "amount", "length", "baseline"}
    what : str
        Which of its trainings: "seed 3", "fold 1 seed 3", "learning rate 0.003", "25 % of the data, seed 0".
    error_name : str
        What ``error`` is; "validation loss" while learning rates are tuned.
    error : float or None
        On the test part; ``None`` where the training failed.
    seconds : float
        Wall clock of the job.
    failure : str or None
    more : bool
        Of the seeds that are added as the verdict hangs on them; ``done`` and ``total`` count these alone, which nobody
        could count before: ``[2/6 more] GRU seed 5: …``.
    """

    done: int
    total: int
    name: str
    purpose: Purpose
    what: str
    error_name: str
    error: float | None
    seconds: float
    failure: str | None = None
    more: bool = False

    def __str__(self) -> str:
        came = (
            f"{self.error_name} {self.error:.3g}" if self.error is not None else self.failure or "no result"
        )
        who = " ".join(filter(None, (self.name, self.what)))
        if self.purpose == "baseline":
            return f"{who}: {came} ({self.seconds:.1f} s)"
        place = f"[{self.done:{len(str(self.total))}}/{self.total}{' more' if self.more else ''}]"
        return f"{place} {who}: {came} ({self.seconds:.1f} s)"

    @classmethod
    def of(
        cls, result: Result, metric: str, done: int, total: int, *, folds: int = 1, more: bool = False
    ) -> Finished | None:
        """What there is to tell of a result; ``None`` of probes."""
        job = result.job
        if job.purpose == "probe":
            return None
        what = f"seed {job.number}" if folds == 1 else f"fold {job.fold} seed {job.number}"
        error = None if result.scores is None else float(result.scores.units.mean())
        failure = result.failure
        if job.purpose == "baseline":
            what = "" if folds == 1 else f"fold {job.fold}"
            failure = "takes too long for now" if result.ended else failure
        elif job.settings is None:
            return None
        elif job.purpose == "tune":
            what, metric = f"learning rate {job.settings.learning_rate:.2g}", "validation loss"
            error = result.tuning_loss if result.failure is None else None
        elif job.purpose == "amount":
            what = f"{job.settings.amount:.0%} of the data, seed {job.number}".replace("%", " %")
        elif job.purpose == "length":
            what = f"{job.settings.length:.0%} of the length, seed {job.number}".replace("%", " %")
        return cls(done, total, job.name, job.purpose, what, metric, error, result.seconds, failure, more)


@dataclass(frozen=True)
class Stage:
    """Where a running comparison stands; :mod:`gatewise.comparison.watching` shows it.

    Attributes
    ----------
    name : str
        "kernels", "probing" (with the baselines), "tuning", "training", "curves", "more seeds", "model".
    done, total : int
        Jobs of the stage.
    seconds_left : float or None
        Until the end of the whole comparison, where it is known; corrected by how long finished jobs took.
    finished : Finished or None
        The training that has just ended, if that is what there is to tell.
    notes : tuple of str
        What there is to say before trainings begin: what is left out to keep the budget.
    plan : tuple of str
        What will be trained, a line each; told once, when it is settled.
    running : tuple of str
        Candidates at work, a name for each job.
    """

    name: str
    done: int
    total: int
    seconds_left: float | None = None
    finished: Finished | None = None
    notes: tuple[str, ...] = ()
    plan: tuple[str, ...] = ()
    running: tuple[str, ...] = ()
