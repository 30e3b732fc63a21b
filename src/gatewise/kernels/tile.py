"""The multiply-add tile: a few rows times a few vectors of weights, summed in registers."""

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from gatewise.kernels.simd import (
    INDEX,
    Vector,
    load_vector,
    splat_value,
    store_vector,
    vector_of,
)
from gatewise.kernels.target import TARGET

__all__ = ["tile"]

_SIZES = [(r, v, 1) for r in range(1, TARGET.rows + 1) for v in range(1, TARGET.vectors + 1)]
_SIZES += [
    (r, TARGET.vectors, p) for r, most in enumerate(TARGET.panels, start=1) for p in range(2, most + 1)
]
# Of tiles of as many rows: some vectors of one panel, or some panels.
_WIDTHS = TARGET.vectors + max(TARGET.panels) - 1


@intrinsic
def tile(typingctx, rows, vectors, panels, a, row_stride, step_stride, steps, panel, c, c_stride, accumulate):
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
    return types.void(size, size, size, a, size, size, size, panel, c, size, types.boolean), codegen


def _emit(builder, rows, wide, panels, vector, operands):
    a, row_stride, step_stride, steps, panel, c, c_stride, accumulate = operands
    vectors = wide * panels
    width = vector.lanes
    value = vector_of(vector)
    fma = cgutils.get_or_insert_function(
        builder.module,
        ir.FunctionType(value, [value] * 3),
        f"llvm.fmuladd.v{width}f{vector.dtype.bitwidth}",
    )

    def index(n):
        return ir.Constant(INDEX, n)

    inputs = [builder.gep(a, [builder.mul(row_stride, index(r))]) for r in range(rows)]
    outputs = [
        [
            builder.gep(c, [builder.add(builder.mul(c_stride, index(r)), index(v * width))])
            for v in range(vectors)
        ]
        for r in range(rows)
    ]
    starts = [
        builder.gep(panel, [builder.mul(steps, index(p * wide * width))]) if p else panel
        for p in range(panels)
    ]
    before = builder.block
    resume, loop, end = (builder.append_basic_block(name) for name in ("resume", "loop", "end"))
    builder.cbranch(builder.trunc(accumulate, ir.IntType(1)), resume, loop)
    builder.position_at_end(resume)
    kept = [[load_vector(builder, p, vector) for p in row] for row in outputs]
    builder.branch(loop)

    builder.position_at_end(loop)
    step = builder.phi(INDEX)
    offset = builder.phi(INDEX)
    weights = [builder.phi(panel.type) for _ in range(panels)]
    sums = [[builder.phi(value) for _ in range(vectors)] for _ in range(rows)]
    zero = ir.Constant(value, [0.0] * width)
    for origin, initial in ((before, None), (resume, kept)):
        step.add_incoming(index(0), origin)
        offset.add_incoming(index(0), origin)
        for pointer, start in zip(weights, starts, strict=True):
            pointer.add_incoming(start, origin)
        for r in range(rows):
            for v in range(vectors):
                sums[r][v].add_incoming(initial[r][v] if initial else zero, origin)
    places = [builder.gep(pointer, [index(v * width)]) for pointer in weights for v in range(wide)]

    def weight(v):
        return load_vector(builder, places[v], vector)

    def number(r):
        return splat_value(builder, builder.load(builder.gep(inputs[r], [offset])), vector)

    # Whichever are fewer are loaded first and stay in registers; the others come one by one.
    if rows < vectors:
        numbers = [number(r) for r in range(rows)]
        columns = []
        for v in range(vectors):
            one = weight(v)
            columns.append([builder.call(fma, [numbers[r], one, sums[r][v]]) for r in range(rows)])
        results = [list(row) for row in zip(*columns, strict=True)]
    else:
        loaded = [weight(v) for v in range(vectors)]
        results = []
        for r in range(rows):
            one = number(r)
            results.append([builder.call(fma, [one, loaded[v], sums[r][v]]) for v in range(vectors)])
    next_step = builder.add(step, index(1))
    step.add_incoming(next_step, loop)
    offset.add_incoming(builder.add(offset, step_stride), loop)
    for pointer in weights:
        pointer.add_incoming(builder.gep(pointer, [index(wide * width)]), loop)
    for r in range(rows):
        for v in range(vectors):
            sums[r][v].add_incoming(results[r][v], loop)
    builder.cbranch(builder.icmp_signed("<", next_step, steps), loop, end)

    builder.position_at_end(end)
    for r in range(rows):
        for v in range(vectors):
            store_vector(builder, results[r][v], outputs[r][v], vector)
