"""Compiled kernels as operators of torch: how torch is told of them, how they are differentiated, and the short way."""
