"""Compiled kernels of the cells: numpy arrays in, numpy arrays out, written with numba; never torch.

They enter the package through one door, the list of backends in :mod:`gatewise.nn.ops`.
"""
