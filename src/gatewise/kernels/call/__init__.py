"""Calling kernels: arrays are checked, sizes planned, threads chosen, and a kernel runs."""
