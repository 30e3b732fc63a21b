"""Columns that linear models read of whole sequences: many small convolutions, and plain statistics."""
