"""Our operators are known to torch as soon as both packages are imported, in either order.

Files of ``torch.export`` and ``torch.jit`` name the operators of the layers in them, and torch reads such files in
programs that use nothing else of gatewise. To import torch for this here would make every command slow.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

__all__ = ["register_with_torch"]


def register_with_torch() -> None:
    """Register our operators now if torch is imported, and else right after it will have been."""
    if "torch" in sys.modules:
        _register()
    else:
        sys.meta_path.insert(0, _WhenImported())


def _register() -> None:
    # Whoever is importing the layers registers them, too.
    if "gatewise.nn" not in sys.modules:
        # torch is of use without them.
        with suppress(Exception):
            importlib.import_module("gatewise.nn")


class _WhenImported(MetaPathFinder):
    """Finds torch as others do, once, and has its loader register our operators at the end."""

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None = None,  # noqa: ARG002
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        if name != "torch" or self not in sys.meta_path:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            run = spec.loader.exec_module

            def run_and_register(module: ModuleType) -> None:
                run(module)
                _register()

            spec.loader.exec_module = run_and_register  # type: ignore[method-assign]
        return spec
