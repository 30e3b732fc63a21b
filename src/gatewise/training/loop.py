"""The training loop, read from top to bottom; what it trains, on what and how it is scored are its arguments.

One update is: rate, loss, gradient, clipping, check, AdamW. Around it, in the order of the code::

    which parameters decay          matrices, not biases                             _parameter_groups
    how long                        ``steps`` updates or ``max_seconds``             progress, "time"
    the learning rate               warm-up and cosine over that progress            TrainingConfig.rate_at
    exploding gradients             scaled down to ``clip_norm``, counted            _clip_gradients
    a loss that climbs for long     back to the best weights, at half the rate       Recovery
    divergence                      NaN or infinity where nothing is left to go to   _diverged
    what is recorded                smoothed loss and time, at 100 moments           History
    progress bars                   ten reports a second at the most                 _seconds_left
    held-out data                   every tenth of a run; ``patience`` may end it    _evaluate, "patience"
    Ctrl-C                          the best weights so far                          "interrupted"

Neither here: weights are not averaged over updates (members of an ensemble are, in their answers, see
:mod:`gatewise.estimators.members`), and the caller passes the source of random numbers.
"""

from __future__ import annotations

import copy
import math
import statistics
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import torch
from torch import Tensor, nn

from gatewise.errors import DivergedError
from gatewise.training.config import TrainingConfig
from gatewise.training.history import History, Progress
from gatewise.training.recovery import Recovery

__all__ = ["train"]

Batch = TypeVar("Batch")
Weights = dict[str, Tensor]


def train(
    model: nn.Module,
    batches: Iterator[Batch],
    loss_of: Callable[[nn.Module, Batch], Tensor],
    config: TrainingConfig,
    *,
    steps: int,
    validate: Callable[[nn.Module], float] | None = None,
    report: Callable[[Progress], None] | None = None,
) -> History:
    """Train ``model`` in place and return what happened.

    Parameters
    ----------
    model : Module
    batches : iterator
        Endless; one item per update.
    loss_of : callable
        ``loss_of(model, batch)`` gives the scalar to minimise.
    config : TrainingConfig
    steps : int
        Updates to plan for.
    validate : callable, optional
        ``validate(model)`` gives the loss on held-out data, with the model in evaluation mode.
    report : callable, optional
        Called about ten times a second at the most.

    Returns
    -------
    History

    Raises
    ------
    DivergedError
        The loss or a gradient became NaN or infinite before there were weights to go back to, or again and again.

    Notes
    -----
    ``Ctrl-C`` ends the run with the best weights so far (the last ones where nothing was validated) and
    ``stopped="interrupted"``; it is raised again only if not one update was made.
    """
    optimizer = torch.optim.AdamW(
        _parameter_groups(model, config.weight_decay), lr=config.peak_rate, fused=True
    )
    parameters = [p for p in model.parameters() if p.requires_grad]
    recovery = Recovery(model, optimizer, steps)
    evaluate_every = config.evaluate_every or max(1, steps // 10)
    record_every = max(1, steps // 100)
    # Losses of single batches are too noisy to say when a target was reached: a mean of the last few is kept.
    smoothed = max(20, record_every)
    history = History()
    best: tuple[float, Weights] | None = None
    durations: list[float] = []
    recent: list[float] = []
    clipped = bad = 0
    start = last = reported = time.perf_counter()
    model.train()
    try:
        for step in range(1, steps + 1):
            # With a time limit, time is progress too, and whichever is further decides: the cosine then comes
            # down to zero at the limit. A run that is cut off at a high rate has not settled yet.
            elapsed = last - start
            progress = (step - 1) / steps
            if config.max_seconds is not None:
                progress = max(progress, elapsed / config.max_seconds)
                if progress >= 1.0:
                    recovery.finish(history.steps)
                    history.stopped = "time"
                    break
            # The first update of a warm-up would have a rate of zero: count it as half done.
            rate = recovery.slower * config.rate_at(progress + 0.5 / steps)
            for group in optimizer.param_groups:
                group["lr"] = rate

            loss = loss_of(model, next(batches))
            # Gradients are dropped, not zeroed: the way back writes new ones instead of adding to them.
            model.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
            norm = _clip_gradients(parameters, config.clip_norm)
            # Checked before the update, so that the weights are never NaN.
            value = loss.item()
            if math.isfinite(value) and math.isfinite(norm):
                optimizer.step()
                clipped += norm > config.clip_norm
                recent = [*recent[-(smoothed - 1) :], value]
                recovery.observe(step, value)
            elif not recovery.failed(step):
                raise _diverged(step, steps, value, norm, rate, config.peak_rate)

            history.steps = step
            if step == steps:
                recovery.finish(step)
            # Evaluations and reports do not count as time of an update, but they do count against the limit.
            now = time.perf_counter()
            durations.append(now - last)
            if step % record_every == 0 or step == steps:
                history.seconds.append(now - start)
                history.loss.append(statistics.fmean(recent))
            if report is not None and (now - reported > 0.1 or step == steps):
                left = _seconds_left(now - start, step, steps, config)
                expected = min(steps, step + round(step * left / (now - start)))
                report(Progress(step, expected, statistics.fmean(recent), left))
                reported = now
            if validate is not None and (step % evaluate_every == 0 or step == steps):
                score = _evaluate(model, validate)
                history.evaluations.append((step, now - start, score))
                # The best weights are copied even without patience: an interrupted run goes back to them.
                if best is None or score < best[0]:
                    best, bad = (score, copy.deepcopy(model.state_dict())), 0
                else:
                    bad += 1
                if config.patience is not None and bad >= config.patience:
                    history.stopped = "patience"
                    break
            last = time.perf_counter()
    except KeyboardInterrupt:
        if history.steps == 0:
            raise
        history.stopped = "interrupted"
    history.restarts = recovery.updates
    # A run that ended by itself, annealed, keeps its last weights: they generalise better than the best on the way.
    if best is not None and history.stopped in ("patience", "interrupted"):
        model.load_state_dict(best[1])
    if history.stopped != "finished":
        # Such a run ends between two records.
        history.seconds.append(time.perf_counter() - start)
        history.loss.append(statistics.fmean(recent))
    # The last evaluation is due after the last update, whichever that was.
    if validate is not None and history.stopped == "time":
        history.evaluations.append((history.steps, last - start, _evaluate(model, validate)))
    # The median: on a machine with other work a few updates take many times as long as the rest.
    history.step_seconds = statistics.median(durations) if durations else 0.0
    history.clip_rate = clipped / max(1, history.steps)
    model.eval()
    return history


def _parameter_groups(model: nn.Module, decay: float) -> list[dict[str, object]]:
    """Return two groups for AdamW: matrices decay; biases, and all else with one axis, do not."""
    trained = [p for p in model.parameters() if p.requires_grad]
    return [
        {"params": [p for p in trained if p.ndim >= 2], "weight_decay": decay},
        {"params": [p for p in trained if p.ndim < 2], "weight_decay": 0.0},
    ]


def _clip_gradients(parameters: list[nn.Parameter], limit: float) -> float:
    """Scale gradients down to the limit, and return their norm before that."""
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    norm = nn.utils.get_total_norm(gradients)
    # Most updates are within it, and for them torch's own would multiply everything by one.
    if not norm <= limit:
        nn.utils.clip_grads_with_norm_(parameters, limit, norm)
    return float(norm)


def _evaluate(model: nn.Module, validate: Callable[[nn.Module], float]) -> float:
    # Dropout and noise off, and on again for the updates that follow.
    model.eval()
    with torch.inference_mode():
        score = validate(model)
    model.train()
    return score


def _seconds_left(elapsed: float, step: int, steps: int, config: TrainingConfig) -> float:
    # Whichever ends the run first, as in the loop.
    by_steps = elapsed / step * (steps - step)
    if config.max_seconds is None:
        return by_steps
    return max(0.0, min(by_steps, config.max_seconds - elapsed))


def _diverged(step: int, steps: int, loss: float, norm: float, rate: float, peak: float) -> DivergedError:
    what = f"the loss became {loss}" if not math.isfinite(loss) else f"the gradient's norm became {norm}"
    return DivergedError(
        f"training diverged at step {step} of {steps}: {what} at learning rate {rate:.2g}; "
        f"try learning_rate={peak / 3:.1g} or less, or look for extreme values in the data",
        step=step,
        loss=loss,
    )
