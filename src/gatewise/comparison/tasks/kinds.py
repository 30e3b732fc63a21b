"""How each kind of task is compared: the class for what was read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from gatewise.comparison.tasks.base import Task
from gatewise.comparison.tasks.classification import ClassificationTask
from gatewise.comparison.tasks.forecast import ForecastTask
from gatewise.comparison.tasks.language import LanguageTask
from gatewise.comparison.tasks.regression import RegressionTask
from gatewise.comparison.tasks.tagging import TaggingTask
from gatewise.data.readers.task import Found
from gatewise.estimators.kinds import KINDS

__all__ = ["TASKS", "task_for"]

TASKS: dict[str, Any] = {
    task.name: task for task in (ForecastTask, ClassificationTask, RegressionTask, TaggingTask, LanguageTask)
}


def task_for(
    found: Found,
    test: Found | None,
    options: Mapping[str, Any],
    *,
    config: BaseModel | None,
    folds: int | None,
    random_state: int,
) -> Task:
    """What is compared on these data.

    Parameters
    ----------
    found, test : what was read; ``test`` is a test set of its own
    options : dict
        Those of the task that were given; see :class:`~gatewise.estimators.kinds.TaskKind`.
    config : configuration of the estimator, optional
    folds : int or None
        ``None``: one, or every group in turn where there are few.

    Raises
    ------
    ConfigurationError
        An option or a configuration is for another task, one is missing, or the test set is of another kind.
    """
    name = found.task
    assert name is not None, "data that are read for a task have one"
    prototype = KINDS[name].build(options, config=config)
    if test is not None:
        TASKS[name].check_test(test)
    task: Task = TASKS[name](found, prototype, test=test, folds=folds, random_state=random_state)
    return task
