"""The multiply-add tile: a few rows times a few vectors of weights, summed in registers.

A map of what it handles::

    tile    a switch over all heights and widths, since rows, vectors and panels are known only when it runs
    _emit   one of them: sums start from zero or from what stands there, go over all steps, and are stored
    loop    some steps at a time, then one by one those that are left
    step    one step: the fewer of rows and vectors are loaded first and stay in registers
"""

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from gatewise.kernels.compiling.target import TARGET
from gatewise.kernels.vector.simd import (
    INDEX,
    Vector,
    load_vector,
    splat_value,
    store_vector,
    vector_of,
)

__all__ = ["tile"]

_SIZES = [(r, v, 1) for r in range(1, TARGET.rows + 1) for v in range(1, TARGET.vectors + 1)]
_SIZES += [
    (r, TARGET.vectors, p) for r, most in enumerate(TARGET.panels, start=1) for p in range(2, most + 1)
]
# Rows that a processor can address from one pointer: itself, and once or twice the stride beyond it.
_FROM_ONE = 3
# Steps of a loop: the fewer instructions beside multiply-adds, the less it matters who shares the core.
_AT_ONCE = 4
# Of tiles of as many rows: some vectors of one panel, or some panels.
_WIDTHS = TARGET.vectors + max(TARGET.panels) - 1


@intrinsic
def tile(typingctx, rows, vectors, panels, a, row_stride, steps, panel, c, c_stride, accumulate):
    """``c[r, :] (+)= Σ_k a[r, k] panel[k, :]`` for up to ``TARGET.rows`` rows and ``TARGET.vectors`` vectors.

    It may take several whole panels at once, up to ``TARGET.panels``. Every element is one chain of multiply-adds
    over k, whatever the size of the tile: how rows are dealt to tiles changes no bit of a result.
    A row has its own registers, so NaN stays in its row.
    """
    vector = Vector(a.dtype)

    def codegen(context, builder, signature, args):
        rows, vectors, panels, *operands = args
        done = builder.append_basic_block("tile.done")
        one = ir.Constant(INDEX, 1)
        above = builder.mul(builder.sub(rows, one), ir.Constant(INDEX, _WIDTHS))
        index = builder.add(above, builder.sub(builder.add(vectors, panels), ir.Constant(INDEX, 2)))
        blocks = [builder.append_basic_block("x".join(map(str, size))) for size in _SIZES]
        switch = builder.switch(index, done)
        for (high, wide, beside), block in zip(_SIZES, blocks, strict=True):
            number = (high - 1) * _WIDTHS + wide + beside - 2
            switch.add_case(ir.Constant(INDEX, number), block)
            builder.position_at_end(block)
            _emit(builder, high, wide, beside, vector, operands)
            builder.branch(done)
        builder.position_at_end(done)
        return context.get_dummy_value()

    size = types.int64
    return types.void(size, size, size, a, size, size, panel, c, size, types.boolean), codegen


def _emit(builder, rows, wide, panels, vector, operands):
    """Emit one tile: the sums in registers, over some steps at a time and then over those left."""
    a, row_stride, steps, panel, c, c_stride, accumulate = operands
    vectors = wide * panels
    width = vector.lanes
    value = vector_of(vector)

    def index(n):
        return ir.Constant(INDEX, n)

    outputs = [
        [
            builder.gep(c, [builder.add(builder.mul(c_stride, index(r)), index(v * width))])
            for v in range(vectors)
        ]
        for r in range(rows)
    ]
    inputs = [builder.gep(a, [builder.mul(row_stride, index(r))]) for r in range(0, rows, _FROM_ONE)]
    weights = [
        builder.gep(panel, [builder.mul(steps, index(p * wide * width))]) if p else panel
        for p in range(panels)
    ]
    before = builder.block
    resume, start = builder.append_basic_block("resume"), builder.append_basic_block("start")
    builder.cbranch(builder.trunc(accumulate, ir.IntType(1)), resume, start)
    builder.position_at_end(resume)
    resumed = [[load_vector(builder, p, vector) for p in row] for row in outputs]
    builder.branch(start)
    builder.position_at_end(start)
    sums = []
    zero = ir.Constant(value, [0.0] * width)
    for row in resumed:
        sums.append([builder.phi(value) for _ in row])
        for phi, one in zip(sums[-1], row, strict=True):
            phi.add_incoming(zero, before)
            phi.add_incoming(one, resume)
    fma = cgutils.get_or_insert_function(
        builder.module,
        ir.FunctionType(value, [value] * 3),
        f"llvm.fmuladd.v{width}f{vector.dtype.bitwidth}",
    )

    def step(k, inputs, weights, sums):
        def weight(v):
            at = weights[v // wide]
            return load_vector(builder, builder.gep(at, [index((k * wide + v % wide) * width)]), vector)

        def number(r):
            at = inputs[r // _FROM_ONE]
            if r % _FROM_ONE:
                at = builder.gep(at, [builder.mul(row_stride, index(r % _FROM_ONE))])
            return splat_value(builder, builder.load(builder.gep(at, [index(k)])), vector)

        # Whichever are fewer are loaded first and stay in registers; the others come one by one.
        if rows < vectors:
            numbers = [number(r) for r in range(rows)]
            columns = []
            for v in range(vectors):
                one = weight(v)
                columns.append([builder.call(fma, [numbers[r], one, sums[r][v]]) for r in range(rows)])
            return [list(row) for row in zip(*columns, strict=True)]
        loaded = [weight(v) for v in range(vectors)]
        found = []
        for r in range(rows):
            one = number(r)
            found.append([builder.call(fma, [one, loaded[v], sums[r][v]]) for v in range(vectors)])
        return found

    def split(values):
        """Tell pointers to inputs, pointers to weights and sums apart."""
        first = len(inputs) + len(weights)
        flat = values[first:]
        rows_of_sums = [flat[r * vectors : (r + 1) * vectors] for r in range(rows)]
        return values[: len(inputs)], values[len(inputs) : first], rows_of_sums

    def loop(count, at_once, inputs, weights, sums):
        """Go over ``count`` times so many steps."""
        values = [*inputs, *weights, *(one for row in sums for one in row)]
        entry = builder.block
        body, end = builder.append_basic_block("loop"), builder.append_basic_block("end")
        builder.cbranch(builder.icmp_signed(">", count, index(0)), body, end)
        builder.position_at_end(body)
        left = builder.phi(INDEX)
        phis = [builder.phi(one.type) for one in values]
        for phi, one in zip((left, *phis), (count, *values), strict=True):
            phi.add_incoming(one, entry)
        ins, ws, now = split(phis)
        for k in range(at_once):
            now = step(k, ins, ws, now)
        after = [builder.gep(one, [index(at_once)]) for one in ins]
        after += [builder.gep(one, [index(at_once * wide * width)]) for one in ws]
        after += [one for row in now for one in row]
        fewer = builder.sub(left, index(1))
        for phi, one in zip((left, *phis), (fewer, *after), strict=True):
            phi.add_incoming(one, body)
        builder.cbranch(builder.icmp_signed(">", fewer, index(0)), body, end)
        builder.position_at_end(end)
        merged = []
        for one, other in zip(values, after, strict=True):
            phi = builder.phi(one.type)
            phi.add_incoming(one, entry)
            phi.add_incoming(other, body)
            merged.append(phi)
        return split(merged)

    whole = builder.udiv(steps, index(_AT_ONCE))
    inputs, weights, sums = loop(whole, _AT_ONCE, inputs, weights, sums)
    *_, sums = loop(builder.urem(steps, index(_AT_ONCE)), 1, inputs, weights, sums)
    for r in range(rows):
        for v in range(vectors):
            store_vector(builder, sums[r][v], outputs[r][v], vector)
