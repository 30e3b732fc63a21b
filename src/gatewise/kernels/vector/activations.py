"""tanh and the logistic function on vectors."""

from __future__ import annotations

from llvmlite import ir
from numba.extending import intrinsic

from gatewise.kernels.vector.simd import per_lane, vector_of

__all__ = ["relu", "relu_slope", "sigmoid", "tanh"]

# x P(x²) / Q(x²), within a few units in the last place of float32 (Eigen's). At the limit it is just above 1,
# and so cut to what tanh rounds to there: a saturated gate has no slope left.
_LIMIT = 8.8
_P = (
    -2.76076847742355e-16,
    2.00018790482477e-13,
    -8.60467152213735e-11,
    5.12229709037114e-08,
    1.48572235717979e-05,
    6.37261928875436e-04,
    4.89352455891786e-03,
)
_Q = (1.19825839466702e-06, 1.18534705686654e-04, 2.26843463243900e-03, 4.89352518554385e-03)


@intrinsic
def tanh(typingctx, v):
    """tanh; in float64, which is for checks and not for speed, the C library's."""

    def codegen(context, builder, signature, args):
        return _tanh(builder, args[0], v)

    return v(v), codegen


@intrinsic
def sigmoid(typingctx, v):
    """1 / (1 + exp(−x)), as (1 + tanh(x / 2)) / 2."""

    def codegen(context, builder, signature, args):
        half = _constant(v, 0.5)
        turned = _tanh(builder, builder.fmul(half, args[0]), v)
        return builder.fadd(half, builder.fmul(half, turned, flags=("contract",)), flags=("contract",))

    return v(v), codegen


@intrinsic
def relu(typingctx, v):
    """max(x, 0); NaN stays NaN."""

    def codegen(context, builder, signature, args):
        return _zero_unless_positive(builder, args[0], args[0], v)

    return v(v), codegen


@intrinsic
def relu_slope(typingctx, v):
    """1 where an output of relu is positive, else 0."""

    def codegen(context, builder, signature, args):
        return _zero_unless_positive(builder, _constant(v, 1.0), args[0], v)

    return v(v), codegen


def _zero_unless_positive(builder, value, by, vector):
    return builder.select(
        builder.fcmp_ordered("<=", by, _constant(vector, 0.0)), _constant(vector, 0.0), value
    )


def _tanh(builder, x, vector):
    if vector.dtype.bitwidth == 64:
        return per_lane(builder, x, vector, "tanh")
    x = _cut(builder, x, _LIMIT, vector)
    square = builder.fmul(x, x)
    ratio = builder.fdiv(
        builder.fmul(x, _polynomial(builder, square, _P, vector)), _polynomial(builder, square, _Q, vector)
    )
    return _cut(builder, ratio, 1.0, vector)


def _cut(builder, x, limit, vector):
    """Cut at ± limit; ordered comparisons are false for NaN, which so stays."""
    high, low = _constant(vector, limit), _constant(vector, -limit)
    x = builder.select(builder.fcmp_ordered(">", x, high), high, x)
    return builder.select(builder.fcmp_ordered("<", x, low), low, x)


def _polynomial(builder, x, coefficients, vector):
    value = _constant(vector, coefficients[0])
    for coefficient in coefficients[1:]:
        value = builder.fadd(
            builder.fmul(value, x, flags=("contract",)), _constant(vector, coefficient), flags=("contract",)
        )
    return value


def _constant(vector, value):
    return ir.Constant(vector_of(vector), [value] * vector.lanes)
