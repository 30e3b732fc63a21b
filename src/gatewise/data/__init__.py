"""Data on its way from a file or frame to batches: readers, series, splits, scaling, windows, batches."""
