"""Every error that gatewise raises on purpose.

::

    GatewiseError
    ├── DataError (ValueError)             the data cannot be used as they are
    │   ├── ReadError                      a file cannot be read; names the file and the place
    │   ├── SeriesTooShortError            no series is long enough for one window
    │   └── LayerInputError (RuntimeError) what a layer or a stream is given does not fit it
    ├── ConfigurationError (ValueError)    an option has a value that cannot work
    ├── TrainingError (RuntimeError)
    │   └── DivergedError                  the loss became NaN or infinite; names the step
    ├── SavedModelError (ValueError)       a saved model cannot be read or written
    ├── ExportError (ValueError)           a model has no such written form
    │   └── StreamError                    a model cannot answer step by step
    └── MissingDependencyError (ImportError)  an optional part is not installed; names the command

A message says in one line where, what was expected, what came, and what to do; it spells options as the door that was
used does, see :mod:`gatewise.spelling`.

Two warnings (``UserWarning``): ``SeenDataWarning`` tells of a model that is evaluated on what it was fitted on,
``AxesWarning`` of an array whose axes are probably the other way round.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import Self

from gatewise.spelling import spelled_name

__all__ = [
    "AxesWarning",
    "ConfigurationError",
    "DataError",
    "DivergedError",
    "ExportError",
    "GatewiseError",
    "LayerInputError",
    "MissingDependencyError",
    "ReadError",
    "SavedModelError",
    "SeenDataWarning",
    "SeriesTooShortError",
    "StreamError",
    "TrainingError",
]


# Where files of this package lie, and the one by which IPython runs a cell.
_PACKAGE = os.path.dirname(__file__)  # noqa: PTH120 - this is imported by every command, pathlib is slower
_SHELL = os.path.join("IPython", "core", "interactiveshell.py")  # noqa: PTH118


class GatewiseError(Exception):
    """Base of every error raised on purpose; the command line prints it and exits with 1.

    Attributes
    ----------
    suggested : dict
        Options, by their Python names, that are likely to get past this error; nobody has tried them.
    others : tuple of str
        What else is in the way, in the order in which it would be met.
    remedy : dict
        Options that were tried: with them the data were read. Empty where none were found.
    found : object
        What was read with them.
    """

    suggested: Mapping[str, object] = MappingProxyType({})
    others: tuple[str, ...] = ()
    remedy: Mapping[str, object] = MappingProxyType({})
    found: object = None

    def suggesting(self, **options: object) -> Self:
        """The same error, with options that are likely to get past it."""
        self.suggested = options
        return self

    def _render_traceback_(self) -> list[str]:
        """Return what notebooks show: the user's own lines and the message, which says all there is to say.

        How this package came to see the mistake would stand above it on two screens.
        """
        import traceback

        lines = traceback.extract_tb(self.__traceback__)
        own = [
            line for line in lines if not line.filename.startswith(_PACKAGE) and _SHELL not in line.filename
        ]
        said = "\n".join((f"{type(self).__name__}: {self}", *getattr(self, "__notes__", ())))
        return ["".join([*traceback.format_list(own), said])]


class DataError(GatewiseError, ValueError):
    """The data cannot be used as they are."""


class ReadError(DataError):
    """A file or frame cannot be read; the message begins with its name and the place in it."""


class SeriesTooShortError(DataError):
    """No series is long enough for one window and one horizon."""


class LayerInputError(DataError, RuntimeError):
    """What a layer or a stream is given does not fit it; a ``RuntimeError`` too, as torch's layers raise."""


class ConfigurationError(GatewiseError, ValueError):
    """An option has a value that cannot work, is not known, or has no meaning here.

    Attributes
    ----------
    option : str or None
        The Python name of the option, where there is one; the message begins with it as it is spelled at the door
        that was used, see :mod:`gatewise.spelling`.
    """

    def __init__(self, message: str, *, option: str | None = None) -> None:
        super().__init__(message if option is None else f"{spelled_name(option)}: {message}")
        self.option = option


class TrainingError(GatewiseError, RuntimeError):
    """Training could not go on."""


class DivergedError(TrainingError):
    """The loss became NaN or infinite.

    Attributes
    ----------
    step : int
        The update, counted from 1, at which it happened.
    loss : float
        The loss that was seen.
    """

    def __init__(self, message: str, *, step: int, loss: float) -> None:
        super().__init__(message)
        self.step = step
        self.loss = loss

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only fields do not survive the default pickling between worker processes.
        return _rebuild_diverged, (str(self), self.step, self.loss)


def _rebuild_diverged(message: str, step: int, loss: float) -> DivergedError:
    return DivergedError(message, step=step, loss=loss)


class SavedModelError(GatewiseError, ValueError):
    """A saved model cannot be read or written."""


class ExportError(GatewiseError, ValueError):
    """A model cannot be written down in the form that is asked for; the message says why, and what can be had."""


class StreamError(ExportError):
    """A model cannot answer step by step; the message says why, and what does."""


class SeenDataWarning(UserWarning):
    """A model is evaluated on data that it was fitted on, which says little of new ones."""


class AxesWarning(UserWarning):
    """An array has many more channels than steps: its axes are probably (sequences, channels, time)."""


class MissingDependencyError(GatewiseError, ImportError):
    """An optional part is not installed; the message names the command that installs it."""
