"""What a comparison is asked to do."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from gatewise.validation import seconds_from
from gatewise.verdict.preferences import Preferences

__all__ = ["ComparisonConfig", "Match"]

Match = Literal["parameters", "hidden", "time"]


def _seconds(time: float | str | None) -> float | None:
    return None if time is None else seconds_from(time)


class ComparisonConfig(Preferences):
    """Settings of a comparison, with the preferences and limits of its verdict.

    Attributes
    ----------
    match : {"parameters", "hidden", "time"}
        What is equal for all cells: parameters of the whole network (default: it is what a model costs to
        keep), hidden size, or wall-clock time of a training.
    hidden_size : int or None
        Of the reference cell (GRU where it takes part); ``None``: what the estimator takes by itself.
    folds : int or None
        Splits: rolling origins for forecasting, stratified folds for classification. ``None``: one; but of
        sequences that belong to at most ten groups each group is tested on in turn, and of up to 29 groups at least
        ten are tested on.
    seeds : int, default 5
        Networks per cell and fold. Intervals with fewer than three are very wide. With five or more, and where what
        seeds do decides the verdict, up to ten are trained of the cells that it hangs on; fewer are kept as asked.
    trials : int, default 4
        Learning rates tried per cell, the same number for each, the best two with a second seed; with one trial each
        cell is trained with the rate that ``fit`` takes.
    curves : bool, default True
        Measure error against sequence length and amount of training data, too.
    budget : float, str or None
        Wall-clock time for everything that is trained, in seconds or as ``"90s"``, ``"10m"``, ``"1h"``; what is
        left out to keep it is reported. Compiling the kernels, once for a processor, does not count. (The
        ``max_seconds`` of an estimator limits one training.)
    workers : int or None
        Processes, one thread of arithmetic each; ``None``: one per core.
    save : str or None
        Name of the candidate that is fitted and saved in the end, a cell or a baseline; ``None``: the recommended one.
    refit_all : bool, default False
        Fit the model that is saved on a test set of its own, too; then nothing is left to test it on.
    prefer, max_parameters, max_step_latency_us, max_state_bytes
        As in :class:`~gatewise.verdict.recommend.Preferences`; they change the verdict and which model is fitted
        at the end, not what is measured.
    """

    match: Match = Field(default="parameters", description="What is equal for all cells.")
    hidden_size: int | None = Field(
        default=None,
        ge=1,
        description="Units of the GRU; the others are matched to it. By default as many as fit takes.",
    )
    folds: int | None = Field(
        default=None,
        ge=1,
        description="Splits into training and test; 1 by default, more where groups are few.",
    )
    seeds: int = Field(default=5, ge=2, description="Networks per cell and fold.")
    trials: int = Field(default=4, ge=1, description="Learning rates tried per cell.")
    curves: bool = Field(default=True, description="Measure error against length and amount of data.")
    budget: Annotated[float | None, BeforeValidator(_seconds)] = Field(
        default=None,
        gt=0,
        description="Time for all trainings together, such as 90s or 10m; fit's --max-seconds is of one.",
    )
    workers: int | None = Field(default=None, ge=1, description="Processes; one per core by default.")
    save: str | None = Field(
        default=None, description="Candidate to save, such as GRU or linear; by default the recommended one."
    )
    refit_all: bool = Field(default=False, description="Fit the model that is saved on the --test data, too.")

    @property
    def preferences(self) -> Preferences:
        """What the verdict goes by."""
        return Preferences(**{name: getattr(self, name) for name in Preferences.model_fields})
