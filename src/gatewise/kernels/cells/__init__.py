"""The cells: each a record and two pointwise functions."""
