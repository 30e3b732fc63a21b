"""Whole sequences: how each kind of model takes what a request brings, and answers."""
