"""How a cell was trained: its learning rate and how that was found, its times, its losses."""

from __future__ import annotations

from gatewise.verdict.value import Value

__all__ = ["LossCurve", "Training", "Trial", "ValidationCurve"]


class Trial(Value):
    """A learning rate that was tried.

    Attributes
    ----------
    learning_rate : float
    loss : float
        On rows held out of the training part, which rates are chosen by; infinite where it diverged.
    seconds : float
        Wall clock of the whole trial.
    seed : int
        Which of the tuning's seeds, each with rows of its own held out.
    """

    learning_rate: float
    loss: float
    seconds: float
    seed: int = 0


class LossCurve(Value):
    """The smoothed training loss of one training; at most 30 moments.

    Attributes
    ----------
    fold, number : int
        The split of the data, and which of its trainings.
    steps : tuple of int
        Updates by then.
    loss : tuple of float
    """

    fold: int
    number: int
    steps: tuple[int, ...]
    loss: tuple[float, ...]


class ValidationCurve(LossCurve):
    """The loss on rows held out, while one model was trained; at most 50 moments.

    Attributes
    ----------
    seconds : tuple of float
        Wall clock by then.
    """

    seconds: tuple[float, ...]


class Training(Value):
    """The training efficiency of a cell.

    Attributes
    ----------
    learning_rate : float
        The tuned one, and that of the model that is shipped.
    rates : tuple of float
        The rates that seeds were trained with in turn: what each of two seeds of the tuning would have chosen.
    step_seconds : float
        Median wall-clock time of one update.
    steps_per_second : float
    seconds_to_target : Estimate or None
        To the loss that every cell reached (the worst cell's best loss); ``None`` where never.
    target_loss : float
    seconds : float
        One training, mean over folds and seeds.
    curve_seconds, curve_loss : tuple of float
        Median run: smoothed training loss against wall clock.
    diverged : int
        Trainings that ended in NaN; they count as failures, not as scores.
    unstable : int
        Trainings that went back to earlier weights, with a lower rate, as their loss had climbed for long or was no
        number any more; their scores count.
    trials : tuple of Trial
        The learning rates that were tried, in the order in which they were.
    validation : tuple of ValidationCurve
        Of every training that held rows out to watch the loss.
    curves : tuple of LossCurve
        Of every training.
    """

    learning_rate: float
    step_seconds: float
    steps_per_second: float
    seconds_to_target: float | None
    target_loss: float
    seconds: float
    curve_seconds: tuple[float, ...]
    curve_loss: tuple[float, ...]
    diverged: int
    unstable: int = 0
    rates: tuple[float, ...] = ()
    trials: tuple[Trial, ...] = ()
    validation: tuple[ValidationCurve, ...] = ()
    curves: tuple[LossCurve, ...] = ()
