"""Running a program: its instructions one after the other, in one call that takes one address.

::

    call    0 where it went to its end, else 1; the number of instructions; their address
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from numba import types
from numba.extending import intrinsic

from gatewise.kernels.compiling.compiled import compiled
from gatewise.kernels.compiling.inner import inner
from gatewise.kernels.program.instructions import (
    ALL_FINITE,
    BOOL,
    DOT,
    FIELDS,
    FLOAT32,
    FLOAT64,
    GATHER,
    GREATER_OR_EQUAL,
    INT64,
    IS_NAN,
    MINIMUM,
    NOT,
    PRODUCT,
    SIGMOID,
    SOFTMAX,
    STEP,
    TO,
    WHERE,
)
from gatewise.kernels.program.loops import (
    all_finite,
    arithmetic,
    chosen,
    comparison,
    converted,
    dots,
    function,
    gathered,
    is_nan,
    logic,
    softmax,
    whole,
)
from gatewise.kernels.threads.sync import flush_denormals, restore_denormals, start
from gatewise.kernels.vector.gemm import product
from gatewise.kernels.vector.simd import pointer

__all__ = ["interpreter"]


@cache
def interpreter() -> Callable[..., None]:
    """Compile what runs programs, or load it."""
    return compiled(run_program, types.void(types.CPointer(types.int64)))


def _typed(dtype):
    @intrinsic
    def typed(typingctx, address):
        """Make an address a pointer to numbers of a kind."""

        def codegen(context, builder, signature, args):
            return builder.inttoptr(args[0], context.get_value_type(signature.return_type))

        return types.CPointer(dtype)(types.int64), codegen

    return typed


_singles, _doubles, _integers, _flags = map(_typed, (types.float32, types.float64, types.int64, types.uint8))


def run_program(call):
    """Run a program to its end, or to the first input that is not finite."""
    before = flush_denormals()
    single, double, integer, flag = _singles(0), _doubles(0), _integers(0), _flags(0)
    call[0] = 0
    for number in range(call[1]):
        at = _integers(call[2] + 8 * FIELDS * number)
        operation, kind = at[0], at[1]
        if operation == STEP:
            start(at[7], at[10], 0, 1, 1)
        elif operation <= MINIMUM:
            if kind == FLOAT32:
                arithmetic(at, single)
            elif kind == FLOAT64:
                arithmetic(at, double)
            else:
                whole(at, integer)
        elif operation <= GREATER_OR_EQUAL:
            if kind == FLOAT32:
                comparison(at, single, flag)
            elif kind == FLOAT64:
                comparison(at, double, flag)
            else:
                comparison(at, integer, flag)
        elif operation <= SIGMOID:
            if kind == FLOAT32:
                function(at, single)
            else:
                function(at, double)
        elif operation == IS_NAN:
            if kind == FLOAT32:
                is_nan(at, single, flag)
            else:
                is_nan(at, double, flag)
        elif operation <= NOT:
            logic(at, flag)
        elif operation == WHERE:
            if kind == FLOAT32:
                chosen(at, single, flag)
            elif kind == FLOAT64:
                chosen(at, double, flag)
            else:
                chosen(at, integer, flag)
        elif operation == GATHER:
            if kind == FLOAT32:
                gathered(at, single, integer)
            else:
                gathered(at, integer, integer)
        elif operation == SOFTMAX:
            if kind == FLOAT32:
                softmax(at, single)
            else:
                softmax(at, double)
        elif operation == DOT:
            if kind == FLOAT32:
                dots(at, single)
            else:
                dots(at, double)
        elif operation == PRODUCT:
            if kind == FLOAT32:
                _multiply(at, single)
            else:
                _multiply(at, double)
        elif operation == ALL_FINITE:
            if not all_finite(at, single):
                call[0] = 1
                break
        elif operation == TO + FLOAT32:
            if kind == FLOAT32:
                converted(at, single, single)
            elif kind == FLOAT64:
                converted(at, double, single)
            elif kind == INT64:
                converted(at, integer, single)
            else:
                converted(at, flag, single)
        elif operation == TO + FLOAT64:
            if kind == FLOAT32:
                converted(at, single, double)
            elif kind == FLOAT64:
                converted(at, double, double)
            else:
                converted(at, integer, double)
        elif operation == TO + INT64:
            if kind == FLOAT32:
                converted(at, single, integer)
            elif kind == FLOAT64:
                converted(at, double, integer)
            elif kind == INT64:
                converted(at, integer, integer)
            else:
                converted(at, flag, integer)
        elif operation == TO + BOOL:
            converted(at, flag, flag)
    restore_denormals(before)


@inner
def _multiply(at, kind):
    product(
        at[17],
        pointer(at[7], kind),
        at[8],
        at[2],
        at[16],
        pointer(at[10], kind),
        at[3],
        pointer(at[4], kind),
        at[5],
        False,
    )
