"""Saved models: a directory, and the parts of an estimator in it."""
