"""The names of the tasks that data are for."""

from __future__ import annotations

from typing import Literal, TypeAlias

__all__ = ["SequenceTask", "Task"]

SequenceTask: TypeAlias = Literal["classification", "regression", "tagging"]
Task: TypeAlias = Literal["forecast", SequenceTask, "language"]
