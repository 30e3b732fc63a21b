"""Compiled kernels of the cells: numpy arrays in, numpy arrays out, written with numba; never torch.

torch comes to them through :mod:`gatewise.nn.functions`, streams through :mod:`gatewise.nn.stream`. How a run is
laid out, and why, stands in ``docs/decisions/2026-11-23-kernels.md``.
"""
