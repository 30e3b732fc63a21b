"""Measurements against published numbers: ``python -m benchmarks --help``."""
