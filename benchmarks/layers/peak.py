"""The most multiply-adds that the processor does: independent chains of them, all in registers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import llvmlite.binding as llvm
import numba
import numpy as np
from llvmlite import ir
from numba.core.cgutils import get_or_insert_function
from numba.extending import intrinsic

from benchmarks.layers.grid import Job
from benchmarks.layers.inputs import Inputs
from benchmarks.layers.task import Task

__all__ = ["VERSION", "lanes", "prepare"]

VERSION = numba.__version__

# More than latency times units of any processor of today, fewer than the 16 registers of AVX2.
_CHAINS = 12
_ROUNDS = 4_000_000

_FLOAT, _INT = ir.FloatType(), ir.IntType(64)


def lanes(features: dict[str, bool]) -> int:
    """Float32 numbers in the widest register, from the processor's features."""
    if features.get("avx512f"):
        return 16
    return 8 if features.get("avx") else 4


_LANES = lanes(dict(llvm.get_host_cpu_features()))
_VECTOR = ir.VectorType(_FLOAT, _LANES)


@intrinsic
def _multiply_add(_context, rounds, seed):  # type: ignore[no-untyped-def]  # noqa: ARG001, numba's protocol
    def generate(_context, builder, _signature, arguments):  # type: ignore[no-untyped-def]
        rounds, seed = arguments
        kind = ir.FunctionType(_VECTOR, [_VECTOR] * 3)
        fma = get_or_insert_function(builder.module, kind, f"llvm.fma.v{_LANES}f32")

        def constant(value: float) -> ir.Constant:
            return ir.Constant(_VECTOR, [value] * _LANES)

        before, body, after = builder.block, builder.append_basic_block(), builder.append_basic_block()
        first = builder.insert_element(constant(1.0), seed, ir.Constant(ir.IntType(32), 0))
        # They start unlike each other, or the compiler would keep one of them.
        starts = [builder.fadd(first, constant(float(number))) for number in range(_CHAINS)]
        builder.branch(body)
        builder.position_at_end(body)
        count = builder.phi(_INT)
        chains = [builder.phi(_VECTOR) for _ in starts]
        # The limit of x/2 + 1 is 2: neither large nor denormal.
        values = [builder.call(fma, [chain, constant(0.5), constant(1.0)]) for chain in chains]
        following = builder.add(count, ir.Constant(_INT, 1))
        count.add_incoming(ir.Constant(_INT, 0), before)
        count.add_incoming(following, body)
        for chain, start, value in zip(chains, starts, values, strict=True):
            chain.add_incoming(start, before)
            chain.add_incoming(value, body)
        builder.cbranch(builder.icmp_signed("<", following, rounds), body, after)
        builder.position_at_end(after)
        total = values[0]
        for value in values[1:]:
            total = builder.fadd(total, value)
        return builder.extract_element(total, ir.Constant(ir.IntType(32), 0))

    return numba.float32(numba.int64, numba.float32), generate


@numba.njit("float32(int64, float32)", nogil=True)
def _burn(rounds, seed):  # type: ignore[no-untyped-def]
    return _multiply_add(rounds, seed)


def prepare(_job: Job, _inputs: Inputs, threads: int) -> Task:
    """As of a rival; its one result is the work of a call, ``gigaflops``."""
    pool = ThreadPoolExecutor(threads)
    work = threads * _ROUNDS * _CHAINS * _LANES * 2 / 1e9
    return Task(
        call=lambda: list(pool.map(_burn, [_ROUNDS] * threads, [0.0] * threads)),
        read=lambda _: {"gigaflops": np.array([work], np.float32)},
    )
