"""Vectors of the processor as values in numba, and addresses to load them from.

A kernel reads like the equations: ``store(c, load(f) * load(c) + load(i) * load(g))`` works on as many units
at once as the processor has lanes. Addresses are typed by what they point to, so one source serves float32
and float64; ``p + n`` is n elements on. Nothing here checks a bound: callers do, before any kernel runs.
"""

from __future__ import annotations

import operator

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, models, register_model

from gatewise.kernels.compiling.target import TARGET

__all__ = [
    "INDEX",
    "Vector",
    "blank",
    "float_of",
    "lanes",
    "load",
    "load_part",
    "load_vector",
    "masked",
    "per_lane",
    "pointer",
    "read",
    "record",
    "splat_value",
    "store",
    "store_part",
    "store_vector",
    "summed",
    "transpose",
    "vector_of",
    "write",
]

INDEX = ir.IntType(64)
_I32 = ir.IntType(32)


class Vector(types.Type):
    """As many numbers of one type as a register holds."""

    def __init__(self, dtype: types.Float) -> None:
        self.dtype = dtype
        self.lanes = TARGET.bytes * 8 // dtype.bitwidth
        super().__init__(name=f"vector({dtype}, {self.lanes})")


@register_model(Vector)
class _VectorModel(models.PrimitiveModel):
    def __init__(self, dmm, fe_type):
        super().__init__(dmm, fe_type, vector_of(fe_type))


def float_of(dtype):
    """LLVM's type of one number."""
    return ir.FloatType() if dtype.bitwidth == 32 else ir.DoubleType()


def vector_of(vector):
    """LLVM's type of a vector."""
    return ir.VectorType(float_of(vector.dtype), vector.lanes)


def splat_value(builder, value, vector):
    """One number in every lane."""
    undefined = ir.Constant(vector_of(vector), ir.Undefined)
    zeros = ir.Constant(ir.VectorType(_I32, vector.lanes), [0] * vector.lanes)
    return builder.shuffle_vector(
        builder.insert_element(undefined, value, ir.Constant(_I32, 0)), undefined, zeros
    )


def load_vector(builder, pointer, vector):
    """Load from an address of any alignment."""
    loaded = builder.load(builder.bitcast(pointer, vector_of(vector).as_pointer()))
    loaded.align = vector.dtype.bitwidth // 8
    return loaded


def store_vector(builder, value, pointer, vector):
    """Store to an address of any alignment."""
    stored = builder.store(value, builder.bitcast(pointer, vector_of(vector).as_pointer()))
    stored.align = vector.dtype.bitwidth // 8


# Addresses.


@intrinsic
def pointer(typingctx, address, real):
    """Make an address (int64) a pointer of the type that ``real`` has: another pointer, which is not read."""

    def codegen(context, builder, signature, args):
        return builder.inttoptr(args[0], context.get_value_type(signature.return_type))

    return types.CPointer(real.dtype)(types.int64, real), codegen


@intrinsic
def record(typingctx, records, index):
    """Give one of several records that follow each other, as itself and not as a copy."""
    kind = records.dtype

    def codegen(context, builder, signature, args):
        at = builder.add(
            builder.ptrtoint(args[0], INDEX), builder.mul(args[1], ir.Constant(INDEX, kind.size))
        )
        return builder.inttoptr(at, context.get_value_type(kind))

    return kind(records, types.int64), codegen


@infer_global(operator.add)
class _Shift(AbstractTemplate):
    def generic(self, args, kws):
        if len(args) == 2 and isinstance(args[0], types.CPointer) and isinstance(args[1], types.Integer):
            return signature(args[0], args[0], types.int64)
        return None


@lower_builtin(operator.add, types.CPointer, types.Integer)
def _shift(context, builder, signature, args):
    return builder.gep(args[0], [args[1]])


@intrinsic
def read(typingctx, p):
    """Load one number."""

    def codegen(context, builder, signature, args):
        return builder.load(args[0])

    return p.dtype(p), codegen


@intrinsic
def write(typingctx, p, value):
    """Store one number."""

    def codegen(context, builder, signature, args):
        value = context.cast(builder, args[1], signature.args[1], signature.args[0].dtype)
        builder.store(value, args[0])

    return types.void(p, value), codegen


@intrinsic
def lanes(typingctx, p):
    """Say how many numbers a vector of the pointer's type holds; known when compiled."""
    count = Vector(p.dtype).lanes

    def codegen(context, builder, signature, args):
        return ir.Constant(INDEX, count)

    return types.int64(p), codegen


# Loads and stores.


@intrinsic
def load(typingctx, p):
    """Load a whole vector."""
    vector = Vector(p.dtype)

    def codegen(context, builder, signature, args):
        return load_vector(builder, args[0], vector)

    return vector(p), codegen


@intrinsic
def store(typingctx, p, v):
    """Store a whole vector."""

    def codegen(context, builder, signature, args):
        store_vector(builder, args[1], args[0], v)

    return types.void(p, v), codegen


def _present(builder, count, vector):
    """True in the first ``count`` lanes."""
    indices = ir.VectorType(_I32, vector.lanes)
    count = builder.trunc(count, _I32)
    undefined = ir.Constant(indices, ir.Undefined)
    counts = builder.shuffle_vector(
        builder.insert_element(undefined, count, ir.Constant(_I32, 0)),
        undefined,
        ir.Constant(indices, [0] * vector.lanes),
    )
    return builder.icmp_signed("<", ir.Constant(indices, list(range(vector.lanes))), counts)


def _masked(builder, name, vector, returns, *parts):
    value = vector_of(vector)
    suffix = f"v{vector.lanes}f{vector.dtype.bitwidth}"
    kinds = {
        "value": value,
        "pointer": value.as_pointer(),
        "align": _I32,
        "mask": ir.VectorType(ir.IntType(1), vector.lanes),
    }
    function = ir.FunctionType(returns, [kinds[part] for part in parts])
    return cgutils.get_or_insert_function(builder.module, function, f"llvm.masked.{name}.{suffix}.p0{suffix}")


@intrinsic
def load_part(typingctx, p, count):
    """Load the first ``count`` numbers, all if there are more than lanes; zero in the other lanes.

    Memory after the numbers is not even read: it may lie outside the array.
    """
    vector = Vector(p.dtype)

    def codegen(context, builder, signature, args):
        p, count = args
        whole = builder.icmp_signed(">=", count, ir.Constant(INDEX, vector.lanes))
        result = cgutils.alloca_once(builder, vector_of(vector))
        with builder.if_else(whole) as (then, otherwise):
            with then:
                builder.store(load_vector(builder, p, vector), result)
            with otherwise:
                masked = _masked(
                    builder, "load", vector, vector_of(vector), "pointer", "align", "mask", "value"
                )
                part = builder.call(
                    masked,
                    [
                        builder.bitcast(p, vector_of(vector).as_pointer()),
                        ir.Constant(_I32, vector.dtype.bitwidth // 8),
                        _present(builder, count, vector),
                        ir.Constant(vector_of(vector), [0.0] * vector.lanes),
                    ],
                )
                builder.store(part, result)
        return builder.load(result)

    return vector(p, types.int64), codegen


@intrinsic
def store_part(typingctx, p, v, count):
    """Store the first ``count`` lanes, all if there are not more."""

    def codegen(context, builder, signature, args):
        p, value, count = args
        whole = builder.icmp_signed(">=", count, ir.Constant(INDEX, v.lanes))
        with builder.if_else(whole) as (then, otherwise):
            with then:
                store_vector(builder, value, p, v)
            with otherwise:
                masked = _masked(builder, "store", v, ir.VoidType(), "value", "pointer", "align", "mask")
                builder.call(
                    masked,
                    [
                        value,
                        builder.bitcast(p, vector_of(v).as_pointer()),
                        ir.Constant(_I32, v.dtype.bitwidth // 8),
                        _present(builder, count, v),
                    ],
                )

    return types.void(p, v, types.int64), codegen


@intrinsic
def masked(typingctx, v, count):
    """Set all lanes but the first ``count`` to zero, even if they are NaN."""

    def codegen(context, builder, signature, args):
        zero = ir.Constant(vector_of(v), [0.0] * v.lanes)
        return builder.select(_present(builder, args[1], v), args[0], zero)

    return v(v, types.int64), codegen


# Arithmetic. ``contract`` lets a product and a sum become one multiply-add.


def _lift(context, builder, value, kind, vector):
    if isinstance(kind, Vector):
        return value
    return splat_value(builder, context.cast(builder, value, kind, vector.dtype), vector)


def _arithmetic(symbol, instruction):
    @infer_global(symbol)
    class Template(AbstractTemplate):
        def generic(self, args, kws):
            vectors = [kind for kind in args if isinstance(kind, Vector)]
            if len(args) == 2 and vectors and all(isinstance(kind, Vector | types.Number) for kind in args):
                return signature(vectors[0], *args)
            return None

    def lower(context, builder, signature, args):
        vector = signature.return_type
        lifted = [
            _lift(context, builder, value, kind, vector)
            for value, kind in zip(args, signature.args, strict=True)
        ]
        return getattr(builder, instruction)(*lifted, flags=("contract",))

    for left, right in ((Vector, Vector), (Vector, types.Number), (types.Number, Vector)):
        lower_builtin(symbol, left, right)(lower)


for _symbol, _instruction in (
    (operator.add, "fadd"),
    (operator.sub, "fsub"),
    (operator.mul, "fmul"),
    (operator.truediv, "fdiv"),
):
    _arithmetic(_symbol, _instruction)


@intrinsic
def blank(typingctx, p):
    """Zero in every lane."""
    vector = Vector(p.dtype)

    def codegen(context, builder, signature, args):
        return ir.Constant(vector_of(vector), [0.0] * vector.lanes)

    return vector(p), codegen


@intrinsic
def summed(typingctx, v):
    """Sum up the lanes, in any order."""

    def codegen(context, builder, signature, args):
        number = float_of(v.dtype)
        kind = ir.FunctionType(number, [number, vector_of(v)])
        name = f"llvm.vector.reduce.fadd.v{v.lanes}f{v.dtype.bitwidth}"
        function = cgutils.get_or_insert_function(builder.module, kind, name)
        return builder.call(function, [ir.Constant(number, 0.0), args[0]], fastmath=("reassoc",))

    return v.dtype(v), codegen


def per_lane(builder, value, vector, function):
    """Call a C function of one number for every lane."""
    number = float_of(vector.dtype)
    callee = cgutils.get_or_insert_function(builder.module, ir.FunctionType(number, [number]), function)
    result = ir.Constant(vector_of(vector), ir.Undefined)
    for lane in range(vector.lanes):
        at = ir.Constant(_I32, lane)
        result = builder.insert_element(
            result, builder.call(callee, [builder.extract_element(value, at)]), at
        )
    return result


@intrinsic
def transpose(typingctx, source, source_stride, target, target_stride):
    """Copy a square of as many rows and columns as there are lanes, turned around."""
    vector = Vector(source.dtype)

    def codegen(context, builder, signature, args):
        source, source_stride, target, target_stride = args
        width = vector.lanes
        rows = [
            load_vector(
                builder, builder.gep(source, [builder.mul(source_stride, ir.Constant(INDEX, i))]), vector
            )
            for i in range(width)
        ]
        distance = 1
        while distance < width:
            # Lane l of the upper row takes lane l, or lane l − distance of the lower row; and the other way.
            upper = [lane if not lane & distance else width + lane - distance for lane in range(width)]
            lower = [lane + distance if not lane & distance else width + lane for lane in range(width)]
            masks = [ir.Constant(ir.VectorType(_I32, width), mask) for mask in (upper, lower)]
            for i in range(width):
                if not i & distance:
                    pair = rows[i], rows[i + distance]
                    rows[i], rows[i + distance] = (builder.shuffle_vector(*pair, mask) for mask in masks)
            distance *= 2
        for i, row in enumerate(rows):
            at = builder.gep(target, [builder.mul(target_stride, ir.Constant(INDEX, i))])
            store_vector(builder, row, at, vector)

    return types.void(source, types.int64, target, types.int64), codegen
