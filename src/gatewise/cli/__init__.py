"""The ``gatewise`` command: one file per command, each a thin layer over the public functions."""

from gatewise.cli.app import main

__all__ = ["main"]
