"""Weights packed into panels: as wide as a tile, or a part of it.

A panel holds, for each step of the sum, the vectors that a tile loads, one after the other, so that the tile
reads straight on. Panels of a matrix follow each other; one that starts with vector v stands at
``v · lanes · steps``. All are ``TARGET.vectors`` wide but the last, or the last two where that avoids a
single one.

::

    source        row-major weights, in rows that are ``stride`` apart, or a bias
    panels        start of the panels, in each of which there are ``panel_steps`` steps
    vectors       width of all panels together; ``first`` the vector with which this matrix starts
    step          the step of the panels at which this matrix, or this bias, starts
    share, shares which piece of the vectors to pack, where threads share them
"""

from __future__ import annotations

from gatewise.kernels.compiling.inner import inner
from gatewise.kernels.compiling.target import TARGET
from gatewise.kernels.vector.simd import blank, lanes, load_part, read, store, transpose, write

__all__ = ["pack_bias", "pack_columns", "pack_rows", "width_at"]

_VECTORS = TARGET.vectors


@inner
def width_at(vector, vectors):
    """Compute how wide the panel is that starts with this vector."""
    left = vectors - vector
    if left == _VECTORS + 1:
        return left - left // 2
    return min(left, _VECTORS)


@inner
def _panel_at(vector, vectors):
    """Find the vector with which this one's panel starts."""
    start = vector // _VECTORS * _VECTORS
    if start and vectors - start == 1:
        start -= _VECTORS
    wide = width_at(start, vectors)
    return start + wide if vector >= start + wide else start


@inner
def pack_columns(source, units, steps, panels, panel_steps, first, vectors, share, shares):
    """Make rows of a row-major matrix the columns of panels, from vector ``first``: one share of the vectors.

    Entry (step, unit) is ``source[unit, step]``; lanes beyond the last unit are zero.
    """
    width = lanes(source)
    for vector in range(first, first + (units + width - 1) // width):
        if vector < vectors * share // shares or vector >= vectors * (share + 1) // shares:
            continue
        start = _panel_at(vector, vectors)
        line = width_at(start, vectors) * width
        target = panels + (start * width * panel_steps + (vector - start) * width)
        unit = (vector - first) * width
        present = min(width, units - unit)
        origin = source + unit * steps
        step = 0
        # Squares of numbers are turned around in registers, what is left goes number by number.
        if present == width:
            while step + width <= steps:
                transpose(origin + step, steps, target + step * line, line)
                step += width
        while step < steps:
            for lane in range(present):
                write(target + (step * line + lane), read(origin + (lane * steps + step)))
            for lane in range(present, width):
                write(target + (step * line + lane), 0.0)
            step += 1


@inner
def pack_bias(bias, second, both, units, panels, panel_steps, step, first, vectors, share, shares):
    """Write a bias, or the sum of both, as one step of panels, for an input that is 1 there."""
    width = lanes(panels)
    for vector in range(first, first + (units + width - 1) // width):
        if vector < vectors * share // shares or vector >= vectors * (share + 1) // shares:
            continue
        start = _panel_at(vector, vectors)
        line = width_at(start, vectors) * width
        unit = (vector - first) * width
        value = load_part(bias + unit, units - unit)
        if both:
            value = value + load_part(second + unit, units - unit)
        store(panels + (start * width * panel_steps + step * line + (vector - start) * width), value)


@inner
def pack_rows(source, stride, rows, columns, panels, panel_steps, step, share, shares):
    """Make rows of a row-major matrix the steps of panels, from ``step``: one share of the vectors.

    Rows are filled up with zeros to a whole number of lanes, as gates are.
    """
    width = lanes(source)
    vectors = (columns + width - 1) // width
    for vector in range(vectors * share // shares, vectors * (share + 1) // shares):
        start = _panel_at(vector, vectors)
        line = width_at(start, vectors) * width
        target = panels + (start * width * panel_steps + step * line + (vector - start) * width)
        for row in range(rows):
            value = load_part(source + (row * stride + vector * width), columns - vector * width)
            store(target + row * line, value)
        for row in range(rows, (rows + width - 1) // width * width):
            store(target + row * line, blank(source))
