"""Data sets that ship with the package: one file, and sequences that are generated."""

from gatewise.data.samples.registry import Sample, sample, samples

__all__ = ["Sample", "sample", "samples"]
