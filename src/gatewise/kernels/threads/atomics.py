"""Integers that several threads read and write at once, and giving the processor away."""

from __future__ import annotations

import sys

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from gatewise.kernels.vector.simd import INDEX

__all__ = ["add", "give_way", "look", "replace"]

_I32 = ir.IntType(32)


@intrinsic
def add(typingctx, address, value):
    """Add to an integer in memory at once for all threads; returns what stood there."""

    def codegen(context, builder, signature, args):
        p = builder.inttoptr(args[0], INDEX.as_pointer())
        return builder.atomic_rmw("add", p, args[1], "seq_cst")

    return types.int64(types.int64, types.int64), codegen


@intrinsic
def look(typingctx, address):
    """Read an integer that other threads write."""

    def codegen(context, builder, signature, args):
        p = builder.inttoptr(args[0], INDEX.as_pointer())
        return builder.load_atomic(p, "acquire", 8)

    return types.int64(types.int64), codegen


@intrinsic
def replace(typingctx, address, before, after):
    """Write an integer if ``before`` still stands there; says whether it did."""

    def codegen(context, builder, signature, args):
        p = builder.inttoptr(args[0], INDEX.as_pointer())
        return builder.extract_value(builder.cmpxchg(p, args[1], args[2], "seq_cst", "seq_cst"), 1)

    return types.boolean(types.int64, types.int64, types.int64), codegen


@intrinsic
def give_way(typingctx):
    """Let another thread have the processor."""

    def codegen(context, builder, signature, args):
        if sys.platform != "win32":
            give = cgutils.get_or_insert_function(builder.module, ir.FunctionType(_I32, []), "sched_yield")
            builder.call(give, [])
        return context.get_dummy_value()

    return types.void(), codegen
