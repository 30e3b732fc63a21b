"""What a recurrent network has to beat, as one line of its task's table."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gatewise.estimators.extra import Extra
from gatewise.estimators.saving.directory import Savable
from gatewise.estimators.sequence_arguments import InputKind

__all__ = ["Baseline"]


@dataclass(frozen=True)
class Baseline:
    """An estimator without a recurrent network.

    Attributes
    ----------
    name : str
        In tables and reports.
    estimator : class
    description : str, or function of the task's configuration
        One line.
    kinds : tuple of {"values", "text", "audio"}, or None
        The kinds of sequence that it is compared on; ``None``: whatever the task has.
    per_step : bool
        Whether it can answer a value at every step of a sequence.
    extra : Extra or None
        What has to be installed for it; where that is not, it is named as not compared. Its estimator's module can be
        imported without.
    """

    name: str
    estimator: type[Savable]
    description: str | Callable[[Any], str]
    kinds: tuple[InputKind, ...] | None = None
    per_step: bool = True
    extra: Extra | None = None

    @property
    def at_hand(self) -> bool:
        """Whether what it needs is installed."""
        return self.extra is None or self.extra.at_hand

    def make(self, arguments: Mapping[str, Any]) -> Any:
        """An unfitted one, with those of the arguments that its constructor takes."""
        taken = inspect.signature(self.estimator).parameters
        return self.estimator(**{name: value for name, value in arguments.items() if name in taken})

    def describe(self, config: Any) -> str:
        """The description, for networks of this configuration."""
        return self.description if isinstance(self.description, str) else self.description(config)
