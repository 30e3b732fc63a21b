"""Functions that kernels are made of: compiled into each kernel that calls them, and never by themselves.

``numba.njit`` gives every function wrappers for Python and C, optimises it and makes machine code of it, only for
all of that to be thrown away: a kernel links what it calls into one piece and optimises that. Leaving it out cuts
the time to compile a cell to less than half.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import _dynfunc
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import PassManager, register_pass
from numba.core.registry import CPUDispatcher
from numba.core.typed_passes import NativeLowering

__all__ = ["inner"]


class _Ingredient(JITCodeLibrary):  # type: ignore[misc]  # numba's are untyped
    """Code as it was written, to be linked into other code."""

    def _optimize_functions(self, ll_module: Any) -> None:
        ll_module.data_layout = self._codegen._data_layout

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


@register_pass(mutates_CFG=True, analysis_only=False)
class _Lowering(NativeLowering):  # type: ignore[misc]
    _name = "gatewise_inner_lowering"

    def __init__(self) -> None:
        NativeLowering.__init__(self)

    def run_pass(self, state: Any) -> bool:
        context = state.targetctx
        library = state.library = _Ingredient(context.codegen(), state.func_id.func_qualname)
        state.flags.no_compile = True
        super().run_pass(state)
        # What callers know the function by; there is nothing behind it that Python could call.
        made = state["cr"]
        name = made.fndesc.qualname.rpartition(".")[2]
        entry = _dynfunc.make_function(
            made.fndesc.lookup_module(), name, made.fndesc.doc, 0, made.env, (library,)
        )
        context.insert_user_function(entry, made.fndesc, [library])
        state["cr"] = made._replace(cfunc=entry)
        return True


class _Compiler(CompilerBase):  # type: ignore[misc]
    def define_pipelines(self) -> list[PassManager]:
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
        passes.passes = [
            (_Lowering if step is NativeLowering else step, what) for step, what in passes.passes
        ]
        passes.finalize()
        return [passes]


class _Inner(CPUDispatcher):  # type: ignore[misc]
    def __call__(self, *args: object, **kwargs: object) -> None:
        # There is no machine code behind it.
        raise TypeError(f"{self.py_func.__qualname__} is called by kernels only; its py_func is plain Python")


def inner(function: Callable[..., Any]) -> Any:
    """Decorate a function that only kernels call; what is divided by zero is what numpy makes of it."""
    options = {
        "nopython": True,
        "error_model": "numpy",
        "no_cpython_wrapper": True,
        "no_cfunc_wrapper": True,
    }
    return _Inner(function, targetoptions=options, pipeline_class=_Compiler)
