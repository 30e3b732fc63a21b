"""What only some users need: an optional part of the package, by the module that it brings."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from gatewise.errors import MissingDependencyError

__all__ = ["Extra"]


@dataclass(frozen=True)
class Extra:
    """An extra of the package.

    Attributes
    ----------
    name : str
        As ``pip install "gatewise[name]"`` calls it.
    module : str
        What is imported of it.
    """

    name: str
    module: str

    @property
    def install(self) -> str:
        """The command that installs it."""
        return f'pip install "gatewise[{self.name}]"'

    @property
    def at_hand(self) -> bool:
        """Whether it is installed; nothing is imported to know."""
        return find_spec(self.module) is not None

    def load(self) -> Any:
        """Import the module.

        Raises
        ------
        MissingDependencyError
            It is not installed; the message names the command.
        """
        try:
            with warnings.catch_warnings():
                # A bar that nobody asked for asks for ipywidgets in notebooks.
                warnings.filterwarnings("ignore", message="IProgress not found")
                return import_module(self.module)
        except ModuleNotFoundError as error:
            if error.name != self.module.partition(".")[0]:
                raise
            raise MissingDependencyError(f"{self.module} is not installed: {self.install}") from None
