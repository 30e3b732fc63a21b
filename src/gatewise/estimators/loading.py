"""Loading what :mod:`gatewise.estimators.saving.directory` has saved, and every estimator by its name in such files."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol, TypeVar, overload

from gatewise.errors import SavedModelError
from gatewise.estimators.kinds import KINDS
from gatewise.estimators.regression.constant import MeanRegressor
from gatewise.estimators.saving.directory import CONFIG, Savable, SavedState
from gatewise.estimators.saving.reading import brief, damaged, read_files

__all__ = ["ESTIMATORS", "Model", "load"]

# No longer compared, and loaded where a version before has saved them.
RETIRED: tuple[type[Savable], ...] = (MeanRegressor,)
ESTIMATORS: dict[str, type[Savable]] = {
    kind.__name__: kind
    for task in KINDS.values()
    for kind in (task.estimator, *(baseline.estimator for baseline in task.baselines))
} | {kind.__name__: kind for kind in RETIRED}


class Model(Protocol):
    """What :func:`load` gives where nobody says what was saved: an estimator of some task.

    All can be saved again and evaluated, and all but language models predict; what else there is depends on the task.
    """

    def predict(self, *args: Any, **words: Any) -> Any:
        """Forecast, classify, estimate or tag."""

    def evaluate(self, *args: Any, **words: Any) -> dict[str, float]:
        """Measure errors on other data."""

    def save(self, path: str | Path) -> Path:
        """Save it."""

    def __getattr__(self, name: str) -> Any:
        """What a task has beside these, such as ``classes_`` or ``generate``."""


M = TypeVar("M")


@overload
def load(path: str | Path) -> Model: ...
@overload
def load(path: str | Path, kind: type[M]) -> M: ...
def load(path: str | Path, kind: type | None = None) -> Any:
    """The estimator that was saved at ``path``.

    Parameters
    ----------
    path : path
    kind : class, optional
        What is expected, such as :class:`gatewise.SequenceForecaster`: another is refused, and editors and type
        checkers know what comes.

    Returns
    -------
    estimator
        Of ``kind``, or of whatever was saved.

    Raises
    ------
    SavedModelError
        There is no saved model, it is damaged, a newer gatewise wrote it, or it is none of ``kind``.
    """
    model = _load(Path(path))
    if kind is not None and not isinstance(model, kind):
        raise SavedModelError(f"{path}: expected a {kind.__name__}, found a {type(model).__name__}")
    return model


def _load(path: Path) -> Any:
    config, arrays = read_files(path)
    name = config["class"]
    kind = ESTIMATORS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise SavedModelError(
            f"{path}: {CONFIG}: class: expected one of {len(ESTIMATORS)} estimators, such as "
            f"{next(iter(ESTIMATORS))}, found {brief(name)!r}; upgrade gatewise to read it"
        )
    try:
        return kind._from_saved(SavedState(config, arrays, []))
    except SavedModelError as error:
        raise SavedModelError(f"{path}: {error}") from None
    except (
        ArithmeticError, AttributeError, LookupError, MemoryError, NotImplementedError, RuntimeError, TypeError,
        ValueError,
    ) as error:  # fmt: skip
        raise damaged(path, error) from None
