"""Watching a comparison while it runs: its standing, as a live table, as lines, or in a notebook."""
