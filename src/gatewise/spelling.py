"""How messages spell an option: as the shell takes it, or as Python does, by the door that was used.

Every message that names an option, an error as a note or a sentence of the verdict, asks :func:`spelled` for it. What
is called from Python spells as Python; the command line runs inside :func:`shell_spelling`.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["shell_spelling", "spelled", "spelled_name", "spelled_task"]

# Options whose name in the shell is not the one in Python with dashes.
SHELL_NAMES = {"random_state": "seed"}
# Flags whose opposite has a name of its own.
OPPOSITES = {"day_first": "--month-first"}
# What a task is called where there is no ``task=``: by the estimator that does it.
ESTIMATORS = {
    "forecast": "SequenceForecaster",
    "classification": "SequenceClassifier",
    "regression": "SequenceRegressor",
    "tagging": "SequenceTagger",
    "language": "LanguageModel",
}

# Of the process, not of a thread: both doors are used together in tests only, and helpers' threads speak as theirs.
_shell = False


@contextmanager
def shell_spelling() -> Iterator[None]:
    """Have options spelled as flags: what the command line does around all that it calls."""
    global _shell
    before, _shell = _shell, True
    try:
        yield
    finally:
        _shell = before


def spelled(option: str, *values: object) -> str:
    """An option, with a value or several to choose from: ``--duplicates first or last``.

    Parameters
    ----------
    option : str
        Its name in Python.
    *values : str, number, bool, or sequence of str
        Without one the option alone: ``--target``, or ``target=``.
    """
    if not _shell:
        return f"{option}={' or '.join(map(_literal, values))}"
    if values and values[0] is False and option in OPPOSITES:
        return OPPOSITES[option]
    if values and values[0] is False:
        return f"--no-{_flag(option).removeprefix('--')}"
    if values and values[0] is True:
        return _flag(option)
    return " ".join([_flag(option), *[" or ".join(map(_word, values))][: len(values)]])


def spelled_name(option: str) -> str:
    """An option's name as messages begin with it: ``--target``, or ``target``."""
    return _flag(option) if _shell else option


def spelled_task(task: str) -> str:
    """How to ask for a task: ``--task tagging``; from Python, by the word or by the estimator that does it."""
    return spelled("task", task) + ("" if _shell else f" or {ESTIMATORS[task]}")


def _flag(option: str) -> str:
    return f"--{SHELL_NAMES.get(option, option).replace('_', '-')}"


def _word(value: object) -> str:
    return shlex.quote(",".join(map(str, value)) if isinstance(value, list | tuple) else str(value))


def _literal(value: object) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_literal, value))}]"
    return repr(value)
