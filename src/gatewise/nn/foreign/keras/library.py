"""The one place that imports ``h5py``, which is optional."""

from __future__ import annotations

from typing import Any

from gatewise.errors import MissingDependencyError

__all__ = ["h5py"]


def h5py() -> Any:
    """Return the module ``h5py``.

    Raises
    ------
    MissingDependencyError
        It is not installed.
    """
    try:
        import h5py
    except ImportError:
        raise MissingDependencyError(
            "h5py, which reads files of Keras, is not installed: pip install 'gatewise[keras]'"
        ) from None
    return h5py
