"""Functions that the C of a step calls; only those that it does stand in its file."""

from __future__ import annotations

import re

__all__ = ["helpers_for"]

# tanh is x P(x²) / Q(x²), within a few units in the last place (Eigen's). Each loop is simple enough that compilers
# make vectors of it; the comparisons stand alone, as they would else become branches.
HELPERS = {
    "add_product": """\
/* out[u] += the sum over k of x[k] * w[k][u], the rows of w one after the other. */
static void add_product(float *restrict out, const float *restrict x, const float *restrict w, int inputs, int outputs)
{
    int k = 0;
    for (; k + 4 <= inputs; k += 4, w += 4 * outputs) {
        const float *const w1 = w + outputs, *const w2 = w1 + outputs, *const w3 = w2 + outputs;
        const float x0 = x[k], x1 = x[k + 1], x2 = x[k + 2], x3 = x[k + 3];
        for (int u = 0; u < outputs; u++)
            out[u] += x0 * w[u] + x1 * w1[u] + x2 * w2[u] + x3 * w3[u];
    }
    for (; k < inputs; k++, w += outputs)
        for (int u = 0; u < outputs; u++)
            out[u] += x[k] * w[u];
}""",
    "add_product_double": """\
static void add_product_double(double *restrict out, const double *restrict x, const double *restrict w, int inputs,
                               int outputs)
{
    for (int k = 0; k < inputs; k++, w += outputs)
        for (int u = 0; u < outputs; u++)
            out[u] += x[k] * w[u];
}""",
    "add_product_int8": """\
/* out[u] += step[u] * the sum over k of x[k] * w[k][u]: what 1 stands for in w is the step of its output. */
static void add_product_int8(float *restrict out, const float *restrict x, const int8_t *restrict w,
                             const float *restrict step, int inputs, int outputs)
{
    enum { MOST = 64 };
    float sum[MOST];
    for (int first = 0; first < outputs; first += MOST) {
        const int count = outputs - first < MOST ? outputs - first : MOST;
        const int8_t *row = w + first;
        for (int u = 0; u < count; u++)
            sum[u] = 0.0f;
        for (int k = 0; k < inputs; k++, row += outputs)
            for (int u = 0; u < count; u++)
                sum[u] += x[k] * (float)row[u];
        for (int u = 0; u < count; u++)
            out[first + u] += step[first + u] * sum[u];
    }
}""",
    "tanh_all": """\
static void tanh_all(float *x, int count)
{
    for (int i = 0; i < count; i++) {
        const float low = x[i] > 8.8f ? 8.8f : x[i];
        x[i] = low < -8.8f ? -8.8f : low;
    }
    for (int i = 0; i < count; i++) {
        const float v = x[i], s = v * v;
        float p = -2.76076847742355e-16f;
        p = p * s + 2.00018790482477e-13f;
        p = p * s + -8.60467152213735e-11f;
        p = p * s + 5.12229709037114e-08f;
        p = p * s + 1.48572235717979e-05f;
        p = p * s + 6.37261928875436e-04f;
        p = p * s + 4.89352455891786e-03f;
        float r = 1.19825839466702e-06f;
        r = r * s + 1.18534705686654e-04f;
        r = r * s + 2.26843463243900e-03f;
        r = r * s + 4.89352518554385e-03f;
        x[i] = v * p / r;
    }
    for (int i = 0; i < count; i++) {
        const float low = x[i] > 1.0f ? 1.0f : x[i];
        x[i] = low < -1.0f ? -1.0f : low;
    }
}""",
    "sigmoid_all": """\
static void sigmoid_all(float *x, int count)
{
    for (int i = 0; i < count; i++)
        x[i] *= 0.5f;
    tanh_all(x, count);
    for (int i = 0; i < count; i++)
        x[i] = 0.5f + 0.5f * x[i];
}""",
    "sigmoid_float": """\
static float sigmoid_float(float x)
{
    const float small = expf(-fabsf(x));
    return (x >= 0.0f ? 1.0f : small) / (1.0f + small);
}""",
    "sigmoid_double": """\
static double sigmoid_double(double x)
{
    const double small = exp(-fabs(x));
    return (x >= 0.0 ? 1.0 : small) / (1.0 + small);
}""",
    **{
        f"{name}_{kind}": f"""\
static {c_type} {name}_{kind}({c_type} x, {c_type} y)
{{
    return x {sign} y ? x : y;
}}"""
        for name, sign in (("larger", ">"), ("smaller", "<"))
        for kind, c_type in (("float", "float"), ("double", "double"), ("int64", "int64_t"))
    },
    "modulo": """\
/* With the sign of y. */
static int64_t modulo(int64_t x, int64_t y)
{
    const int64_t rest = x % y;
    return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
}""",
    "quotient": """\
/* Rounded down. */
static int64_t quotient(int64_t x, int64_t y)
{
    return (x - modulo(x, y)) / y;
}""",
}


def helpers_for(code: str) -> list[str]:
    """Return the functions that a text calls, and those that they call, each before the first that calls it."""
    order = list(HELPERS)
    wanted: set[str] = set()
    reached = [code]
    while reached:
        named = set(re.findall(r"\w+", reached.pop())) & HELPERS.keys() - wanted
        wanted |= named
        reached += [HELPERS[name] for name in named]
    return [HELPERS[name] for name in order if name in wanted]
