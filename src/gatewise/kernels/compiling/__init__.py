"""Compiling kernels for this processor, and keeping the machine code."""
