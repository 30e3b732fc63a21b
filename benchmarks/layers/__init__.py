"""Layers beside those of other libraries: ``python -m benchmarks layers --help``."""
