"""Compiled kernels of the cells: numpy arrays in, numpy arrays out, written with numba; never torch.

Rooms that stand on each other::

    call → cells → time → record → threads → vector → compiling

torch comes to them through :mod:`gatewise.nn.operators`, streams through :mod:`gatewise.nn.stream`. How a run is
laid out, and why, stands in ``docs/decisions/``.
"""
