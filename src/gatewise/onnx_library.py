"""The one place that imports ``onnx`` and ``onnxruntime``, which are optional."""

from __future__ import annotations

from typing import Any

from gatewise.errors import MissingDependencyError

__all__ = ["onnx", "runtime"]


def onnx() -> Any:
    """Return the module ``onnx``.

    Raises
    ------
    MissingDependencyError
        It is not installed.
    """
    try:
        import onnx
        import onnx.inliner
    except ImportError:
        raise _missing("onnx", "reads and writes") from None
    return onnx


def runtime() -> Any:
    """Return the module ``onnxruntime``.

    Raises
    ------
    MissingDependencyError
        It is not installed.
    """
    try:
        import onnxruntime  # type: ignore[import-untyped]
    except ImportError:
        raise _missing("onnxruntime", "checks") from None
    return onnxruntime


def _missing(name: str, does: str) -> MissingDependencyError:
    return MissingDependencyError(
        f"{name}, which {does} ONNX files, is not installed: pip install 'gatewise[onnx]'"
    )
